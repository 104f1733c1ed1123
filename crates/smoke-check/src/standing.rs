//! What a run means after those before it: written into the memory first, then into the report.

use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};
use shiplane_core::smoke::{Health, Past, Standing, State, follow, not_kept};

use crate::gather::Facts;
use crate::memory::{Held, Looked, Watchful};
use crate::request::Request;

/// The report with the runs before taken into account. A replay decides the same, and writes nothing.
pub(crate) fn run(request: &Request, facts: &Facts, (report, held): (Report, Option<Held>)) -> Report {
    let (Some(watchful), Some(looked)) = (&request.watchful, &facts.memory) else { return report };
    let kept = remembered(watchful, looked, (&report, held));
    match kept {
        Ok(standing) => told(report, standing),
        // Without a memory the verdict is that of this run alone, and whoever is told is told each time.
        Err(findings) => with(report, findings),
    }
}

fn remembered(
    watchful: &Watchful,
    looked: &Looked,
    (report, held): (&Report, Option<Held>),
) -> Result<Standing, Vec<Finding>> {
    let seen = Past { at: looked.now, health: health(report) };
    let standing = follow(&looked.recalled, &watchful.subject, seen, &watchful.vigilance)?;
    match held.map(|held| held.write(&standing.memory, &looked.recalled)) {
        None | Some(Ok(())) => Ok(standing),
        Some(Err(reason)) => Err(vec![not_kept(&reason)]),
    }
}

fn health(report: &Report) -> Health {
    match report.verdict.exit {
        Exit::Done => Health::Good,
        Exit::CouldNot | Exit::Usage => Health::Unknown,
        Exit::No | Exit::Restored | Exit::Broken => Health::Bad,
    }
}

fn told(mut report: Report, standing: Standing) -> Report {
    let Standing { state, incident, findings, .. } = standing;
    report.verdict = verdict(state, report.verdict);
    if report.verdict.exit == Exit::Done {
        // It was well before, and it is too early to alert: worth knowing, and no more than that.
        let failed = report.findings.iter_mut().filter(|finding| finding.level == Level::Fail);
        failed.for_each(|finding| finding.level = Level::Warning);
    }
    report.output("state", state.word());
    report.output("alert", incident.turn.word());
    report.output("incident", incident.id.clone());
    report.output("since", incident.since.map_or_else(String::new, |since| since.to_string()));
    report.incident = Some(incident);
    with(report, findings)
}

/// What could not be found out stays so; one bad run among good ones is no outage.
fn verdict(state: State, alone: Verdict) -> Verdict {
    match (state, alone.exit) {
        (State::Suspect, Exit::No) => Verdict::new("suspect", Exit::Done),
        (State::Flapping, Exit::No | Exit::Done) => Verdict::new("flapping", Exit::Done),
        (State::Recovering, Exit::Done) => Verdict::new("recovering", Exit::Done),
        (
            State::Healthy
            | State::Suspect
            | State::Unproven
            | State::Flapping
            | State::Incident
            | State::Recovering,
            _,
        ) => alone,
    }
}

fn with(mut report: Report, findings: Vec<Finding>) -> Report {
    report.findings.extend(findings);
    report
}
