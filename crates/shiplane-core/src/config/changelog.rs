//! `changelog:` how versions and the changelog are kept.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::version_file::VersionFile;
use crate::changelog::bump::Level;
use crate::changelog::convention::{Convention, Lines, Mode, Squash, Unknown};
use crate::changelog::mark::Mark;
use crate::changelog::notes::Group;

/// Files and rules of changelog-bump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Changelog {
    /// The changelog; CHANGELOG.md by default
    pub file: Option<String>,
    /// Where the repository is seen, for links; by default GitHub's, or that of the remote `origin`
    pub repository: Option<String>,
    /// Files that carry the version, each by its name or as `file` with a `field` or a `pattern`
    pub versions: Vec<VersionFile>,
    /// What stands before the version in a tag; `v` by default, or nothing where the tags have nothing
    pub tag_prefix: Option<String>,
    /// What a change does to a version below 1.0.0; semver by default
    pub zero: Option<Zero>,
    /// Labels of pull requests that need neither a changelog entry nor a new version
    pub waive: Vec<String>,
    /// Branch that the release pull request comes from; `release/next` by default
    pub release_branch: Option<String>,
    /// What says what a change is: the message of its commit, or the title or the labels of the pull request that
    /// brought it; conventional by default
    pub mode: Option<Mode>,
    /// What a label says in mode labels (major, minor, patch, none, or skip to leave a change out), beside the usual
    /// ones such as breaking, feature, bug, documentation and skip-changelog
    pub labels: BTreeMap<String, Mark>,
    /// The heading that changes of a type stand under (added, changed, deprecated, removed, fixed or security), by type
    pub sections: BTreeMap<String, Group>,
    /// What a change of a type asks for (major, minor, patch or none), by type; a breaking one asks for major
    pub types: BTreeMap<String, Level>,
    /// What becomes of commits that are not conventional; list by default. They are always listed
    pub unknown: Option<Unknown>,
    /// What counts in a squashed commit: its title, or each conventional line of its body too; title by default
    pub squash: Option<Squash>,
    /// Read the branch's own commits only; a merge speaks for what it brings
    pub first_parent: bool,
    /// Only commits that touch these count, from the repository's root; `*` and `**` work, `!` takes out again
    pub paths: Vec<String>,
    /// Parts of the repository that are released on their own, by name
    pub packages: BTreeMap<String, Package>,
}

impl Changelog {
    /// How changes are read.
    pub fn convention(&self) -> Convention {
        Convention {
            mode: self.mode.unwrap_or_default(),
            labels: lower(&self.labels),
            types: lower(&self.types),
            sections: lower(&self.sections),
            unknown: self.unknown.unwrap_or_default(),
            squash: self.squash.unwrap_or_default(),
            lines: if self.first_parent { Lines::FirstParent } else { Lines::All },
        }
    }
}

fn lower<T: Copy>(map: &BTreeMap<String, T>) -> BTreeMap<String, T> {
    map.iter().map(|(key, value)| (key.to_lowercase(), *value)).collect()
}

/// A part of the repository that is released on its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Package {
    /// Its directory, from the repository's root
    pub path: String,
    /// More that it is made of, from the repository's root
    pub paths: Vec<String>,
    /// What stands before the version in its tags; the name and `-v` by default
    pub tag_prefix: Option<String>,
    /// Its changelog; CHANGELOG.md in its directory by default
    pub file: Option<String>,
    /// Files that carry its version; by default those with usual names in its directory
    pub versions: Vec<VersionFile>,
}

/// How versions below 1.0.0 are raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Zero {
    /// As Cargo reads them: a breaking change raises the minor number, all else the patch number.
    Semver,
    /// As versions above 1.0.0, so that a breaking change makes 1.0.0.
    Strict,
}
