//! Every word that the user of `rollout` reads, besides the decision's own.

use shiplane_core::deploy::Stamp;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Drawing, Finding, Report, Verdict};
use shiplane_core::rollout::{Ask, Decision, Facts, Looked, State, Traffic, totals};

use super::back::WentBack;
use super::request::{Request, forgets};
use crate::outputs;
use crate::table::table;

/// How many changes are shown.
const SHOWN: usize = 12;

/// The stages with their times, and how long they take together.
pub(super) fn plan(ask: &Ask) -> Report {
    let stages = &ask.policy.stages;
    let mut report =
        Report::new(format!("rollout of {}", ask.environment), Verdict::new("planned", Exit::Done));
    let rows: Vec<Vec<String>> = stages
        .iter()
        .map(|stage| {
            let (least, most) = (stage.hold.least.to_string(), stage.hold.most.to_string());
            let asks = if stage.approval.is_some() { "a person says so" } else { "good numbers" };
            vec![
                format!("{} %", stage.at),
                stage.name.clone().unwrap_or_default(),
                least,
                most,
                asks.to_owned(),
            ]
        })
        .collect();
    report.drawings.push(table("stages", &["users", "name", "at least", "at most", "begins with"], &rows));
    let sums = totals(stages);
    let fact = format!(
        "{} stages with {}; everybody has the new version after {} to {}, and it ends after {} to {}",
        stages.len(),
        ask.policy.driver.name(),
        sums.least_to_all.brief(),
        sums.most_to_all.brief(),
        sums.least.brief(),
        sums.most.brief()
    );
    report.findings.push(Finding::ok("rollout-plan", fact));
    outputs::tell(&mut report, None, None);
    report
}

/// Nothing was changed: there was nothing to do, it was refused, or only looked at.
pub(super) fn decided(request: &Request, facts: &Facts, decision: Decision) -> Report {
    let is_planned = decision.change.is_some();
    let mut verdict = decision.verdict;
    let mut findings = decision.findings;
    if let (true, Some(change)) = (is_planned, &decision.change) {
        let now = facts.looked.state.as_ref().map_or(0, |state| state.percent);
        let fact = format!(
            "nothing was changed; it would be {}: {now} % to {} %, {}",
            verdict.word,
            change.state.percent,
            change.state.phase.word()
        );
        findings.insert(0, Finding::ok("planned", fact));
        verdict = Verdict::new("planned", Exit::Done);
    }
    let mut report = about(request, facts, (facts.looked.state.as_ref(), verdict));
    report.findings = findings;
    report
}

/// The host did it.
pub(super) fn done(
    request: &Request,
    facts: &Facts,
    (decision, state, unrecorded): (Decision, &State, Option<String>),
) -> Report {
    let mut report = about(request, facts, (Some(state), decision.verdict));
    report.findings = decision.findings;
    report.findings.extend(unrecorded.map(|why| {
        let fact = format!("the host's journal could not be told of it: {why}");
        Finding::warning("not-recorded", fact).help("`ssh-deploy doctor` shows what is full or not writable")
    }));
    report
}

/// The host could not do it.
pub(super) fn failed(
    request: &Request,
    facts: &Facts,
    (decision, why, restored): (Decision, &str, bool),
) -> Report {
    let (word, exit) = if restored { ("unchanged", Exit::Restored) } else { ("broken", Exit::Broken) };
    let mut report = about(request, facts, (facts.looked.state.as_ref(), Verdict::new(word, exit)));
    let after = if restored { "everything is as it was before" } else { "who gets what now is not certain" };
    let help = match (restored, forgets(&request.ask.policy.driver)) {
        (true, _) => "see what is in its way on the host, then run it again",
        (false, true) => "look at the proxy on the host now: its weights may be half set",
        (false, false) => "look at it on the host now, and set the share by hand",
    };
    let wanted = decision.change.map_or(0, |change| change.state.percent);
    let fact = format!("the share could not be set to {wanted} %, and {after}: {why}");
    report.findings.push(Finding::fail("share-not-set", fact).help(help));
    report
}

