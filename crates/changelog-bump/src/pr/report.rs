//! Every word of `pr`.

use shiplane_core::changelog::bump::Level as Weight;
use shiplane_core::changelog::pr::{Plan, PullSeen, Wish, body};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};

use super::act::Outcome;
use crate::prepared::Prepared;
use crate::release::words::{no_workflows, stopped, stopped_verdict};
use crate::report::frame;

const LINES: usize = 1_000;

/// The answer is no, and nothing was contacted.
pub(super) fn refused(prepared: &Prepared, findings: Vec<Finding>) -> Report {
    let mut report = base(prepared, Verdict::new("refused", Exit::No), None);
    report.findings.extend(findings);
    report
}

/// What would be done.
pub(super) fn planned(prepared: &Prepared, wish: &Wish, plan: Plan) -> Report {
    let work = match plan {
        Plan::Refused(findings) => return refused(prepared, findings),
        Plan::Work(work) => work,
    };
    let word = if work.steps.is_empty() { "none" } else { "planned" };
    let mut report = base(prepared, Verdict::new(word, Exit::Done), None);
    report.findings.extend(work.findings);
    let planned = |name: String| Finding::ok("step-planned", format!("would {name}"));
    report.findings.extend(work.steps.iter().map(|step| planned(step.name(wish))));
    for change in &prepared.changes {
        report.excerpts.push(Excerpt::tail(&change.path, &change.diff(), LINES));
    }
    report
}

/// What was done.
pub(super) fn done(prepared: &Prepared, wish: &Wish, outcome: Outcome) -> Report {
    let Outcome { phases, findings, pull, silent, end } = outcome;
    let is_kept = findings.iter().any(|finding| finding.code == "branch-edited");
    let word = match (&pull, &wish.offer, phases.is_empty()) {
        _ if is_kept => "kept",
        (_, None, true) => "none",
        (_, None, false) => "closed",
        (_, Some(_), true) => "unchanged",
        (_, Some(_), false) => "proposed",
    };
    let verdict = match &end {
        Ok(refusals) if refusals.is_empty() => Verdict::new(word, Exit::Done),
        Ok(_) => Verdict::new("refused", Exit::No),
        Err(error) => stopped_verdict(error),
    };
    let mut report = base(prepared, verdict, pull.as_ref());
    if prepared.next.level > Weight::None && wish.offer.is_none() {
        let fact =
            format!("{} is in the files already; `release` tags and publishes it", prepared.next.version);
        report.findings.push(Finding::ok("release-written", fact));
    }
    report.findings.extend(findings);
    match end {
        Ok(refusals) => report.findings.extend(refusals),
        Err(error) => report.findings.push(stopped(&error, !phases.is_empty())),
    }
    report.findings.extend(silent.then(no_workflows));
    report.phases = phases;
    report
}

fn base(prepared: &Prepared, verdict: Verdict, pull: Option<&PullSeen>) -> Report {
    let mut report = frame(&prepared.next, &prepared.facts, verdict);
    report.output("notes", prepared.notes(body::LONGEST));
    report.output("pull-request", pull.map(|pull| pull.number.to_string()).unwrap_or_default());
    report.output("pull-request-url", pull.map(|pull| pull.url.clone()).unwrap_or_default());
    report
}
