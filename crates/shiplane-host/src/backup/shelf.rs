//! The directory of backups: what is in it, what is left over, what is too old.

use std::fs::{self, DirEntry, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::Context as _;
use shiplane_core::backup::{Kept, Shelf, aged, is_partial, newest, of_shelf};
use shiplane_core::deploy::Stamp;
use shiplane_core::report::Finding;

use super::trouble::Trouble;
use crate::state;

/// What stands behind a backup's name where its hash is.
const HASH: &str = ".sha256";

/// Every backup, newest first. A directory that is not there has none.
pub(super) fn list(shelf: &Shelf) -> anyhow::Result<Vec<Kept>> {
    let entries = match fs::read_dir(&shelf.dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("read {}", shelf.dir)),
    };
    let mut kept: Vec<Kept> = entries.flatten().filter_map(|entry| look(shelf, &entry)).collect();
    kept.sort_by(|one, other| (other.at, &other.name).cmp(&(one.at, &one.name)));
    Ok(kept)
}

/// Links and directories are no backups, whatever they are called.
fn look(shelf: &Shelf, entry: &DirEntry) -> Option<Kept> {
    let name = entry.file_name().into_string().ok()?;
    let named = of_shelf(shelf, &name)?;
    let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let written = Stamp(u64::try_from(since.as_millis()).ok()?);
    let at = named.map_or(written, |named| named.min(written));
    let sha256 = recorded(Path::new(&shelf.dir), &name);
    Some(Kept { name, at, bytes: about.len(), sha256 })
}

/// The hash beside a backup, as `sha256sum` writes it.
pub(super) fn recorded(dir: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(hash_file(dir, name)).ok()?;
    let (hash, named) = text.trim_end().split_once("  ")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hash && named == name).then(|| hash.to_owned())
}

/// Where a backup's hash stands.
pub(super) fn hash_file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}{HASH}"))
}

/// Makes the directory, and removes what runs that were cut off have left in it. A file that is still being written is
/// locked by whoever does.
pub(super) fn prepare(shelf: &Shelf) -> anyhow::Result<()> {
    let dir = Path::new(&shelf.dir);
    state::make(dir)?;
    for entry in fs::read_dir(dir).with_context(|| format!("read {}", dir.display()))?.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let hashed = name.strip_suffix(HASH).filter(|name| of_shelf(shelf, name).is_some());
        let is_left = match hashed {
            Some(backup) => fs::symlink_metadata(dir.join(backup)).is_err(),
            None => {
                is_partial(shelf, &name) && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
            }
        };
        if is_left {
            fs::remove_file(entry.path()).with_context(|| format!("remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Removes what is too old; answers what.
pub(super) fn remove_aged(shelf: &Shelf, now: Stamp) -> anyhow::Result<Vec<String>> {
    let (kept, dir) = (list(shelf)?, Path::new(&shelf.dir));
    let mut removed = Vec::new();
    for old in aged(&kept, now, shelf.keep) {
        let path = dir.join(&old.name);
        fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        fs::remove_file(hash_file(dir, &old.name)).ok();
        removed.push(old.name.clone());
    }
    Ok(removed)
}

/// The backup that is meant: by its name, else the newest that was checked.
pub(super) fn find(shelf: &Shelf, name: Option<&str>) -> Result<Kept, Trouble> {
    let kept = list(shelf)?;
    let found = match name {
        Some(name) => kept.iter().find(|it| it.name == name),
        None => newest(&kept).or_else(|| kept.first()),
    };
    found.cloned().ok_or_else(|| {
        let fact = match name {
            Some(name) => format!("there is no backup {name} in {}", shelf.dir),
            None => format!("there is no backup in {}", shelf.dir),
        };
        let newest: Vec<&str> = kept.iter().take(5).map(|it| it.name.as_str()).collect();
        let help = if newest.is_empty() {
            "`ssh-deploy backup run` makes one".to_owned()
        } else {
            format!("the newest are {}", newest.join(", "))
        };
        Trouble::refused(Finding::fail("backup-unknown", fact).help(help))
    })
}
