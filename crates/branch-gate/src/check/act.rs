//! What is told to GitHub, when it is asked for: a status, a comment, the end of a draft. Nothing here changes the
//! answer; what could not be told is a warning beside it.

use shiplane_action::{Context, render::summary};
use shiplane_core::exit::Exit;
use shiplane_core::gate::Seen;
use shiplane_core::report::{Finding, Level, Report};
use shiplane_github::{NewStatus, PullRequestId, Read, Refusal};

use super::asked::Asked;
use super::cli::Deeds;
use super::report;
use super::subject::Subject;

/// By this the comment is found again.
const MARKER: &str = "<!-- shiplane:gate -->";

/// A comment has at most 65536 characters; emoji count for more than one.
const LONGEST_COMMENT: usize = 48 * 1024;

/// Marks a draft as ready, when that is all that stands against it.
pub(super) async fn end_draft(github: &Asked, findings: &mut Vec<Finding>) {
    let against: Vec<usize> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.level > Level::Warning)
        .map(|(at, _)| at)
        .collect();
    let ([only], Some(pull)) = (against.as_slice(), pull(&github.subject)) else { return };
    let Some(draft) = findings.get_mut(*only).filter(|finding| finding.code == report::DRAFT) else { return };
    match untold(github.client.ready_for_review(pull).await) {
        None => *draft = report::marked_ready(),
        Some(why) => findings.push(report::untold("end of the draft", &why, "pull-requests: write")),
    }
}

/// Sets the status and keeps the comment.
pub(super) async fn tell(
    github: &Asked,
    (deeds, context): (Deeds, &Context),
    (seen, report): (&Seen, &mut Report),
) {
    if deeds.comment
        && let Some(pull) = pull(&github.subject)
    {
        let body = format!("{MARKER}\n{}", summary::within(report, "branch-gate", LONGEST_COMMENT));
        if let Some(why) = untold(github.client.sticky_comment(pull, MARKER, &body).await) {
            report.findings.push(report::untold("comment", &why, "pull-requests: write"));
        }
    }
    if deeds.set_status {
        let line = report::status_line(report);
        let status = NewStatus {
            state: state(report),
            description: &line,
            url: context.run_url.as_deref(),
            context: report::STATUS,
        };
        let repository = github.subject.repository();
        if let Some(why) = untold(github.client.set_status(repository, seen.commit(), &status).await) {
            report.findings.push(report::untold("commit status", &why, "statuses: write"));
        }
    }
}

/// The pull request that can be talked to; one that is merged has heard enough.
fn pull(subject: &Subject) -> Option<&PullRequestId> {
    match subject {
        Subject::PullRequest { pull, .. } | Subject::Queue { pull, .. } => Some(pull),
        Subject::Push(_) => None,
    }
}

/// The words of a commit status.
fn state(report: &Report) -> &'static str {
    match (report.verdict.exit, report.verdict.word.as_str()) {
        (Exit::Done, _) => "success",
        (_, "pending") => "pending",
        (Exit::No, _) => "failure",
        (Exit::CouldNot | Exit::Usage | Exit::Restored | Exit::Broken, _) => "error",
    }
}

/// Why it was not told, if it was not.
fn untold<T>(written: anyhow::Result<Read<T>>) -> Option<String> {
    match written {
        Ok(Ok(_)) => None,
        Ok(Err(Refusal::Forbidden { message, .. } | Refusal::NotFound(message))) => Some(message),
        Err(error) => Some(format!("{error:#}")),
    }
}
