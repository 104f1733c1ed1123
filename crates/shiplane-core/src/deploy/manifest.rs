//! What a directory holds, as a list of names and hashes: what may travel, and what changed since the last time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::name::{Digest, Name};

/// Longest path that is taken: the limit of Linux, less what stands before it on the host.
const LONGEST: usize = 3500;

/// Longest part of a path (NAME_MAX of Linux).
const LONGEST_PART: usize = 255;

/// One thing in a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// A directory.
    Directory,
    /// A file.
    File {
        /// In bytes.
        size: u64,
        /// Whether it may be run; no other mode travels.
        exec: bool,
        /// Of what it holds.
        hash: Digest,
    },
    /// A symbolic link that stays inside.
    Link(Name),
}

/// Everything in a directory, by path; every directory on the way to something is named itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest(pub BTreeMap<Name, Kept>);

/// What must be sent so that one manifest becomes another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Paths that are no more.
    pub gone: BTreeSet<Name>,
    /// What is new or another thing than before.
    pub put: BTreeMap<Name, Kept>,
}

/// Why something cannot be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The path is absolute, has `..` or an empty part in it, or is too long.
    Path,
    /// A link that leads out of the directory, or may do so.
    LinkEscapes,
    /// It lies under something that is no directory.
    Parent,
}

impl Manifest {
    /// The bytes that are hashed to name the manifest; every part has its length before it.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"shiplane manifest 1\n".to_vec();
        let mut part = |tag: u8, text: &[u8]| {
            bytes.push(tag);
            bytes.extend((text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text);
        };
        for (path, kept) in &self.0 {
            part(b'p', &path.0);
            match kept {
                Kept::Directory => part(b'd', b""),
                Kept::File { size, exec: false, hash } => part(b'f', &sized(*size, hash)),
                Kept::File { size, exec: true, hash } => part(b'x', &sized(*size, hash)),
                Kept::Link(target) => part(b'l', &target.0),
            }
        }
        bytes
    }

    /// What must be sent so that this becomes the other.
    pub fn to(&self, other: &Self) -> Change {
        let gone = self.0.keys().filter(|path| !other.0.contains_key(*path)).cloned().collect();
        let put = other.0.iter().filter(|(path, kept)| self.0.get(*path) != Some(kept));
        Change { gone, put: put.map(|(path, kept)| (path.clone(), kept.clone())).collect() }
    }

    /// This with the change applied.
    #[must_use]
    pub fn with(&self, change: &Change) -> Self {
        let mut all = self.0.clone();
        all.retain(|path, _| !change.gone.contains(path));
        all.extend(change.put.clone());
        Self(all)
    }

    /// Everything that may not travel, with the reason. A manifest also comes over the wire.
    pub fn unfit(&self) -> Vec<(&Name, Unfit)> {
        self.0.iter().filter_map(|(path, kept)| Some((path, self.why_not(path, kept)?))).collect()
    }

    fn why_not(&self, path: &Name, kept: &Kept) -> Option<Unfit> {
        if !is_plain_path(&path.0) {
            return Some(Unfit::Path);
        }
        let parent = path.parent();
        if parent.is_some_and(|parent| self.0.get(&parent) != Some(&Kept::Directory)) {
            return Some(Unfit::Parent);
        }
        match kept {
            Kept::Link(target) if !stays_inside(&path.0, &target.0) => Some(Unfit::LinkEscapes),
            Kept::Link(_) | Kept::Directory | Kept::File { .. } => None,
        }
    }

    /// How many files there are; directories and links are none.
    pub fn files(&self) -> usize {
        self.0.values().filter(|kept| matches!(kept, Kept::File { .. })).count()
    }

    /// How many bytes the files have.
    pub fn size(&self) -> u64 {
        self.0.values().map(Kept::size).sum()
    }
}

impl Change {
    /// How many bytes the files have that must be sent.
    pub fn size(&self) -> u64 {
        self.put.values().map(Kept::size).sum()
    }

    /// How many files must be sent.
    pub fn files(&self) -> usize {
        self.put.values().filter(|kept| matches!(kept, Kept::File { .. })).count()
    }
}

impl Kept {
    fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } => *size,
            Self::Directory | Self::Link(_) => 0,
        }
    }
}

fn sized(size: u64, hash: &Digest) -> Vec<u8> {
    size.to_le_bytes().into_iter().chain(hash.0).collect()
}

fn is_plain_path(path: &[u8]) -> bool {
    let plain = |part: &[u8]| !part.is_empty() && part != b"." && part != b".." && part.len() <= LONGEST_PART;
    path.len() <= LONGEST && !path.contains(&0) && path.split(|byte| *byte == b'/').all(plain)
}

/// `..` may stand at the beginning only, where it leaves real directories: behind the name of another link it could
/// lead anywhere.
fn stays_inside(link: &[u8], target: &[u8]) -> bool {
    let depth = link.iter().filter(|byte| **byte == b'/').count();
    let parts: Vec<&[u8]> =
        target.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".").collect();
    let up = parts.iter().take_while(|part| **part == b"..").count();
    let later = parts.iter().skip(up).any(|part| *part == b"..");
    let absolute = target.is_empty() || target.starts_with(b"/") || target.contains(&0);
    !absolute && target.len() <= LONGEST && up <= depth && !later
}

/// Whether a name is one plain part of a path, as `files.to` must be.
pub fn is_one_name(name: &str) -> bool {
    let odd = |c: char| c == '/' || c.is_control();
    !name.is_empty() && name != "." && name != ".." && name.len() <= LONGEST_PART && !name.contains(odd)
}
