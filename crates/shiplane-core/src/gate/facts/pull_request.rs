//! The pull request itself, and its commits.

use serde::{Deserialize, Serialize};

use crate::gate::time::Time;

/// The pull request itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Login of who opened it; `ghost` when the account is gone.
    pub author: String,
    /// Open, closed or merged.
    pub state: State,
    /// Whether it is still a draft.
    #[serde(default)]
    pub draft: bool,
    /// The branch it comes from.
    pub source: String,
    /// Whether that branch is another repository's.
    #[serde(default)]
    pub fork: bool,
    /// The commit that everything is judged by.
    pub head: String,
    /// The branch it goes to.
    pub base: String,
    /// Whether it can be merged.
    pub mergeable: Mergeable,
    /// Names of its labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// How many commits of the base it lacks; absent when that was not asked, or could not be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind_by: Option<u64>,
    /// When it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
    /// When it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_at: Option<Time>,
    /// Another head, when one was seen while the facts were gathered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

/// Where a pull request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Open.
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged.
    Merged,
    /// A word that this version does not know.
    #[serde(other)]
    Unknown,
}

/// What GitHub says about merging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mergeable {
    /// It merges cleanly.
    Yes,
    /// It conflicts with its base.
    Conflicting,
    /// Not computed yet, or a word that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A commit of the pull request, by the accounts that its e-mails belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Commit {
    /// Its id.
    pub commit: String,
    /// Login of its author; absent when the e-mail belongs to no account.
    #[serde(default)]
    pub author: Option<String>,
    /// Login of its committer; `web-flow` is GitHub itself.
    #[serde(default)]
    pub committer: Option<String>,
    /// Its message, for the rules about changelog and version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}
