//! Which tags are versions, and which of them is the highest.

use semver::Version;
use serde::{Deserialize, Serialize};

/// A tag whose name is a version behind the prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Without `refs/tags/`.
    pub name: String,
    /// What the name says.
    pub version: Version,
}

impl Tag {
    /// Reads a tag's name; `None` when it is no SemVer version behind the prefix (`v1`, `nightly`, `v1.2`).
    pub fn read(name: &str, prefix: &str) -> Option<Self> {
        let version = Version::parse(name.strip_prefix(prefix)?).ok()?;
        Some(Self { name: name.to_owned(), version })
    }

    /// Whether it names a final release.
    pub fn is_final(&self) -> bool {
        self.version.pre.is_empty()
    }
}

/// The versions among the names, highest precedence first; build metadata does not count.
pub fn ranked<'a>(names: impl IntoIterator<Item = &'a str>, prefix: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = names.into_iter().filter_map(|name| Tag::read(name, prefix)).collect();
    tags.sort_by(|one, other| {
        other.version.cmp_precedence(&one.version).then_with(|| one.name.cmp(&other.name))
    });
    tags
}

/// How many names would be versions under another prefix: a hint that the prefix is not the right one.
pub fn strangers<'a>(names: impl IntoIterator<Item = &'a str>, prefix: &str) -> usize {
    let is_version = |name: &&str| {
        name.char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
            .take(1)
            .any(|(start, _)| name.get(start..).is_some_and(|rest| Version::parse(rest).is_ok()))
    };
    names.into_iter().filter(|name| Tag::read(name, prefix).is_none()).filter(is_version).count()
}
