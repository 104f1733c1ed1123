//! Copies of single files with their mode, owner and times; links as links.

use std::fs::{self, File, FileTimes, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, lchown, symlink};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::state;

/// Copies a file to where it is kept. What is not there has no copy; what is no file cannot be kept.
pub(super) fn aside(from: &Path, to: &Path) -> anyhow::Result<()> {
    let about = match fs::symlink_metadata(from) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        about => about.with_context(|| format!("look at {}", from.display()))?,
    };
    if !about.is_file() && !about.is_symlink() {
        bail!("{} is neither a file nor a link, so it cannot be set aside", from.display());
    }
    if let Some(parent) = to.parent() {
        state::make(parent)?;
    }
    copy(from, to, &about).with_context(|| format!("set {} aside", from.display()))
}

/// Puts a copy where the file was, in one instant.
pub(super) fn back(from: &Path, to: &Path) -> anyhow::Result<()> {
    let Ok(about) = fs::symlink_metadata(from) else { return Ok(()) };
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| format!("make directory {}", parent.display()))?;
    }
    let put = || {
        let name = to.file_name().unwrap_or_default();
        // A name of 255 bytes has no room for more.
        let temporary = to.with_file_name(format!(".shiplane-{:x}.new", about.ino()));
        copy(from, &temporary, &about).with_context(|| format!("copy {}", name.display()))?;
        fs::rename(&temporary, to).inspect_err(|_| drop(fs::remove_file(&temporary))).context("rename")
    };
    put().with_context(|| format!("put {} back", to.display()))
}

/// Removes a file of which there is a copy.
pub(super) fn away(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn copy(from: &Path, to: &Path, about: &Metadata) -> anyhow::Result<()> {
    away(to)?;
    if about.is_symlink() {
        symlink(fs::read_link(from)?, to)?;
    } else {
        fs::copy(from, to)?;
        let file = File::options().read(true).open(to)?;
        let times = FileTimes::new().set_modified(about.modified()?).set_accessed(about.accessed()?);
        file.set_times(times)?;
        file.sync_all()?;
    }
    let now = fs::symlink_metadata(to)?;
    if (now.uid(), now.gid()) != (about.uid(), about.gid()) {
        // Only root may give files away; everybody else's copies are their own.
        lchown(to, Some(about.uid()), Some(about.gid())).ok();
    }
    Ok(())
}
