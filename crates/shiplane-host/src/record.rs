//! What is kept with a release so that it can run again: its `.env`, and how many files it has.

use std::fs;
use std::path::Path;

use crate::state;

/// The copy of `.env` beside a release, for its owner only.
pub(crate) const ENV: &str = "env";

/// How many files the release's own directory had.
const COUNT: &str = "files";

/// The directory of a release that has one.
const TREE: &str = "tree";

/// More files than this are not counted.
const MOST_FILES: u64 = 500_000;

/// Counts the files of a release that has its own directory.
pub(crate) fn keep(release_dir: &Path) -> anyhow::Result<()> {
    if release_dir.join(TREE).is_dir() {
        let (files, _) = weigh(&release_dir.join(TREE));
        state::write(&release_dir.join(COUNT), files.to_string())?;
    }
    Ok(())
}

/// How many files were recorded and how many there are, where that was recorded.
pub(crate) fn counted(release_dir: &Path) -> Option<(u64, u64)> {
    let recorded = fs::read_to_string(release_dir.join(COUNT)).ok()?.trim().parse().ok()?;
    Some((recorded, weigh(&release_dir.join(TREE)).0))
}

/// Files below a directory and their bytes; links are not followed.
pub(crate) fn weigh(dir: &Path) -> (u64, u64) {
    let (mut rest, mut files, mut bytes) = (vec![dir.to_owned()], 0, 0);
    while let Some(dir) = rest.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let Ok(about) = entry.path().symlink_metadata() else { continue };
            if about.is_dir() {
                rest.push(entry.path());
            } else {
                files += 1;
                bytes += about.len();
            }
        }
        if files > MOST_FILES {
            break;
        }
    }
    (files, bytes)
}
