//! What was seen of a request and of the answers to it: the record that `--save-facts` writes and `--facts` reads.

use serde::{Deserialize, Serialize};

use crate::gate::facts::Review;
use crate::gate::time::Time;

/// Everything that is decided by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Facts {
    /// `owner/name`.
    pub repository: String,
    /// The login that requests are written with; a machine block by anybody else is a forgery.
    pub identity: String,
    /// The issue or pull request that was looked at; absent when none was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The commit that was asked about; absent when it is taken from the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// When all this was seen, by the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Time>,
    /// The commit that the request names, as GitHub knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// Comments, in any order.
    pub comments: Vec<Comment>,
    /// Each person's last review that says yes or no; of a pull request only.
    pub reviews: Vec<Review>,
    /// What the people who answered may do in the repository.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// Who of them is in which team.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<Membership>,
    /// The runs that approvals by button name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// What could not be read, or not in full. Never a pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}

/// An issue or a pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// Its number.
    pub number: u64,
    /// Where people see it.
    #[serde(default)]
    pub url: String,
    /// What only a pull request has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<PullRequest>,
}

/// What only a pull request has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PullRequest {
    /// Login.
    pub author: String,
    /// The commit at its head.
    pub head: String,
    /// Whether it is neither merged nor closed.
    pub open: bool,
}

/// A commit, and whose work it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Login of its author; absent when the e-mail belongs to no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Logins of those who opened the pull requests that brought it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brought_by: Vec<String>,
}

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Comment {
    /// Its number; numbers grow.
    pub id: u64,
    /// Login, of bots with `[bot]`.
    pub author: String,
    /// When it was written.
    pub created_at: Time,
    /// Whether it was changed since, even by its author.
    #[serde(default)]
    pub edited: bool,
    /// Where people see it.
    #[serde(default)]
    pub url: String,
    /// Its text.
    pub body: String,
}

/// What someone may do in the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Permission {
    /// Login.
    pub login: String,
    /// Whether it is write or more.
    #[serde(default)]
    pub writes: bool,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// Whether someone is in a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Membership {
    /// `@org/slug`
    pub team: String,
    /// Login.
    pub login: String,
    /// Whether they are; an invitation that is not accepted yet is no membership.
    #[serde(default)]
    pub member: bool,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// A run of a workflow, by GitHub's own record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// What started it.
    #[serde(default)]
    pub event: String,
    /// Login of who started it first.
    #[serde(default)]
    pub actor: String,
    /// Login of who started this attempt.
    #[serde(default)]
    pub triggering_actor: String,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

/// A part that could not be read, or not in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unread {
    /// Which one, as a plural noun: `comments`.
    pub what: String,
    /// What GitHub said.
    pub why: String,
    /// The permission that would help, as a workflow writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
}
