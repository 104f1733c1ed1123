//! Cold storage in a directory of the host, which may be another disk that is there or not.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use shiplane_core::config::Cold;
use shiplane_core::deploy::journal::Entry;
use shiplane_core::deploy::{Archive, Stored, all_stored};

use super::{Parcel, pack};
use crate::state;

/// The file that tells the directory from the empty place where its disk is mounted.
const MARK: &str = ".shiplane";

/// Makes the directory ready. One that something was stored in has our mark, or its disk is not there.
pub(crate) fn prepare(dir: &Path, journal: &[Entry]) -> anyhow::Result<()> {
    let mark = dir.join(MARK);
    if mark.exists() {
        return Ok(());
    }
    let is_it = |place: &Cold| matches!(place, Cold::Directory(known) if Path::new(known) == dir);
    if all_stored(journal).any(|(stored, _)| is_it(&stored.place)) {
        bail!(
            "{} has not what was stored there before: mount its disk, or make the file {} when it shall begin anew",
            dir.display(),
            mark.display()
        );
    }
    // Not its parents: where they are missing, a disk is not mounted.
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("make directory {}", dir.display()))?;
        }
        Ok(()) | Err(_) => {}
    }
    state::write(&mark, "Archives of old releases; ssh-deploy and rollback look for this file.\n")
}

/// Writes one archive and its checksum, as `sha256sum -c` reads it.
pub(super) fn write(dir: &Path, parcel: &Parcel, deadline: Instant) -> anyhow::Result<Archive> {
    let (temporary, target) = (dir.join(format!(".{}.new", parcel.name)), dir.join(&parcel.name));
    let attempt = || -> anyhow::Result<Archive> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        let (archive, file) = pack(parcel, file, deadline)?;
        file.sync_all()?;
        fs::rename(&temporary, &target)?;
        Ok(archive)
    };
    let archive = attempt()
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("write {}", target.display()))?;
    let line = format!("{}  {}\n", archive.sha256, archive.name);
    state::write(&dir.join(format!("{}.sha256", parcel.name)), line)?;
    File::open(dir).and_then(|dir| dir.sync_all()).with_context(|| format!("sync {}", dir.display()))?;
    Ok(archive)
}

/// The archive to be read; not from memory, where the disk's own copy can be asked for.
pub(super) fn open(dir: &Path, archive: &Archive) -> anyhow::Result<File> {
    let path = dir.join(&archive.name);
    let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).ok();
    Ok(file)
}

/// Why the archives cannot be had, as far as a look tells; a place that only programs know is not looked at.
pub(crate) fn lacks(stored: &Stored) -> Option<String> {
    let Cold::Directory(dir) = &stored.place else { return None };
    stored.archives.iter().find_map(|archive| {
        let path = Path::new(dir).join(&archive.name);
        match fs::metadata(&path) {
            Ok(about) if about.len() == archive.bytes => None,
            Ok(about) => Some(format!("{} has {} bytes of {}", path.display(), about.len(), archive.bytes)),
            Err(error) => Some(format!("{}: {error}", path.display())),
        }
    })
}
