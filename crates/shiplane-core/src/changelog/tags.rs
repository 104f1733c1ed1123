//! Which tags are versions, and which of them is the highest.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::pulls::Pulls;

/// A tag whose name is a version behind the prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Without `refs/tags/`.
    pub name: String,
    /// What the name says.
    pub version: Version,
}

/// What was seen on the way to the last release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// The names of all tags that are versions behind the prefix, contained in the commit or not.
    pub taken: Vec<String>,
    /// The highest of those that were asked about and do not count, and why.
    pub aside: Vec<Aside>,
    /// Tags that are no versions behind the prefix; the first of them.
    pub foreign: Vec<String>,
    /// How many of those there are.
    pub foreigners: usize,
    /// The commits that the highest pre-release does not contain, where one is contained.
    pub since_pre: Option<BTreeSet<String>>,
    /// The commits that touch the paths, where paths are given.
    pub touching: Option<BTreeSet<String>>,
    /// What stands before the version in the tags, where nobody named it and it is not the usual `v`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The pull requests that brought the commits, where those speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pulls: Option<Pulls>,
}

/// A tag that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Without `refs/tags/`.
    pub name: String,
    /// Why it does not count.
    pub why: WhyAside,
}

/// Why a tag does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyAside {
    /// The commit does not contain it.
    Elsewhere,
    /// It names something that is no commit.
    NoCommit,
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

/// What stands before the version in a tag where nobody says so.
pub const USUAL: &str = "v";

/// The prefix that was named; else the usual one, unless the tags show that there is none.
pub fn prefix<'a>(names: &[String], named: Option<&'a str>) -> &'a str {
    let is_version = |prefix: &str| names.iter().any(|name| Tag::read(name, prefix).is_some());
    named.unwrap_or_else(|| if !is_version(USUAL) && is_version("") { "" } else { USUAL })
}

/// The versions among the names, highest precedence first; build metadata does not count.
pub fn ranked<'a>(names: impl IntoIterator<Item = &'a str>, prefix: &str) -> Vec<Tag> {
    sorted_out(names, prefix).0
}

/// The versions among the names, highest precedence first, and the names that are none.
pub fn sorted_out<'a>(names: impl IntoIterator<Item = &'a str>, prefix: &str) -> (Vec<Tag>, Vec<&'a str>) {
    let (mut tags, mut others) = (Vec::new(), Vec::new());
    for name in names {
        match Tag::read(name, prefix) {
            Some(tag) => tags.push(tag),
            None => others.push(name),
        }
    }
    tags.sort_by(|one: &Tag, other| {
        other.version.cmp_precedence(&one.version).then_with(|| one.name.cmp(&other.name))
    });
    (tags, others)
}

/// The tag of this version, when one exists; build metadata makes no other version.
pub fn taken<'a>(names: &'a [String], prefix: &str, version: &Version) -> Option<&'a str> {
    let same = |name: &&String| {
        Tag::read(name, prefix).is_some_and(|tag| tag.version.cmp_precedence(version).is_eq())
    };
    names.iter().find(same).map(String::as_str)
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