/// What became of the release that had gone bad.
pub(super) fn with_way_back(mut report: Report, request: &Request, went: Option<WentBack>) -> Report {
    let Some(went) = went else { return report };
    // With a canary of its own the users are well already; else the version that went bad is still theirs.
    if !went.is_back && request.canary.is_none() {
        report.verdict = Verdict::new("broken", Exit::Broken);
    }
    report.findings.extend(went.findings);
    report.phases.extend(went.phases);
    if request.canary.is_none() {
        outputs::tell(&mut report, went.live.as_ref(), None);
    }
    report
}

fn about(request: &Request, facts: &Facts, (state, verdict): (Option<&State>, Verdict)) -> Report {
    let title = match state {
        Some(state) => format!("rollout of {} on {}", state.release.label(), request.ask.environment),
        None => format!("rollout on {}", request.ask.environment),
    };
    let mut report = Report::new(title, verdict);
    let history = History::of(&facts.here.journal);
    outputs::tell(&mut report, history.live.as_ref(), history.previous());
    tell(&mut report, state);
    if let Some(state) = state {
        report.drawings.push(stages(state, facts.here.now));
    }
    report.drawings.push(overview(&facts.looked, &facts.here.journal));
    report
}

/// What later steps of the workflow can use.
fn tell(report: &mut Report, state: Option<&State>) {
    let text = |text: Option<String>| text.unwrap_or_default();
    report.output("percent", text(state.map(|state| state.percent.to_string())));
    report.output("stage", text(state.and_then(|state| state.current().map(|stage| stage.label()))));
    report.output("next-at", text(state.and_then(|state| state.next_at().map(|at| at.to_string()))));
    report.output("state", state.map_or("none", |state| state.phase.word()));
    report.output("stage-began", text(state.map(|state| state.window.to_string())));
    report.output("rollout-version", text(state.and_then(|state| state.release.version.clone())));
    report.output("rollout-commit", text(state.map(|state| state.release.commit.clone())));
}

/// Where it is among its stages.
fn stages(state: &State, now: Stamp) -> Drawing {
    let row = |(at, stage): (usize, &shiplane_core::config::Stage)| {
        let place = match at.cmp(&state.stage) {
            std::cmp::Ordering::Less => "behind".to_owned(),
            std::cmp::Ordering::Greater => "-".to_owned(),
            std::cmp::Ordering::Equal => {
                format!("{}, {}", state.phase.word(), state.watched_until(now).brief())
            }
        };
        let name = stage.name.clone().unwrap_or_default();
        vec![format!("{} %", stage.at), name, stage.hold.to_string(), place]
    };
    let rows: Vec<Vec<String>> = state.stages.iter().enumerate().map(row).collect();
    table("stages", &["users", "name", "hold", "where it is"], &rows)
}

/// What the driver says, and what was done so far.
fn overview(looked: &Looked, journal: &[Entry]) -> Drawing {
    let traffic = match &looked.traffic {
        Traffic::At { percent, .. } => format!("{percent} % have the new version"),
        Traffic::Unknown(why) => format!("not known: {why}"),
    };
    let mut rows = vec![vec![String::new(), "users now".to_owned(), traffic, String::new()]];
    let told = journal.iter().rev().filter_map(|entry| {
        let What::Rollout(told) = &entry.what else { return None };
        Some(vec![
            entry.at.to_string(),
            told.word.text().to_owned(),
            format!("{}: {} % to {} %", told.release.label(), told.from, told.to),
            entry.reason.clone().or_else(|| entry.actor.clone()).unwrap_or_default(),
        ])
    });
    rows.extend(told.take(SHOWN));
    table("what was done, newest first", &["when", "what", "share", "why or by whom"], &rows)
}
