//! How a repository reads its commits: what a type asks for, and what becomes of those that say nothing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bump::Level;

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

/// Which commits speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// All of them; a merge lets those that it brings speak.
    #[default]
    All,
    /// Those of the branch itself; a merge speaks for what it brings.
    FirstParent,
}

/// How commits are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Convention {
    /// What a type asks for, where the project says so; in lower case.
    pub types: BTreeMap<String, Level>,
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

    /// Whether the type has been heard of.
    pub fn knows(&self, kind: &str) -> bool {
        KNOWN.contains(&kind) || self.types.contains_key(kind)
    }
}
