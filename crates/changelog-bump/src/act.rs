//! Writing: every file beside its place first, then all into place, and back again when one of them fails.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::fault::Fault;
use shiplane_core::raw;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All files are written.
    Written,
    /// One could not be; the others are as they were.
    Restored(String),
    /// One could not be, and these could not be put back.
    Broken(String, Vec<Left>),
}

/// A file that could not be put back.
#[derive(Debug)]
pub(crate) struct Left {
    /// From the repository's root.
    pub(crate) path: String,
    /// Where its text from before is; none where there was no such file.
    pub(crate) kept: Option<PathBuf>,
}

/// A file that is complete under another name, and what it replaces under a third.
struct Staged<'a> {
    change: &'a FileChange,
    /// Behind any symbolic link.
    target: PathBuf,
    new: PathBuf,
    /// Going back must not need room on the disk, so what was there is kept until all is done.
    old: PathBuf,
}

/// Writes all files or none. A crash between two renames leaves whole files; the next run writes the rest.
pub(crate) fn write(root: &Path, changes: &[FileChange]) -> anyhow::Result<Outcome> {
    let root = fs::canonicalize(root).context("find the top of the repository")?;
    let mut staged: Vec<Staged<'_>> = Vec::new();
    for change in changes {
        let file = match stage(&root, change, staged.len()) {
            Ok(file) => file,
            Err(error) => {
                discard(&staged);
                return Err(error);
            }
        };
        staged.push(file);
        if let Err(error) = distinct(&staged) {
            discard(&staged);
            return Err(error);
        }
    }
    for (done, file) in staged.iter().enumerate() {
        if let Err(error) = fs::rename(&file.new, &file.target) {
            let (before, after) = staged.split_at(done);
            let outcome = undo(before, &format!("write {}: {error}", file.change.path));
            discard(after);
            return Ok(outcome);
        }
    }
    discard(&staged);
    settle(&staged);
    Ok(Outcome::Written)
}

/// Writes the new text beside its place, down to the disk.
fn stage<'a>(root: &Path, change: &'a FileChange, number: usize) -> anyhow::Result<Staged<'a>> {
    let path = &change.path;
    let target = place(root, change)?;
    let now = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("read {path} again")),
    };
    if now != change.before.as_deref().map(raw::encode) {
        let fact = format!("{path} was changed by something else in the meantime; nothing was written");
        return Err(Fault::could_not("file-changed", fact).help("run it again").into());
    }
    let beside = |kind: &str| target.with_file_name(format!(".shiplane-{}-{number}.{kind}", mark()));
    let file = Staged { change, new: beside("new"), old: beside("old"), target };
    fill(&file).map_err(|error| {
        discard(std::slice::from_ref(&file));
        let fact = format!("{path} cannot be written: {error}; nothing was changed");
        anyhow::Error::new(Fault::could_not("write-failed", fact).help("check the disk and the permissions"))
    })?;
    Ok(file)
}

/// Where the file really is; never outside the repository.
fn place(root: &Path, change: &FileChange) -> anyhow::Result<PathBuf> {
    let path = &change.path;
    let named = root.join(path);
    let target = if change.before.is_some() {
        fs::canonicalize(&named).with_context(|| format!("find {path}"))?
    } else {
        let folder = named.parent().unwrap_or(root);
        let name = named.file_name().context("name a file")?;
        // A folder that is not there fails when the file is written, with words of its own.
        fs::canonicalize(folder).map_or_else(|_| named.clone(), |folder| folder.join(name))
    };
    if !target.starts_with(root) {
        let fact = format!("{path} leads out of the repository; nothing was written");
        return Err(Fault::usage("path-outside", fact).help("name files of the repository itself").into());
    }
    Ok(target)
}

/// Two names of one file would undo each other.
fn distinct(staged: &[Staged<'_>]) -> anyhow::Result<()> {
    let Some((last, before)) = staged.split_last() else { return Ok(()) };
    match before.iter().find(|file| file.target == last.target) {
        None => Ok(()),
        Some(file) => {
            let (one, other) = (&file.change.path, &last.change.path);
            let fact = format!("{one} and {other} are one file; nothing was written");
            Err(Fault::usage("file-twice", fact).help("name it once").into())
        }
    }
}

/// Part of a name that no other run has.
fn mark() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", std::process::id(), now.as_nanos())
}

fn fill(file: &Staged<'_>) -> io::Result<()> {
    if file.change.before.is_some() {
        let known = fs::metadata(&file.target)?;
        if known.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        create(file)?.set_permissions(known.permissions())?;
        // Only root can give files away, and only root would take them from somebody.
        chown(&file.new, Some(known.uid()), Some(known.gid())).ok();
        // Where a disk knows no second names, a copy does.
        return fs::hard_link(&file.target, &file.old)
            .or_else(|_| fs::copy(&file.target, &file.old).map(drop));
    }
    create(file).map(drop)
}

fn create(file: &Staged<'_>) -> io::Result<File> {
    let mut opened = OpenOptions::new().write(true).create_new(true).open(&file.new)?;
    opened.write_all(&raw::encode(&file.change.after()))?;
    opened.sync_all()?;
    Ok(opened)
}

fn discard(staged: &[Staged<'_>]) {
    for file in staged {
        // What is not there any more needs no removing.
        fs::remove_file(&file.new).ok();
        fs::remove_file(&file.old).ok();
    }
}

/// The names, too, down to the disk, where it can do that.
fn settle(staged: &[Staged<'_>]) {
    for folder in staged.iter().filter_map(|file| file.target.parent()) {
        File::open(folder).and_then(|folder| folder.sync_all()).ok();
    }
}

/// Puts back what stands already, the newest first.
fn undo(written: &[Staged<'_>], error: &str) -> Outcome {
    let mut left = Vec::new();
    for file in written.iter().rev() {
        if put_back(file).is_err() {
            let kept = file.change.before.as_ref().map(|_| file.old.clone());
            left.push(Left { path: file.change.path.clone(), kept });
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
        Some(_) => fs::rename(&file.old, &file.target),
    }
}
