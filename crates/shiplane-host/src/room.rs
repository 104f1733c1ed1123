//! How much room the disks and the memory of this host have, read in one place.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::statvfs;
use shiplane_core::deploy::doctor::Room;

/// The disk that a path is on.
pub(crate) fn disk(path: &Path) -> io::Result<Room> {
    let about = statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(about.f_frsize);
    Ok(Room {
        free: bytes(about.f_bavail),
        total: bytes(about.f_blocks),
        free_inodes: about.f_favail,
        inodes: about.f_files,
    })
}

/// Memory in bytes, by the kernel's name for it (proc_meminfo(5)).
pub(crate) fn memory() -> impl Fn(&str) -> Result<u64, String> {
    let text = fs::read_to_string("/proc/meminfo").map_err(|error| format!("/proc/meminfo: {error}"));
    move |name: &str| {
        let text = text.as_ref().map_err(Clone::clone)?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kibibytes.map(|kib| kib.saturating_mul(1024)).ok_or_else(|| format!("/proc/meminfo has no {name}"))
    }
}
