//! How a repository reads its commits: what a type asks for, and what becomes of those that say nothing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::mark::Mark;
use super::notes::Group;

/// The types that the specification or the Angular convention name; another one may be a slip of the pen.
const KNOWN: [&str; 11] =
    ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// What becomes of a commit that is not conventional, or of a type nobody has heard of. It is always listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// It asks for nothing.
    #[default]
    List,
    /// There is no version until it is reworded.
    Refuse,
    /// It counts as a patch.
    Patch,
}

/// What counts in a commit that several were squashed into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Squash {
    /// The first line.
    #[default]
    Title,
    /// The first line, and each conventional line below it.
    Body,
}

/// What says what a change is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The message of each commit.
    #[default]
    Conventional,
    /// The title of the pull request that brought it.
    PrTitle,
    /// The labels of the pull request that brought it.
    Labels,
}

impl Mode {
    /// As it is written in the config.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conventional => "conventional",
            Self::PrTitle => "pr-title",
            Self::Labels => "labels",
        }
    }
}

/// Which commits speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lines {
    /// All of them; a merge lets those that it brings speak.
    #[default]
    All,
    /// Those of the branch itself; a merge speaks for what it brings.
    FirstParent,
}

/// How commits are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Convention {
    /// What says what a change is.
    pub mode: Mode,
    /// What a label says, where the project says so; in lower case.
    pub labels: BTreeMap<String, Mark>,
    /// What a type asks for, where the project says so; in lower case.
    pub types: BTreeMap<String, Level>,
    /// Under which heading a type stands, where the project says so; in lower case.
    pub sections: BTreeMap<String, Group>,
    /// What becomes of commits that say nothing.
    pub unknown: Unknown,
    /// What counts in squashed commits.
    pub squash: Squash,
    /// Which commits speak.
    pub lines: Lines,
}

impl Convention {
    /// What a change of this type asks for.
    pub fn level(&self, kind: &str, breaking: bool) -> Level {
        match self.types.get(kind) {
            Some(level) if !breaking => *level,
            Some(_) | None => Level::of(kind, breaking),
        }
    }

    /// The heading that a change of this type stands under; a break is a change, whatever brought it.
    pub fn group(&self, kind: &str, breaking: bool) -> Group {
        match self.sections.get(kind) {
            Some(group) if !breaking => *group,
            Some(_) | None => Group::of(kind, breaking),
        }
    }

    /// What these labels say together: one that leaves a change out goes before all others, then the weightiest.
    pub fn labelled(&self, labels: &[String]) -> Option<Mark> {
        let own = |label: &String| self.labels.get(&label.to_lowercase()).copied();
        labels.iter().filter_map(|label| own(label).or_else(|| Mark::usual(label))).max()
    }

    /// Whether the type has been heard of.
    pub fn knows(&self, kind: &str) -> bool {
        KNOWN.contains(&kind) || self.types.contains_key(kind)
    }
}
