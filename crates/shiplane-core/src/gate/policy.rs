//! What a base branch asks of a pull request.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::pattern::BranchPattern;

/// The rules of one base branch, every default settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// Branches that may be merged; empty means any.
    pub from: Vec<BranchPattern>,
    /// Whether a fork's branch will do.
    pub forks: bool,
    /// How many people must have approved the present head.
    pub approvals: u8,
    /// Bots whose reviews count, with or without the `[bot]` that their login ends with.
    pub bots: Vec<String>,
    /// Who does not count as an approver. The author never does, named or not.
    pub exclude: Vec<Exclude>,
    /// Checks that must have passed, by name; empty means all that reported.
    pub checks: Vec<RequiredCheck>,
    /// Conclusions that count as passed; any other word, known or not, does not.
    pub accept: Vec<String>,
    /// Whether a commit that nothing has reported on will do, when no checks are named.
    pub allow_no_checks: bool,
    /// What open review conversations mean.
    pub conversations: Conversations,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            from: Vec::new(),
            forks: false,
            approvals: 1,
            bots: Vec::new(),
            exclude: Vec::new(),
            checks: Vec::new(),
            accept: ["success", "skipped", "neutral"].map(str::to_owned).to_vec(),
            allow_no_checks: false,
            conversations: Conversations::Resolved,
        }
    }
}

/// Who does not count as an approver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exclude {
    /// Who opened the pull request.
    Author,
    /// Authors and committers of its commits.
    Contributor,
}

/// What open review conversations mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conversations {
    /// Each must be resolved, outdated ones too.
    Resolved,
    /// They do not count.
    Ignore,
}

/// A check that must have passed: `lint`, or `{name: lint, app: github-actions}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredCheck {
    /// As the check reports it, matrix values included.
    pub name: String,
    /// The app that must have reported it: its slug or its number. Without one, anyone who may write to the
    /// repository can report a status of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

impl RequiredCheck {
    /// A check that any app may report.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), app: None }
    }
}

impl<'de> Deserialize<'de> for RequiredCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Pinned {
            name: String,
            app: Option<String>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Name(String),
            Pinned(Pinned),
        }
        let expected = "expected a check's name, or `name` and `app`";
        match Written::deserialize(deserializer).map_err(|_| de::Error::custom(expected))? {
            Written::Name(name) => Ok(Self { name, app: None }),
            Written::Pinned(Pinned { name, app }) => Ok(Self { name, app }),
        }
    }
}
