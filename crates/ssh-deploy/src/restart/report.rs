//! Every word that the user of `restart` reads.

use shiplane_core::deploy::{HostPlan, Plan, Result as Ending};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};
use shiplane_fleet::Deed;

use super::request::Restart;
use crate::outputs;

/// Whether a finding stands against going on.
pub(super) fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// Where there are several hosts, a finding says whose it is.
pub(super) fn of(host: &str, findings: Vec<Finding>, hosts: usize) -> Vec<Finding> {
    let named = |finding: Finding| Finding { fact: format!("{host}: {}", finding.fact), ..finding };
    findings.into_iter().map(|finding| if hosts > 1 { named(finding) } else { finding }).collect()
}

/// Nothing was changed: refused, or only the plan was asked for.
pub(super) fn decided(request: &Restart, findings: Vec<Finding>, plans: &[HostPlan]) -> Report {
    let verdict = if refused(&findings) {
        Verdict::new("refused", Exit::No)
    } else {
        Verdict::new("planned", Exit::Done)
    };
    let plan = plans.first().map(|planned| &planned.plan);
    let mut report = Report::new(title(request, plan), verdict);
    report.excerpts.extend(plan.map(Plan::in_words));
    report.findings = findings;
    let live = plan.and_then(|plan| plan.live.as_ref());
    outputs::tell(&mut report, live, live);
    report
}

/// The run went to its end, whichever it was. A restart has no way back: what was stopped is what was live.
pub(super) fn carried_out(
    request: &Restart,
    mut findings: Vec<Finding>,
    (plans, deed): (&[HostPlan], Deed),
) -> Report {
    let proven = deed.proof.as_ref().is_none_or(|proof| proof.passed());
    let verdict = match (deed.outcome.result, proven) {
        (Ending::Good, true) => Verdict::new("restarted", Exit::Done),
        (Ending::Refused, _) => Verdict::new("refused", Exit::No),
        (Ending::Good, false) | (Ending::Restored | Ending::Broken, _) => {
            Verdict::new("broken", Exit::Broken)
        }
    };
    findings.extend(deed.proof.iter().flat_map(|proof| proof.findings()));
    findings.extend(deed.outcome.findings);
    if verdict.exit == Exit::Broken {
        let fact = "what is live was started again and is not well; a restart has nothing to go back to";
        let help = "`ssh-deploy logs` shows what it said; `rollback to VERSION` brings an older release back";
        findings.push(Finding::fail("not-well", fact).help(help));
    }
    let plan = plans.first().map(|planned| &planned.plan);
    let mut report = Report::new(title(request, plan), verdict);
    let live = plan.and_then(|plan| plan.live.as_ref());
    outputs::tell(&mut report, live, live);
    report.findings = findings;
    report.phases = deed.phases;
    report.excerpts = deed.outcome.excerpts;
    report.excerpts.extend(deed.proof.iter().flat_map(|proof| proof.excerpts()));
    report
}

fn title(request: &Restart, plan: Option<&Plan>) -> String {
    let services = &request.ask.options.again.services;
    let what = if services.is_empty() { "everything".to_owned() } else { services.join(", ") };
    let live = plan.and_then(|plan| plan.live.as_ref());
    let live = live.map_or(String::new(), |live| format!(" of {}", live.label()));
    format!("{what}{live} on {}", request.look.place.name)
}
