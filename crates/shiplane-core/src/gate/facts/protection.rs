//! What GitHub itself asks for before a merge: one entry for the classic rule, one for each ruleset's rules.

use serde::{Deserialize, Serialize};

use crate::gate::policy::RequiredCheck;

/// What one source asks for. All sources hold together, the most restrictive value of each demand
/// (docs, "About rulesets", "About rule layering").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protection {
    /// `branch protection rule`, `ruleset main`; for the reader.
    pub source: String,
    /// How many people must have approved; absent: reviews are not required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<u8>,
    /// Whether a push takes approvals away.
    pub dismiss_stale: bool,
    /// Whether someone else than the last pusher must have approved.
    pub last_push_approval: bool,
    /// Whether a code owner must have approved.
    pub code_owners: bool,
    /// Whether conversations must be resolved.
    pub conversations: bool,
    /// Whether the branch must contain its base.
    pub up_to_date: bool,
    /// Whether the base is read-only.
    pub locked: bool,
    /// Checks that must have passed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<RequiredCheck>,
    /// Teams that must have approved changes of certain files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_reviewers: Vec<FileReviewers>,
    /// Kinds of rules that this version does not know, by GitHub's names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Whether only the part that every reader sees could be read: other demands may hold, too.
    pub partial: bool,
}

/// A team that must have approved changes of certain files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FileReviewers {
    /// File patterns, as fnmatch reads them; a `!` before one takes files out again.
    pub patterns: Vec<String>,
    /// `@owner/slug`, or its number when the name could not be read.
    pub team: String,
    /// How many of its members.
    pub at_least: u8,
}
