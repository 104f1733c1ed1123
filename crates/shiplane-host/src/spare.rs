//! A little room on the disk, kept for the moment when there is none left: a way back must be written down.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::room;

/// Directory in the state directory.
const NAME: &str = "spare";

/// Files in it: a disk can run out of names as well as of room.
const FILES: u32 = 16;

/// Bytes of each.
const SIZE: usize = 64 * 1024;

/// With less room than this on the disk a rollback begins by giving the reserve up.
const TIGHT: u64 = 8 * 1024 * 1024;

/// Makes the reserve, unless it is there. A disk without room for it is told of by whoever needs the room.
pub(crate) fn keep(state_dir: &Path) {
    let dir = state_dir.join(NAME);
    let last = dir.join((FILES - 1).to_string());
    if last.metadata().is_ok_and(|it| it.len() > 0) || is_tight(state_dir) {
        return;
    }
    let make = || -> io::Result<()> {
        fs::create_dir_all(&dir)?;
        // Not zeros: some file systems keep those without using any room.
        let bytes: Vec<u8> = (0..SIZE).map(|at| (at % 251).to_le_bytes()[0]).collect();
        (0..FILES).try_for_each(|number| {
            let mut file = fs::File::create(dir.join(number.to_string()))?;
            file.write_all(&bytes)?;
            file.sync_all()
        })
    };
    if make().is_err() {
        fs::remove_dir_all(&dir).ok();
    }
}

/// Gives the reserve up when the disk is nearly full: programs that run next need room, too.
pub(crate) fn give_up_if_tight(state_dir: &Path) -> bool {
    is_tight(state_dir) && give_up(state_dir)
}

/// Gives the reserve up; says whether there was one.
pub(crate) fn give_up(state_dir: &Path) -> bool {
    fs::remove_dir_all(state_dir.join(NAME)).is_ok()
}

/// Does something that writes below a state directory. When the disk is full, once more without the reserve.
pub(crate) fn spared<T>(near: &Path, attempt: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match attempt() {
        Err(error) if is_full(&error) => match held(near) {
            Some(reserve) => {
                fs::remove_dir_all(reserve)?;
                attempt()
            }
            None => Err(error),
        },
        done => done,
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// The reserve of the state directory that a path is in.
fn held(near: &Path) -> Option<PathBuf> {
    near.ancestors().skip(1).map(|dir| dir.join(NAME)).find(|dir| dir.join("0").is_file())
}

fn is_tight(dir: &Path) -> bool {
    room::disk(dir).is_ok_and(|disk| {
        let files_left = disk.inodes == 0 || disk.free_inodes > 64;
        disk.free < TIGHT || !files_left
    })
}
