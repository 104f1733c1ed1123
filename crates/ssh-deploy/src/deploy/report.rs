//! Every word that the user of `deploy` reads.

use shiplane_core::deploy::doctor::secrets;
use shiplane_core::deploy::{HostPlan, Plan, Result as Ending, in_words};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};

use shiplane_fleet::Deed;

use super::request::Deploy;
use crate::doctor::named_secrets;
use crate::outputs;

/// Whether a finding stands against going on.
pub(super) fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// Secrets of the environment that arrived empty: what is built with them would fail later, or worse, would not.
pub(super) fn unset(request: &Deploy) -> Vec<Finding> {
    let named = named_secrets(Some(request.place.name.clone()), &request.place.secrets);
    secrets(&named).into_iter().filter(|finding| finding.level == Level::Fail).collect()
}

/// Nothing was changed: refused, or only the plan was asked for.
pub(super) fn decided(request: &Deploy, findings: Vec<Finding>, plans: &[HostPlan]) -> Report {
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
    request: &Deploy,
    mut findings: Vec<Finding>,
    (plans, deed): (&[HostPlan], Deed),
) -> Report {
    let (table, hosts) = (deed.table(), deed.hosts_output());
    let verdict = match deed.outcome.result {
        Ending::Good => Verdict::new("deployed", Exit::Done),
        Ending::Refused if deed.was_interrupted() => Verdict::new("interrupted", Exit::CouldNot),
        Ending::Refused => Verdict::new("refused", Exit::No),
        Ending::Restored => Verdict::new("restored", Exit::Restored),
        Ending::Broken => Verdict::new("broken", Exit::Broken),
    };
    if let Some(proof) = &deed.proof {
        findings.extend(proof.findings());
    }
    findings.extend(unproven(request));
    findings.extend(deed.outcome.findings);
    let plan = plans.first().map(|planned| &planned.plan);
    let mut report = Report::new(title(request, plan), verdict);
    outputs::tell(&mut report, deed.outcome.live.as_ref(), plan.and_then(|plan| plan.live.as_ref()));
    report.output("hosts", hosts);
    report.drawings.extend(table);
    report.findings = findings;
    report.phases = deed.phases;
    report.excerpts = deed.outcome.excerpts;
    report.excerpts.extend(deed.proof.iter().flat_map(|proof| proof.excerpts()));
    report
}

/// A green deploy that nobody asked from outside is only half a proof, and says so.
fn unproven(request: &Deploy) -> Option<Finding> {
    if request.probes.is_empty() {
        let fact = "no probe asked a public address; that the containers run is all that is known";
        let help = "name probes in the environment's `smoke:`";
        return Some(Finding::warning("not-proven", fact).help(help));
    }
    if request.proves_version {
        return None;
    }
    let fact = "no probe read the version, so an old release that still answers would look the same";
    let help =
        "pass --release-version, and say in a probe where its answer has it: `version: { json: /version }`";
    Some(Finding::warning("version-not-proven", fact).help(help))
}

fn title(request: &Deploy, plan: Option<&Plan>) -> String {
    let Some(plan) = plan else { return request.place.name.clone() };
    let from = plan.live.as_ref().map_or(String::new(), |live| format!(", in place of {}", live.label()));
    format!("{} to {}{from}", plan.release.label(), request.place.name)
}
