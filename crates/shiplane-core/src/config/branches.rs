//! `branches:` what may be merged where.

use schemars::JsonSchema;
use serde::Deserialize;

/// The rules of one base branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Branch {
    /// Branches that may be merged into this one; `*` does not cross `/`
    pub from: Vec<String>,
    /// Whether a fork's branch of such a name will do; false by default
    pub forks: Option<bool>,
    /// Fresh approvals by people who may write
    pub approvals: Option<u8>,
    /// Checks that must have reported success on the head commit, by name
    pub checks: Vec<String>,
    /// Whether review conversations must be resolved; resolved by default
    pub conversations: Option<Conversations>,
}

/// What open review conversations mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conversations {
    /// Each must be resolved.
    Resolved,
    /// They do not count.
    Ignore,
}
