//! What was seen of a pull request: the record that `--save-facts` writes and `--facts` reads.
//!
//! A case can be written by hand. Everything but `pull-request` may be left out, and inside of it `title`, `fork`,
//! `draft` and `moved-to`; a key that is not known is an error. Logins of bots end with `[bot]`.
//!
//! ```json
//! {
//!   "repository": "example/shop",
//!   "pull-request": {
//!     "number": 7, "title": "Add login", "author": "ada", "state": "open", "draft": false,
//!     "source": "feature/login", "fork": false, "head": "h1", "base": "develop", "mergeable": "yes"
//!   },
//!   "head-seen-at": "2026-01-05T10:01:00Z",
//!   "reviews": [
//!     { "author": "grace", "state": "approved", "submitted-at": "2026-01-05T11:00:00Z", "commit": "h1", "writer": true }
//!   ],
//!   "threads": [{ "path": "src/login.rs", "line": 12, "author": "grace", "resolved": true }],
//!   "checks": [
//!     { "kind": "run", "name": "lint", "conclusion": "success", "app": "github-actions", "workflow": "ci.yml",
//!       "event": "pull_request", "run": 100, "id": 1000 },
//!     { "kind": "status", "name": "deploy/preview", "state": "pending", "by": "preview[bot]" }
//!   ],
//!   "commits": [{ "commit": "h1", "author": "ada", "committer": "web-flow" }],
//!   "own-check": { "run": 101, "job": "gate" },
//!   "unread": [{ "section": "threads", "why": "Resource not accessible by integration", "permissions": ["pull-requests: read"] }]
//! }
//! ```

use serde::{Deserialize, Serialize};

use super::time::Time;

/// Everything that the rules look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// `owner/name`.
    #[serde(default)]
    pub repository: String,
    /// The pull request itself.
    pub pull_request: PullRequest,
    /// When the server first saw the head as the head of this pull request. A commit's own dates are its maker's
    /// claim and are not asked. Absent: not known, so no approval can be proven fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_seen_at: Option<Time>,
    /// Reviews in any order; each person's newest opinion is found here.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// Review conversations.
    #[serde(default)]
    pub threads: Vec<Thread>,
    /// Check runs and commit statuses of the head, in any order; the newest of a kind are found here.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// The pull request's commits.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// Which check is the gate's own, so that it does not wait for itself. Part of the facts, not of the policy, so
    /// that a record decides alike wherever it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_check: Option<OwnCheck>,
    /// What could not be read, or not in full. Never a pass.
    #[serde(default)]
    pub unread: Vec<Unread>,
}

impl Facts {
    /// Whether the section was read in full.
    pub fn complete(&self, section: Section) -> bool {
        !self.unread.iter().any(|unread| unread.section == section)
    }
}

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

/// Something that reported on the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Check {
    /// A check run: a job of a workflow, or another app's.
    Run(CheckRun),
    /// A commit status.
    Status(CommitStatus),
}

impl Check {
    /// As it is reported.
    pub fn name(&self) -> &str {
        match self {
            Self::Run(run) => &run.name,
            Self::Status(status) => &status.name,
        }
    }
}

/// A check run. Words are GitHub's, in any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckRun {
    /// Its name, matrix values included.
    pub name: String,
    /// `completed`, or one of the words for not yet.
    #[serde(default = "completed")]
    pub status: String,
    /// `success`, `failure` and so on; decides, whatever the status says.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// The slug of the app that reported it.
    #[serde(default)]
    pub app: Option<String>,
    /// The number of that app.
    #[serde(default)]
    pub app_id: Option<u64>,
    /// The workflow's file name.
    #[serde(default)]
    pub workflow: Option<String>,
    /// What started the workflow.
    #[serde(default)]
    pub event: Option<String>,
    /// The number of the workflow run.
    #[serde(default)]
    pub run: Option<u64>,
    /// Its own number; a re-run has a higher one.
    #[serde(default)]
    pub id: u64,
}

fn completed() -> String {
    "completed".to_owned()
}

/// A commit status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommitStatus {
    /// Its context.
    pub name: String,
    /// `success`, `failure`, `error`, `pending` or `expected`.
    pub state: String,
    /// Login of who set it.
    #[serde(default)]
    pub by: Option<String>,
    /// When it was set; the newest of a name counts.
    #[serde(default)]
    pub at: Option<Time>,
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
}

/// Which check is the gate's own: by its number, else by workflow run and job. Never by a name alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnCheck {
    /// The number of the check run (`job.check_run_id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The number of the workflow run (`GITHUB_RUN_ID`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<u64>,
    /// The job's name in that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
}

/// A section that could not be read, or not in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unread {
    /// Which one.
    pub section: Section,
    /// What GitHub said.
    pub why: String,
    /// The permissions that would help, as a workflow writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
}

/// A part of the facts that is read, or not read, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// `reviews`
    Reviews,
    /// `threads`
    Threads,
    /// `checks`
    Checks,
    /// `commits`
    Commits,
}
