//! A file that others read, replaced as a whole: a new one in the place of the old, with its mode and owner.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context as _;

/// The bytes, or nothing where there is no such file.
pub(crate) fn read(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}

/// A new file with the mode and the owner of the old one; a full disk leaves the old one.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let temporary = file.with_file_name(format!(".{}.shiplane-new", name.trim_start_matches('.')));
    let attempt = || -> io::Result<()> {
        fs::remove_file(&temporary).ok();
        let mut new = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        new.write_all(bytes)?;
        if let Ok(old) = fs::metadata(file) {
            let same = new.metadata()?;
            if (same.uid(), same.gid()) != (old.uid(), old.gid()) {
                std::os::unix::fs::fchown(&new, Some(old.uid()), Some(old.gid()))?;
            }
            new.set_permissions(fs::Permissions::from_mode(old.mode() & 0o7777))?;
        }
        new.sync_all()?;
        fs::rename(&temporary, file)?;
        file.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
    };
    attempt()
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("write {}", file.display()))
}
