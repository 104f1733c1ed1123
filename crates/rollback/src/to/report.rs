//! Every word that the user of `to` reads.

use shiplane_core::deploy::{HostPlan, Plan, Result as Ending, in_words};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};

use shiplane_fleet::Deed;

use super::request::Request;
use crate::outputs;

/// Whether a finding stands against going on.
pub(super) fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// Nothing was changed: refused, or only the plan was asked for.
pub(super) fn decided(request: &Request, findings: Vec<Finding>, plans: &[HostPlan]) -> Report {
    let verdict = if refused(&findings) {
        Verdict::new("refused", Exit::No)
    } else {
        Verdict::new("planned", Exit::Done)
    };
    let plan = plans.first().map(|planned| &planned.plan);
    let mut report = Report::new(title(request, plan), verdict);
    report.excerpts.extend(in_words(plans));
    report.findings = findings;
    let live = plan.and_then(|plan| plan.live.as_ref());
    outputs::tell(&mut report, live, live);
    report
}

/// The run went to its end, whichever it was.
pub(super) fn carried_out(
    request: &Request,
    mut findings: Vec<Finding>,
    (plans, deed): (&[HostPlan], Deed),
) -> Report {
    let (table, hosts) = (deed.table(), deed.hosts_output());
    let verdict = match deed.outcome.result {
        Ending::Good => Verdict::new("rolled-back", Exit::Done),
        Ending::Refused if deed.was_interrupted() => Verdict::new("interrupted", Exit::CouldNot),
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
    let plan = plans.first().map(|planned| &planned.plan);
    let mut report = Report::new(title(request, plan), verdict);
    outputs::tell(&mut report, deed.outcome.live.as_ref(), plan.and_then(|plan| plan.live.as_ref()));
    let seconds: f64 = deed.phases.iter().map(|phase| phase.seconds).sum();
    findings.push(time(request, seconds));
    report.output("seconds", format!("{seconds:.1}"));
    report.output("hosts", hosts);
    report.drawings.extend(table);
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

/// The limit is shown with what was needed of it.
fn time(request: &Request, seconds: f64) -> Finding {
    let budget = request.budget();
    let fact = format!("{seconds:.1} s of {budget}");
    if seconds > budget.0.as_secs_f64() {
        Finding::warning("time", fact).help("see which phase took long, or give it more with --budget")
    } else {
        Finding::ok("time", fact)
    }
}
