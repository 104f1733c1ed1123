//! What was seen of a pull request: the record that `--save-facts` writes and `--facts` reads.
//!
//! A case can be written by hand. Everything but `pull-request` may be left out, and inside of it what has a default;
//! a key that is not known is an error. Logins of bots end with `[bot]`. What is left out was not asked for: a rule
//! that needs it is undetermined, never passed. A commit that is on the branch already has a record around this one:
//! [`Push`](super::Push).
//!
//! ```json
//! {
//!   "repository": "example/shop",
//!   "pull-request": {
//!     "number": 7, "title": "Add login", "author": "ada", "state": "open", "draft": false, "labels": ["feature"],
//!     "source": "feature/login", "fork": false, "head": "h1", "base": "develop", "mergeable": "yes",
//!     "behind-by": 0, "opened-at": "2026-01-05T09:00:00Z"
//!   },
//!   "seen-at": "2026-01-05T12:00:00Z",
//!   "head-seen-at": "2026-01-05T10:01:00Z",
//!   "head-pushed-by": "ada",
//!   "reviews": [
//!     { "author": "grace", "state": "approved", "submitted-at": "2026-01-05T11:00:00Z", "commit": "h1", "writer": true }
//!   ],
//!   "threads": [{ "path": "src/login.rs", "line": 12, "author": "grace", "resolved": true }],
//!   "checks": [
//!     { "kind": "run", "name": "lint", "conclusion": "success", "app": "github-actions", "workflow": "ci.yml",
//!       "event": "pull_request", "run": 100, "id": 1000,
//!       "started-at": "2026-01-05T10:02:00Z", "completed-at": "2026-01-05T10:05:00Z" },
//!     { "kind": "status", "name": "deploy/preview", "state": "pending", "by": "preview[bot]" }
//!   ],
//!   "test-merge": { "commit": "t1", "checks": [] },
//!   "commits": [{ "commit": "h1", "author": "ada", "committer": "web-flow" }],
//!   "protection": [{ "source": "ruleset main", "approvals": 2, "checks": ["lint"], "up-to-date": true }],
//!   "files": [{ "path": "src/login.rs" }],
//!   "code-owners": { "path": ".github/CODEOWNERS", "text": "*.rs @example/leads\n" },
//!   "teams": [{ "name": "@example/leads", "members": ["grace"] }],
//!   "release-files": [{ "path": "CHANGELOG.md", "base": "# Changelog\n", "head": "# Changelog\n" }],
//!   "own-check": { "run": 101, "job": "gate" },
//!   "unread": [{ "section": "threads", "why": "Resource not accessible by integration", "permissions": ["pull-requests: read"] }]
//! }
//! ```

mod check;
mod files;
mod protection;
mod pull_request;
mod review;

use serde::{Deserialize, Serialize};

use super::time::Time;

pub use check::{Check, CheckRun, CommitStatus, OwnCheck, TestMerge};
pub use files::{ChangedFile, CodeOwnersFile, ReleaseFile};
pub use protection::{FileReviewers, Protection};
pub use pull_request::{Commit, Mergeable, PullRequest, State};
pub use review::{Review, ReviewState, Team, Thread};

/// Everything that the rules look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// `owner/name`.
    #[serde(default)]
    pub repository: String,
    /// The pull request itself.
    pub pull_request: PullRequest,
    /// The merge queue's commit, when that is what is judged: `checks` are its checks then, not the head's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_group: Option<MergeGroup>,
    /// How the change came to the branch, when it is judged afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landed: Option<Landed>,
    /// When all this was seen, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Time>,
    /// When the server first saw the head as the head of this pull request. A commit's own dates are its maker's
    /// claim and are not asked. Absent: not known, so no approval can be proven fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_seen_at: Option<Time>,
    /// Login of who pushed the head, who need not be its author. Absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_pushed_by: Option<String>,
    /// Reviews in any order; each person's newest opinion is found here.
    #[serde(default)]
    pub reviews: Vec<Review>,
    /// Review conversations.
    #[serde(default)]
    pub threads: Vec<Thread>,
    /// Check runs and commit statuses of the head, in any order; the newest of a kind are found here.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// The commit that would merge it, if GitHub has made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_merge: Option<TestMerge>,
    /// The pull request's commits, oldest first, as GitHub lists them; a revert takes out an older one.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// What GitHub itself asks for before a merge into the base: the classic rule and every active ruleset.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protection: Vec<Protection>,
    /// The files it changes; absent when no rule asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<ChangedFile>>,
    /// The base branch's CODEOWNERS; absent when no rule asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_owners: Option<CodeOwnersFile>,
    /// The teams that a rule asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<Team>,
    /// The changelog and the files that carry the version, on both sides; absent when no rule asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_files: Option<Vec<ReleaseFile>>,
    /// Which check is the gate's own, so that it does not wait for itself. Part of the facts, not of the policy, so
    /// that a record decides alike wherever it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_check: Option<OwnCheck>,
    /// What could not be read, or not in full. Never a pass.
    #[serde(default)]
    pub unread: Vec<Unread>,
}

impl Facts {
    /// The facts that a pull request has from the start; everything else is to be added.
    pub fn of(pull_request: PullRequest) -> Self {
        Self {
            repository: String::new(),
            pull_request,
            merge_group: None,
            landed: None,
            seen_at: None,
            head_seen_at: None,
            head_pushed_by: None,
            reviews: Vec::new(),
            threads: Vec::new(),
            checks: Vec::new(),
            test_merge: None,
            commits: Vec::new(),
            protection: Vec::new(),
            files: None,
            code_owners: None,
            teams: Vec::new(),
            release_files: None,
            own_check: None,
            unread: Vec::new(),
        }
    }

    /// Whether the section was read in full.
    pub fn complete(&self, section: Section) -> bool {
        !self.unread.iter().any(|unread| unread.section == section)
    }

    /// The commit whose checks are judged: the merge queue's, else the head.
    pub fn judged_commit(&self) -> &str {
        self.merge_group.as_ref().map_or(&self.pull_request.head, |group| &group.commit)
    }
}

/// A merge queue's group that the pull request is the last of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MergeGroup {
    /// The commit that the queue made to be tested.
    pub commit: String,
}

/// A commit that is on the branch already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Landed {
    /// The commit on the branch.
    pub commit: String,
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
    /// `test-merge`
    TestMerge,
    /// `commits`
    Commits,
    /// `protection`
    Protection,
    /// `files`
    Files,
    /// `code-owners`
    CodeOwners,
    /// `release-files`
    ReleaseFiles,
    /// `pull-request.behind-by`
    BehindBy,
}
