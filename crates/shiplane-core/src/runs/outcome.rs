//! From GitHub's words for a run or a job to what they mean.

use super::facts::{Job, Run};

/// What became of a run or a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It succeeded.
    Passed,
    /// Nothing of it ran.
    Skipped,
    /// Not yet: GitHub's word for it.
    Pending(String),
    /// It has begun only when somebody approves it.
    NeedsApproval,
    /// It is completed, but GitHub does not say how.
    Unclear,
    /// It did not succeed: GitHub's word, or one that this version does not know.
    Failed(String),
}

/// What became of a run.
pub(super) fn of_run(run: &Run) -> Outcome {
    outcome(&run.status, run.conclusion.as_deref())
}

/// What became of a job.
pub(super) fn of_job(job: &Job) -> Outcome {
    outcome(&job.status, job.conclusion.as_deref())
}

/// A conclusion decides, whatever the status says: records have been seen stuck `in_progress` with a conclusion.
fn outcome(status: &str, conclusion: Option<&str>) -> Outcome {
    let conclusion = conclusion.map(str::to_ascii_lowercase).filter(|word| !word.is_empty());
    match conclusion.as_deref() {
        Some("success" | "neutral") => Outcome::Passed,
        Some("skipped") => Outcome::Skipped,
        Some("action_required") => Outcome::NeedsApproval,
        Some(word) => Outcome::Failed(word.to_owned()),
        None if status.is_empty() || status.eq_ignore_ascii_case("completed") => Outcome::Unclear,
        None if status.eq_ignore_ascii_case("action_required") => Outcome::NeedsApproval,
        None => Outcome::Pending(status.to_ascii_lowercase()),
    }
}
