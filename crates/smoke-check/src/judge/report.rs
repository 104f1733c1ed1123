//! Every word of a verdict that is not a rule's.

use shiplane_core::canary::{Facts, Percentile, drawings, evaluate, summary, verdict};
use shiplane_core::report::Report;

use super::limits::Judging;

/// What the progress is called.
pub(super) const PHASE: &str = "read what was counted";

/// What came of it.
pub(super) fn phase_note(facts: Option<&Facts>) -> String {
    match facts {
        Some(facts) => format!("{} lines or values", facts.canary.read),
        None => "asked wrongly".to_owned(),
    }
}

/// The report of what was counted.
pub(crate) fn build(title: &str, judging: &Judging, facts: &Facts) -> Report {
    let findings = evaluate(&judging.policy, facts);
    let mut report = Report::new(title, verdict(&findings, judging.fail_on));
    report.findings = findings;
    report.drawings = drawings(&judging.policy, facts);
    let numbers = summary(&judging.policy, facts);
    let p95 = match numbers.p95 {
        Some(Percentile::About(millis)) => format!("{millis:.0}"),
        Some(Percentile::Above(line)) => format!(">{line}"),
        None => String::new(),
    };
    report.output("requests", numbers.requests.to_string());
    report.output("errors", numbers.errors.to_string());
    report.output("error-rate", format!("{:.2}", numbers.error_percent));
    report.output("bound", format!("{:.2}", numbers.bound_percent));
    report.output("p95", p95);
    report.output("observed-seconds", numbers.observed.to_string());
    report
}
