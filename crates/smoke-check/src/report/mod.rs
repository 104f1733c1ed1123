//! Every word that the reader sees.

mod cases;
mod judged;
mod shown;
mod table;

use shiplane_action::Output;
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::report::{Finding, Level, Report, Verdict};
use shiplane_http::Named;

use crate::files::Case;
use judged::Judged;

use crate::gather::Facts;
use crate::request::Request;

/// Outputs besides the shared ones.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "failed", help: "Comma-separated names of the probes that are not in order" },
    Output { name: "tries", help: "Attempts made, all probes together" },
    Output { name: "waited-ms", help: "Milliseconds until the last probe was ready or time was up" },
    Output { name: "version", help: "The version that answers, where a probe says where to read it" },
    Output { name: "coverage", help: "Endpoints of a list that answer as expected, such as 198/200" },
    Output { name: "state", help: "With `--state`: healthy, suspect, flapping, incident or recovering" },
    Output { name: "since", help: "When the incident began; empty without one" },
    Output {
        name: "alert",
        help: "What this run changes: opened, ongoing, reminder, recovered, flapping or none",
    },
    Output { name: "incident", help: "Name of the incident; empty without one" },
    Output { name: "requests", help: "Requests of the canary that were judged" },
    Output { name: "errors", help: "Those that failed" },
    Output { name: "error-rate", help: "Failed requests of 100, such as 0.31" },
    Output { name: "bound", help: "The smallest plausible error rate at 99 %, of 100 requests" },
    Output { name: "p95", help: "Milliseconds that 95 of 100 requests keep, where latencies are known" },
    Output { name: "observed-seconds", help: "Time that the evidence covers" },
];

/// The report of a run, and the same in the cases that other tools know.
pub(crate) fn build(request: &Request, facts: &Facts) -> (Report, Vec<Case>) {
    let judged: Vec<Judged<'_>> = request.targets.iter().map(|target| Judged::of(target, facts)).collect();
    let findings: Vec<Finding> = judged.iter().flat_map(|one| one.findings.iter().cloned()).collect();
    let mut report = Report::new(&request.title, verdict(&findings));
    report.findings = findings;
    report.findings.extend(request.targets.iter().flat_map(Named::warnings));
    report.phases = judged.iter().filter_map(Judged::phase).collect();
    report.excerpts = judged.iter().filter_map(Judged::excerpt).collect();
    report.excerpts.extend(facts.logs.iter().cloned());
    report.drawings.extend(table::drawing(&judged));
    outputs(&mut report, &judged);
    (report, cases::of(&judged))
}

/// Why a host could not be asked.
pub(crate) fn not_asked(fault: &Fault) -> Finding {
    let finding = Finding::unknown(fault.code, &fault.fact);
    fault.help.iter().fold(finding, |finding, help| finding.help(help))
}

/// What the progress is called.
pub(crate) fn phase_name(request: &Request) -> String {
    format!("probe {}", request.title)
}

/// What came of it.
pub(crate) fn phase_note(ready: usize, all: usize) -> String {
    format!("{ready} of {all} in order")
}

fn verdict(findings: &[Finding]) -> Verdict {
    match findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok) {
        Level::Ok | Level::Warning => Verdict::new("ok", Exit::Done),
        Level::Pending | Level::Unknown => Verdict::new("undetermined", Exit::CouldNot),
        Level::Fail => Verdict::new("unhealthy", Exit::No),
    }
}

fn outputs(report: &mut Report, judged: &[Judged<'_>]) {
    let failed: Vec<&str> =
        judged.iter().filter(|one| !one.is_well()).map(|one| one.target.name.as_str()).collect();
    let observed = || judged.iter().filter_map(|one| one.observed);
    let tries: u32 = observed().map(|one| one.tries).sum();
    let waited = observed().map(|one| one.waited.0.as_millis()).max().unwrap_or(0);
    let mut versions: Vec<String> = judged.iter().filter_map(Judged::version).collect();
    versions.dedup();
    report.output("failed", failed.join(","));
    report.output("tries", tries.to_string());
    report.output("waited-ms", waited.to_string());
    let coverage: Vec<String> = observed()
        .filter_map(|one| one.coverage.as_ref())
        .map(|one| format!("{}/{}", one.right, one.declared))
        .collect();
    report.output("coverage", coverage.join(","));
    report.output("version", foreign::one_line(&versions.join(",")));
}
