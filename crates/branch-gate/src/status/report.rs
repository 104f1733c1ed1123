//! Every word that the reader sees, besides the rules' own.

use shiplane_core::foreign;
use shiplane_core::report::{Finding, Report};
use shiplane_core::runs::{self, Facts, Policy};
use shiplane_github::RunsQuestion;

/// The report of a run.
pub(super) fn build(policy: &Policy, facts: &Facts, findings: Vec<Finding>) -> Report {
    let commit = facts.judged_commit();
    let short: String = commit.chars().take(7).collect();
    let title = if short.is_empty() { facts.branch.clone() } else { format!("{} at {short}", facts.branch) };
    let mut report = Report::new(title, runs::verdict(&findings));
    report.findings = findings;
    let worst = runs::worst(policy, facts);
    let url = worst.and_then(|run| run.url.as_deref()).map(foreign::one_line);
    report.output("run-url", url.unwrap_or_default());
    report.output("run-id", worst.map(|run| run.id.to_string()).unwrap_or_default());
    report.output("head-sha", foreign::one_line(commit));
    let lead = policy.environment.as_ref().and_then(|_| runs::lead(facts));
    let seconds = |part: Option<u64>| part.map(|seconds| seconds.to_string()).unwrap_or_default();
    report.output("lead-time-seconds", seconds(lead.map(|lead| lead.total)));
    report.output("machine-seconds", seconds(lead.map(|lead| lead.machine())));
    report.output("waiting-seconds", seconds(lead.map(|lead| lead.waiting)));
    report
}

/// What the progress is called.
pub(super) fn phase_name(question: &RunsQuestion) -> String {
    format!("read the runs of {} in {}", question.branch, question.repository)
}

/// What was read.
pub(super) fn phase_note(facts: &Facts) -> String {
    let jobs: usize = facts.runs.iter().flat_map(|run| &run.jobs).map(Vec::len).sum();
    format!("runs: {}, jobs: {jobs}", facts.runs.len())
}
