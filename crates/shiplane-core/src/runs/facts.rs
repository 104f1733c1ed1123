//! What was seen of a branch's runs: the record that `--save-facts` writes and `--facts` reads.
//!
//! A case can be written by hand. Everything but `branch` may be left out; a key that is not known is an error. Words
//! of states are GitHub's. What is left out was not asked for: a rule that needs it is undetermined, never passed.
//!
//! ```json
//! {
//!   "repository": "example/shop",
//!   "branch": "develop", "head": "d1",
//!   "seen-at": "2026-01-05T12:00:00Z",
//!   "runs": [
//!     { "id": 100, "workflow": "CI", "file": "ci.yml", "event": "push", "commit": "d1", "attempt": 1,
//!       "status": "completed", "conclusion": "success", "url": "https://example.org/runs/100",
//!       "created-at": "2026-01-05T10:02:00Z", "started-at": "2026-01-05T10:02:00Z", "updated-at": "2026-01-05T10:06:12Z",
//!       "jobs": [
//!         { "name": "lint", "conclusion": "success",
//!           "started-at": "2026-01-05T10:02:00Z", "completed-at": "2026-01-05T10:06:12Z" }
//!       ] }
//!   ],
//!   "older-runs": [{ "id": 90, "workflow": "CI", "file": "ci.yml", "event": "push", "commit": "c1", "conclusion": "success" }],
//!   "own-run": 101,
//!   "landed": { "number": 7, "opened-at": "2026-01-05T08:00:00Z", "merged-at": "2026-01-05T10:01:00Z" },
//!   "deployment": {
//!     "environment": "production", "created-at": "2026-01-05T10:10:00Z",
//!     "statuses": [
//!       { "state": "waiting", "at": "2026-01-05T10:10:00Z" }, { "state": "in_progress", "at": "2026-01-05T10:22:00Z" },
//!       { "state": "success", "at": "2026-01-05T10:27:00Z" }
//!     ]
//!   },
//!   "unread": [{ "section": "older-runs", "why": "Resource not accessible by integration", "permissions": ["actions: read"] }]
//! }
//! ```

use serde::{Deserialize, Serialize};

use crate::gate::time::Time;

/// Everything that the rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// `owner/name`.
    #[serde(default)]
    pub repository: String,
    /// The branch's name.
    pub branch: String,
    /// The commit at its head; absent when there is no such branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The commit that is being promoted; absent: the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether a person named that commit, so that it is judged though the branch has moved on.
    #[serde(default)]
    pub pinned: bool,
    /// When all this was seen, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Time>,
    /// Runs of that commit, in any order; the newest of a kind are found here.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// Runs of other commits of the branch, to tell what there was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub older_runs: Vec<Run>,
    /// The number of the run that asks, which cannot wait for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_run: Option<u64>,
    /// The pull request that brought the commit; absent when there is none, or it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landed: Option<Landed>,
    /// The newest deployment of the commit; absent when there is none, or it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// What could not be read, or not in full. Never a pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}

impl Facts {
    /// The commit that is judged; empty when there is none.
    pub fn judged_commit(&self) -> &str {
        self.commit.as_deref().or(self.head.as_deref()).unwrap_or_default()
    }

    /// Whether the section was read in full.
    pub(super) fn complete(&self, section: Section) -> bool {
        !self.unread.iter().any(|unread| unread.section == section)
    }
}

/// A run of a workflow: of its latest attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Run {
    /// Its number; a later run has a higher one, a re-run the same.
    pub id: u64,
    /// The workflow's name.
    #[serde(default)]
    pub workflow: String,
    /// The workflow's file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What started it.
    #[serde(default)]
    pub event: String,
    /// `completed`, or one of the words for not yet.
    #[serde(default = "completed")]
    pub status: String,
    /// `success`, `failure` and so on; decides, whatever the status says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// The commit it is of.
    pub commit: String,
    /// Whether the commit is another repository's.
    #[serde(default)]
    pub fork: bool,
    /// Counts its re-runs from 1.
    #[serde(default = "first")]
    pub attempt: u64,
    /// When it came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// When this attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it last changed; the end of one that is completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Time>,
    /// Where people see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its jobs; absent when they were not asked for, or could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<Vec<Job>>,
}

/// A job of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    /// Its name, matrix values included.
    pub name: String,
    /// `completed`, or one of the words for not yet.
    #[serde(default = "completed")]
    pub status: String,
    /// `success`, `failure` and so on; decides, whatever the status says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// Where people see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

fn completed() -> String {
    "completed".to_owned()
}

fn first() -> u64 {
    1
}

/// The pull request that brought a commit to its branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Landed {
    /// Its number.
    pub number: u64,
    /// When it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
    /// When it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_at: Option<Time>,
}

/// A deployment of the commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deployment {
    /// Where to.
    pub environment: String,
    /// When it came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Time>,
    /// What became of it, in any order.
    #[serde(default)]
    pub statuses: Vec<DeploymentStatus>,
}

/// A state that a deployment came into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeploymentStatus {
    /// `waiting`, `queued`, `in_progress`, `success` and so on.
    pub state: String,
    /// When.
    pub at: Time,
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
    /// `runs`
    Runs,
    /// `runs` and the `jobs` in them
    Jobs,
    /// `older-runs`
    OlderRuns,
    /// `landed`
    Landed,
    /// `deployment`
    Deployment,
}
