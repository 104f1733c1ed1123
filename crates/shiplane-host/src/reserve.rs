//! Room on the disk that a run keeps for its last words: a disk that runs full meanwhile must not hide how it ended.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::spare;

/// Enough for the end of a long run in the journal and in its events, twice.
const SIZE: usize = 64 * 1024;

fn path(run_dir: &Path) -> PathBuf {
    run_dir.join("reserve")
}

/// Takes the room; a run that cannot have it does not begin.
pub(crate) fn keep(run_dir: &Path) -> anyhow::Result<()> {
    let attempt = || -> std::io::Result<()> {
        let mut file = File::create(path(run_dir))?;
        file.write_all(&[0x20; SIZE])?;
        file.sync_all()
    };
    spare::spared(&path(run_dir), attempt)
        .inspect_err(|_| drop(std::fs::remove_file(path(run_dir))))
        .context("keep room on the disk for the journal")
}

/// Gives half of what is left back to the disk; says whether there was any.
pub(crate) fn give(run_dir: &Path) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(path(run_dir)) else { return false };
    let left = file.metadata().map_or(0, |metadata| metadata.len());
    // Less than a block gives nothing back.
    let less = if left > 8192 { left / 2 } else { 0 };
    left > 0 && file.set_len(less).is_ok()
}

/// Gives all of it back.
pub(crate) fn free(run_dir: &Path) {
    std::fs::remove_file(path(run_dir)).ok();
}
