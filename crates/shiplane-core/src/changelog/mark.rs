//! What the label of a pull request says of the change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bump::Level;

/// What a label says; of several, the last of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It asks for nothing.
    None,
    /// It asks for a patch.
    Patch,
    /// It asks for a minor version.
    Minor,
    /// It asks for a major version.
    Major,
    /// It is left out, of the version and of the notes.
    Skip,
}

/// The labels that are usual, as GitHub makes them for a new repository and as release-drafter and dependency bots
/// name them.
const USUAL: [(&str, Mark); 32] = [
    ("breaking", Mark::Major),
    ("breaking change", Mark::Major),
    ("breaking-change", Mark::Major),
    ("major", Mark::Major),
    ("semver:major", Mark::Major),
    ("semver-major", Mark::Major),
    ("enhancement", Mark::Minor),
    ("feat", Mark::Minor),
    ("feature", Mark::Minor),
    ("minor", Mark::Minor),
    ("semver:minor", Mark::Minor),
    ("semver-minor", Mark::Minor),
    ("bug", Mark::Patch),
    ("bugfix", Mark::Patch),
    ("fix", Mark::Patch),
    ("patch", Mark::Patch),
    ("perf", Mark::Patch),
    ("performance", Mark::Patch),
    ("security", Mark::Patch),
    ("semver:patch", Mark::Patch),
    ("semver-patch", Mark::Patch),
    ("chore", Mark::None),
    ("ci", Mark::None),
    ("docs", Mark::None),
    ("documentation", Mark::None),
    ("internal", Mark::None),
    ("maintenance", Mark::None),
    ("refactor", Mark::None),
    ("style", Mark::None),
    ("test", Mark::None),
    ("tests", Mark::None),
    ("skip-changelog", Mark::Skip),
];

impl Mark {
    /// What a label says that the project says nothing of.
    pub fn usual(label: &str) -> Option<Self> {
        USUAL.iter().find(|(known, _)| known.eq_ignore_ascii_case(label)).map(|(_, mark)| *mark)
    }

    /// What it asks for; nothing of the kind when it is left out.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::None => Some(Level::None),
            Self::Patch => Some(Level::Patch),
            Self::Minor => Some(Level::Minor),
            Self::Major => Some(Level::Major),
            Self::Skip => None,
        }
    }
}
