//! Every word that the user of rollback reads.

use shiplane_action::Output;
use shiplane_core::deploy::{Plan, Release, Result as Ending};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};

use crate::act::Deed;
use crate::request::Request;

/// What a step of the workflow can use.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "release", help: "Id of the release that is live afterwards" },
    Output { name: "commit", help: "Commit that is live afterwards" },
    Output { name: "version", help: "Version that is live afterwards, when it has one" },
    Output { name: "left", help: "Id of the release that was live before" },
    Output { name: "seconds", help: "Seconds from the first step on the host to the proof" },
];

/// Whether a finding stands against going on.
pub(crate) fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// Nothing was changed: refused, or only the plan was asked for.
pub(crate) fn decided(request: &Request, findings: Vec<Finding>, plan: Option<&Plan>) -> Report {
    let verdict = if refused(&findings) {
        Verdict::new("refused", Exit::No)
    } else {
        Verdict::new("planned", Exit::Done)
    };
    let mut report = Report::new(title(request, plan), verdict);
    report.excerpts.extend(plan.map(Plan::in_words));
    report.findings = findings;
    let live = plan.and_then(|plan| plan.live.as_ref());
    outputs(&mut report, live, live);
    report
}

/// The run went to its end, whichever it was.
pub(crate) fn carried_out(
    request: &Request,
    mut findings: Vec<Finding>,
    (plan, deed): (&Plan, Deed),
) -> Report {
    let verdict = match deed.outcome.result {
        Ending::Good => Verdict::new("rolled-back", Exit::Done),
        Ending::Refused => Verdict::new("refused", Exit::No),
        Ending::Restored => Verdict::new("unchanged", Exit::Restored),
        Ending::Broken => Verdict::new("broken", Exit::Broken),
    };
    findings.extend(deed.proof.iter().flat_map(|proof| proof.findings()));
    if request.probes.is_empty() {
        let fact = "no probe asked a public address; that the containers run is all that is known";
        let help = "name probes in the environment's `smoke:`";
        findings.push(Finding::warning("not-proven", fact).help(help));
    }
    findings.extend(deed.outcome.findings);
    let mut report = Report::new(title(request, Some(plan)), verdict);
    outputs(&mut report, deed.outcome.live.as_ref(), plan.live.as_ref());
    let seconds: f64 = deed.phases.iter().map(|phase| phase.seconds).sum();
    report.output("seconds", format!("{seconds:.1}"));
    report.findings = findings;
    report.phases = deed.phases;
    report.excerpts = deed.outcome.excerpts;
    report.excerpts.extend(deed.proof.iter().flat_map(|proof| proof.excerpts()));
    report
}

fn title(request: &Request, plan: Option<&Plan>) -> String {
    let place = &request.place.name;
    let Some(plan) = plan else { return format!("rollback on {place}") };
    let from = plan.live.as_ref().map_or(String::new(), |live| format!(" from {}", live.label()));
    format!("{place}{from} back to {}", plan.release.label())
}

fn outputs(report: &mut Report, live: Option<&Release>, left: Option<&Release>) {
    let text =
        |release: Option<&Release>, part: fn(&Release) -> String| release.map(part).unwrap_or_default();
    report.output("release", text(live, |release| release.id.clone()));
    report.output("commit", text(live, |release| release.commit.clone()));
    report.output("version", text(live, |release| release.version.clone().unwrap_or_default()));
    report.output("left", text(left, |release| release.id.clone()));
    report.output("seconds", "0");
}
