//! Every word that the user of ssh-deploy reads.

use shiplane_action::Output;
use shiplane_core::deploy::journal::{Entry, What};
use shiplane_core::deploy::{HostFacts, Kind, Plan, Release, Result as Ending};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Level, Report, Verdict};

use crate::act::Deed;
use crate::request::{Deploy, Look};

/// What a step of the workflow can use.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "release", help: "Id of the release that is live afterwards" },
    Output { name: "commit", help: "Commit that is live afterwards" },
    Output { name: "version", help: "Version that is live afterwards, when one was given" },
    Output { name: "previous", help: "Id of the release that was live before" },
];

/// Whether a finding stands against going on.
pub(crate) fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// Nothing was changed: refused, or only the plan was asked for.
pub(crate) fn decided(request: &Deploy, findings: Vec<Finding>, plan: &Plan) -> Report {
    let verdict = if refused(&findings) {
        Verdict::new("refused", Exit::No)
    } else {
        Verdict::new("planned", Exit::Done)
    };
    let mut report = Report::new(title(request, plan), verdict);
    report.excerpts.push(plan.in_words());
    report.findings = findings;
    outputs(&mut report, plan.live.as_ref(), plan.live.as_ref());
    report
}

/// The run went to its end, whichever it was.
pub(crate) fn carried_out(
    request: &Deploy,
    mut findings: Vec<Finding>,
    (plan, deed): (&Plan, Deed),
) -> Report {
    let verdict = match deed.outcome.result {
        Ending::Good => Verdict::new("deployed", Exit::Done),
        Ending::Refused => Verdict::new("refused", Exit::No),
        Ending::Restored => Verdict::new("restored", Exit::Restored),
        Ending::Broken => Verdict::new("broken", Exit::Broken),
    };
    if let Some(proof) = &deed.proof {
        findings.extend(proof.findings());
    }
    findings.extend(unproven(request));
    findings.extend(deed.outcome.findings);
    let mut report = Report::new(title(request, plan), verdict);
    outputs(&mut report, deed.outcome.live.as_ref(), plan.live.as_ref());
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

fn title(request: &Deploy, plan: &Plan) -> String {
    let from = plan.live.as_ref().map_or(String::new(), |live| format!(", in place of {}", live.label()));
    format!("{} to {}{from}", plan.release.label(), request.place.name)
}

fn outputs(report: &mut Report, live: Option<&Release>, previous: Option<&Release>) {
    let text =
        |release: Option<&Release>, part: fn(&Release) -> String| release.map(part).unwrap_or_default();
    report.output("release", text(live, |release| release.id.clone()));
    report.output("commit", text(live, |release| release.commit.clone()));
    report.output("version", text(live, |release| release.version.clone().unwrap_or_default()));
    report.output("previous", text(previous, |release| release.id.clone()));
}

/// The journal as a list, newest first.
pub(crate) fn history(request: &Look, facts: &HostFacts) -> Report {
    let count = facts.journal.iter().filter(|entry| !matches!(entry.what, What::Ended { .. })).count();
    let mut report = Report::new(request.place.name.clone(), Verdict::new("listed", Exit::Done));
    report.output("release", String::new());
    let live = shiplane_core::deploy::journal::History::of(&facts.journal).live;
    outputs(&mut report, live.as_ref(), None);
    let lines = facts.journal.iter().rev().map(story).collect();
    report.excerpts.push(Excerpt { title: format!("{count} runs, newest first"), lines });
    report
}

fn story(entry: &Entry) -> String {
    let who = entry.actor.as_deref().map_or(String::new(), |actor| format!(" by {actor}"));
    let at = entry.at;
    match &entry.what {
        What::Adopted { release } => format!("{at} adopted {} as it ran before", release.label()),
        What::Began { kind, release, from } => {
            let verb = match kind {
                Kind::Deploy => "deploy of",
                Kind::Rollback => "rollback to",
            };
            let from = from.as_ref().map_or(String::new(), |from| format!(" in place of {}", from.label()));
            format!("{at} began {verb} {}{from}{who}", release.label())
        }
        What::Ended { result, phases, .. } => {
            let seconds: f64 = phases.iter().map(|phase| phase.seconds).sum();
            let word = match result {
                Ending::Good => "good",
                Ending::Refused => "refused, nothing was switched",
                Ending::Restored => "failed, the release before it is live again",
                Ending::Broken => "failed, and so did the way back",
            };
            format!("{at} ended after {seconds:.1} s: {word}")
        }
    }
}
