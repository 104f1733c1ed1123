//! What reported on a commit.

use serde::{Deserialize, Serialize};

use crate::gate::time::Time;

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

/// Which check is the gate's own: by its number, else by workflow run and job, never by a name alone; and which
/// commit status, which has nothing but a name. Where the gate runs for another commit than the judged one, as it
/// does on a push, its earlier answers are known by workflow and job.
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
    /// The workflow's file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// The commit status that the gate sets with its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// The commit that would merge the pull request, and what reported on it. Where it has a result of a required name,
/// that one must pass, too (docs, "Troubleshooting required status checks").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TestMerge {
    /// Its id.
    pub commit: String,
    /// What reported on it.
    #[serde(default)]
    pub checks: Vec<Check>,
}
