//! One report of all that was watched: the worst decides.

use shiplane_core::canary::{Facts, drawings, evaluate, verdict};
use shiplane_core::foreign;
use shiplane_core::report::{Finding, Level, Report};

use crate::judge::{self, Judging};

/// Outputs that count; those of several targets are added up.
const SUMS: [&str; 2] = ["requests", "errors"];

/// Outputs of which those of the worst target are told.
const WORST: [&str; 4] = ["error-rate", "bound", "p95", "observed-seconds"];

/// Of a single one as `judge` tells it; of several each with its name.
pub(super) fn build(title: &str, judging: &Judging, seen: &[(String, Facts)]) -> Report {
    if let [(_, facts)] = seen {
        return judge::report::build(title, judging, facts);
    }
    let mut findings: Vec<Finding> = Vec::new();
    let mut report = Report::new(title, verdict(&[], judging.fail_on));
    let mut failed = Vec::new();
    let mut worst: Option<(Level, Report)> = None;
    let mut sums = SUMS.map(|name| (name, 0_u64));
    for (name, facts) in seen {
        let own = evaluate(&judging.policy, facts);
        let level = own.iter().map(|finding| finding.level).max().unwrap_or(Level::Unknown);
        findings.extend(own.into_iter().map(|finding| Finding {
            fact: foreign::one_line(&format!("{name}: {}", finding.fact)),
            ..finding
        }));
        if level > Level::Warning {
            failed.push(name.as_str());
        }
        report.drawings.extend(drawings(&judging.policy, facts).into_iter().map(|mut drawing| {
            drawing.title = foreign::one_line(&format!("{name}: {}", drawing.title));
            drawing
        }));
        let one = judge::report::build(title, judging, facts);
        for (name, sum) in &mut sums {
            let count = one.outputs.get(*name).and_then(|count| count.parse().ok()).unwrap_or(0_u64);
            *sum = sum.saturating_add(count);
        }
        if worst.as_ref().is_none_or(|(other, _)| level > *other) {
            worst = Some((level, one));
        }
    }
    report.verdict = verdict(&findings, judging.fail_on);
    report.findings = findings;
    for (name, sum) in sums {
        report.output(name, sum.to_string());
    }
    let outputs = worst.map(|(_, one)| one.outputs).unwrap_or_default();
    for name in WORST {
        report.output(name, outputs.get(name).cloned().unwrap_or_default());
    }
    report.output("failed", failed.join(","));
    report
}
