//! Writing: every file beside its place first, then all into place, and back again when one of them fails.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::fault::Fault;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All files are written.
    Written,
    /// One could not be; the others are as they were.
    Restored(String),
    /// One could not be, and these could not be put back.
    Broken(String, Vec<String>),
}

/// A file that is complete under another name.
struct Staged<'a> {
    change: &'a FileChange,
    /// Behind any symbolic link.
    target: PathBuf,
    temporary: PathBuf,
}

/// Writes all files or none. A crash between two renames leaves whole files; the next run writes the rest.
pub(crate) fn write(root: &Path, changes: &[FileChange]) -> anyhow::Result<Outcome> {
    let mut staged = Vec::new();
    for change in changes {
        match stage(root, change) {
            Ok(file) => staged.push(file),
            Err(error) => {
                discard(&staged);
                return Err(error);
            }
        }
    }
    for (done, file) in staged.iter().enumerate() {
        if let Err(error) = fs::rename(&file.temporary, &file.target) {
            let (before, after) = staged.split_at(done);
            discard(after);
            return Ok(undo(before, &format!("write {}: {error}", file.change.path)));
        }
    }
    Ok(Outcome::Written)
}

/// Writes the new text beside its place, down to the disk.
fn stage<'a>(root: &Path, change: &'a FileChange) -> anyhow::Result<Staged<'a>> {
    let path = &change.path;
    let target = root.join(path);
    let target = if change.before.is_some() {
        fs::canonicalize(&target).with_context(|| format!("find {path}"))?
    } else {
        target
    };
    let now = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("read {path} again")),
    };
    if now.as_deref() != change.before.as_deref().map(str::as_bytes) {
        let fact = format!("{path} was changed by something else in the meantime; nothing was written");
        return Err(Fault::could_not("file-changed", fact).help("run it again").into());
    }
    let temporary = beside(&target)?;
    let file = Staged { change, target, temporary };
    fill(&file, &change.after()).map_err(|error| {
        discard(std::slice::from_ref(&file));
        let fact = format!("{path} cannot be written: {error}; nothing was changed");
        anyhow::Error::new(Fault::could_not("write-failed", fact).help("check the disk and the permissions"))
    })?;
    Ok(file)
}

fn beside(target: &Path) -> anyhow::Result<PathBuf> {
    let name = target.file_name().context("name a file")?.to_string_lossy();
    Ok(target.with_file_name(format!(".{name}.shiplane-{}", std::process::id())))
}

fn fill(file: &Staged<'_>, text: &str) -> io::Result<()> {
    let mut opened: File = OpenOptions::new().write(true).create_new(true).open(&file.temporary)?;
    opened.write_all(text.as_bytes())?;
    if file.change.before.is_some() {
        opened.set_permissions(fs::metadata(&file.target)?.permissions())?;
    }
    opened.sync_all()
}

fn discard(staged: &[Staged<'_>]) {
    for file in staged {
        // What is not there any more needs no removing.
        fs::remove_file(&file.temporary).ok();
    }
}

/// Puts back what stands already, the newest first.
fn undo(written: &[Staged<'_>], error: &str) -> Outcome {
    let mut left = Vec::new();
    for file in written.iter().rev() {
        if put_back(file).is_err() {
            left.push(file.change.path.clone());
        }
    }
    if left.is_empty() {
        Outcome::Restored(error.to_owned())
    } else {
        Outcome::Broken(error.to_owned(), left)
    }
}

fn put_back(file: &Staged<'_>) -> io::Result<()> {
    match &file.change.before {
        None => fs::remove_file(&file.target),
        Some(before) => {
            fill(file, before)?;
            fs::rename(&file.temporary, &file.target)
        }
    }
}
