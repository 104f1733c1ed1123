//! Workers of earlier versions, in `~/.cache/shiplane/<sha256>/`, which nobody has used for a while.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long one stays after its last use.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Marks this worker as used now, and removes the others that were not for long. What cannot be removed stays.
pub(crate) fn remove() -> std::io::Result<()> {
    let own = std::env::current_exe()?;
    let Some((dir, all)) = own.parent().and_then(|dir| Some((dir, dir.parent()?))) else { return Ok(()) };
    if !all.ends_with(".cache/shiplane") || !is_hash(dir) {
        return Ok(());
    }
    File::open(dir)?.set_modified(SystemTime::now())?;
    let running = running();
    for other in fs::read_dir(all)?.flatten().map(|entry| entry.path()) {
        let is_used = running.iter().any(|program| program.starts_with(&other));
        let is_real = fs::symlink_metadata(&other).is_ok_and(|metadata| metadata.is_dir());
        if other != dir && is_real && is_hash(&other) && !is_used && is_old(&other) {
            fs::remove_dir_all(&other).ok();
        }
    }
    Ok(())
}

fn is_hash(dir: &Path) -> bool {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.len() == 64 && name.chars().all(|c| c.is_ascii_hexdigit())
}

/// A clock that went back makes nothing old.
fn is_old(dir: &Path) -> bool {
    let used = fs::metadata(dir).and_then(|metadata| metadata.modified());
    used.is_ok_and(|used| used.elapsed().is_ok_and(|age| age > KEPT))
}

/// The programs that run now, as far as they can be seen.
fn running() -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| fs::read_link(process.path().join("exe")).ok()).collect()
}
