//! What people said: reviews and conversations, and who belongs to which team.

use serde::{Deserialize, Serialize};

use crate::gate::time::Time;

/// One review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Review {
    /// Login.
    pub author: String,
    /// What it says.
    pub state: ReviewState,
    /// When it was sent.
    #[serde(default)]
    pub submitted_at: Option<Time>,
    /// The commit it names. After a force push GitHub was seen to name the new head, so this alone proves nothing.
    #[serde(default)]
    pub commit: Option<String>,
    /// Whether the diff that it was given for is the head's diff. Absent: not asked, or not to be found out, as it
    /// is where the review names the head already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_diff: Option<bool>,
    /// Whether its author may write to the repository.
    #[serde(default)]
    pub writer: bool,
    /// Its number; decides between reviews of the same second.
    #[serde(default)]
    pub id: u64,
}

/// What a review says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewState {
    /// Not sent yet.
    Pending,
    /// A remark.
    Commented,
    /// Yes.
    Approved,
    /// Taken back, by its author or by someone who may write.
    Dismissed,
    /// No.
    ChangesRequested,
    /// A word that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A review conversation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Thread {
    /// The file.
    pub path: String,
    /// The line, if it is still there.
    #[serde(default)]
    pub line: Option<u64>,
    /// Login of who began it.
    pub author: String,
    /// Whether someone resolved it.
    pub resolved: bool,
    /// Whether the line has changed since.
    #[serde(default)]
    pub outdated: bool,
}

/// A team, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Team {
    /// `@owner/slug`
    pub name: String,
    /// Logins of its members, those of nested teams included; a pending invitation is no membership.
    #[serde(default)]
    pub members: Vec<String>,
    /// Why the members could not be read; who is in it is not known then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}
