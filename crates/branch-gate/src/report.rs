//! Every word that the reader sees, besides the rules' own.

use shiplane_action::Output;
use shiplane_core::foreign;
use shiplane_core::gate::{self, Facts, Policy};
use shiplane_core::report::{Finding, Report};

use crate::question::Question;

/// Outputs besides the shared ones.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "approvals", help: "Number of approvals that count" },
    Output { name: "missing-checks", help: "Required checks that have not been reported, one a line" },
    Output { name: "head-sha", help: "The commit that was judged" },
    Output { name: "base", help: "The branch that the pull request goes to" },
    Output { name: "source", help: "The branch that the pull request comes from" },
];

/// The report of a run.
pub(crate) fn build(policy: &Policy, facts: &Facts, findings: Vec<Finding>) -> Report {
    let pull = &facts.pull_request;
    let title = format!("{} → {} (#{})", pull.source, pull.base, pull.number);
    let mut report = Report::new(title, gate::verdict(&findings));
    report.findings = findings;
    report.output("approvals", gate::approvals(policy, facts).counted.len().to_string());
    let missing = gate::missing_checks(policy, facts);
    let missing: Vec<String> = missing.iter().map(|name| foreign::one_line(name)).collect();
    report.output("missing-checks", missing.join("\n"));
    report.output("head-sha", foreign::one_line(&pull.head));
    report.output("base", foreign::one_line(&pull.base));
    report.output("source", foreign::one_line(&pull.source));
    report
}

/// What the progress is called.
pub(crate) fn phase_name(question: &Question) -> String {
    format!("read pull request {}", question.pull)
}

/// What was read.
pub(crate) fn phase_note(facts: &Facts) -> String {
    let (reviews, threads, checks) = (facts.reviews.len(), facts.threads.len(), facts.checks.len());
    format!("reviews: {reviews}, conversations: {threads}, checks: {checks}")
}
