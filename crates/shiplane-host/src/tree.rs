//! Trees of files on the host: hashed, compared, shared by hard links, and made durable.
//!
//! A file of a release is never written in place: its other names may belong to other releases.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ring::digest::{Context, SHA256, digest};
use shiplane_core::deploy::{Digest, Name};

/// How much is read at once.
pub(crate) const PIECE: usize = 256 * 1024;

/// With more new files than this, the whole file system is synced at once.
const FEW: usize = 100;

/// Where a name lies under a directory.
pub(crate) fn at(dir: &Path, name: &Name) -> PathBuf {
    dir.join(OsStr::from_bytes(&name.0))
}

/// The hash of some bytes.
pub(crate) fn hash(bytes: &[u8]) -> Digest {
    fixed(digest(&SHA256, bytes).as_ref())
}

/// Bytes into a hash of fixed length.
pub(crate) fn fixed(bytes: &[u8]) -> Digest {
    Digest(bytes.try_into().unwrap_or_default())
}

/// The hash of a file.
pub(crate) fn hash_file(path: &Path) -> io::Result<Digest> {
    let (mut file, mut context, mut piece) = (File::open(path)?, Context::new(&SHA256), vec![0; PIECE]);
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Ok(fixed(context.finish().as_ref()));
        }
        context.update(piece.get(..count).unwrap_or_default());
    }
}

/// Whether anybody may run a file.
pub(crate) fn is_exec(metadata: &Metadata) -> bool {
    metadata.mode() & 0o111 != 0
}

/// Makes a directory that all may read, whatever the process's mask says.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o755).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Gives a file of the old tree a place in the new one: another name for it, or a copy where that cannot be.
pub(crate) fn share(old: &Path, new: &Path) -> io::Result<()> {
    match fs::hard_link(old, new) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => copy(old, new),
    }
}

/// Copies a file with its mode. What a failure leaves is for the caller to remove.
pub(crate) fn copy(old: &Path, new: &Path) -> io::Result<()> {
    fs::copy(old, new).map(drop)
}

/// A second tree with the same content; files are shared. Nothing but directories, files and links is taken.
pub(crate) fn twin(old: &Path, new: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(old).with_context(|| format!("look at {}", old.display()))?;
    fs::create_dir(new).with_context(|| format!("make directory {}", new.display()))?;
    for entry in fs::read_dir(old).with_context(|| format!("read directory {}", old.display()))? {
        let entry = entry.with_context(|| format!("read directory {}", old.display()))?;
        let (from, to, kind) = (entry.path(), new.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            twin(&from, &to)?;
        } else if kind.is_symlink() {
            let target = fs::read_link(&from).with_context(|| format!("read link {}", from.display()))?;
            symlink(target, &to).with_context(|| format!("link {}", to.display()))?;
        } else if kind.is_file() {
            share(&from, &to).with_context(|| format!("share {}", from.display()))?;
        }
    }
    fs::set_permissions(new, metadata.permissions()).with_context(|| format!("set mode of {}", new.display()))
}

/// Whether the second tree has all that the first one has, byte for byte.
pub(crate) fn holds_all(old: &Path, new: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(old)? {
        let entry = entry?;
        let (one, other) = (entry.path(), new.join(entry.file_name()));
        let Ok(theirs) = fs::symlink_metadata(&other) else { return Ok(false) };
        let ours = entry.metadata()?;
        let same = if ours.is_dir() {
            theirs.is_dir() && holds_all(&one, &other)?
        } else if ours.is_symlink() {
            theirs.is_symlink() && fs::read_link(&one)? == fs::read_link(&other)?
        } else if ours.is_file() {
            theirs.is_file() && same_file(&ours, &theirs, (&one, &other))?
        } else {
            true
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_file(ours: &Metadata, theirs: &Metadata, (one, other): (&Path, &Path)) -> io::Result<bool> {
    if (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino()) {
        return Ok(true);
    }
    Ok(ours.len() == theirs.len() && hash_file(one)? == hash_file(other)?)
}

/// Brings what is new in a tree to the disk; files with another name elsewhere are there already.
pub(crate) fn sync(tree: &Path) -> io::Result<()> {
    let (mut files, mut dirs) = (Vec::new(), vec![tree.to_owned()]);
    let mut seen = 0;
    while let Some(dir) = dirs.get(seen).cloned() {
        seen += 1;
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                dirs.push(entry.path());
            } else if metadata.is_file() && metadata.nlink() == 1 {
                files.push(entry.path());
            }
        }
    }
    if files.len() + dirs.len() > FEW {
        return Ok(rustix::fs::syncfs(File::open(tree)?)?);
    }
    files.iter().chain(&dirs).try_for_each(|path| File::open(path)?.sync_all())
}

/// Removes a tree, however far it was built.
pub(crate) fn remove(tree: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(tree) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", tree.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
