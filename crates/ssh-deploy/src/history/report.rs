//! Every word that the user of `history` reads.

use serde_json::{Value, json};
use shiplane_core::deploy::health::age;
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::story::{Told, told};
use shiplane_core::deploy::{HostFacts, Place, Seen, Stamp};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::foreign;
use shiplane_core::report::{Finding, Report, Verdict};

use super::backups::{self, Line};
use crate::outputs;
use crate::table::table;

/// How far back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) limit: u32,
    pub(super) since: Option<Span>,
}

/// The journals as tables, newest first.
pub(super) fn history(place: &Place, seen: &[Seen], window: Window) -> Report {
    let mut report = Report::new(&place.name, Verdict::new("listed", Exit::Done));
    let live = seen.first().and_then(|seen| History::of(&seen.facts.journal).live);
    outputs::tell(&mut report, live.as_ref(), None);
    let mut all: Vec<Value> = Vec::new();
    for Seen { host, facts } in seen {
        let story = told(&facts.journal);
        let shown: Vec<&Told> = story.iter().rev().filter(|told| is_within(told, facts, window)).collect();
        let count = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let mut lines: Vec<Line> = shown
            .iter()
            .take(count)
            .map(|told| (told.began, row(told, facts), object(host, told, facts)))
            .collect();
        lines.extend(backups::lines(host, facts).into_iter().filter(|line| since(line.0, facts, window)));
        // A run that began at the same moment stays where it is.
        lines.sort_by_key(|line| std::cmp::Reverse(line.0));
        lines.truncate(count);
        let rows: Vec<Vec<String>> = lines.iter().map(|line| line.1.clone()).collect();
        all.extend(lines.into_iter().map(|line| line.2));
        let known = story.len() + backups::lines(host, facts).len();
        let fact = format!("{host}: {} of {known} runs", rows.len());
        report.findings.push(Finding::ok("runs", fact));
        let head = ["run", "kind", "version", "commit", "actor", "result", "seconds", "age", "release"];
        report.drawings.push(table(&format!("runs on {host}, newest first"), &head, &rows));
    }
    report.output("runs", Value::Array(all).to_string());
    report
}

fn is_within(told: &Told, facts: &HostFacts, window: Window) -> bool {
    since(told.began, facts, window)
}

fn since(began: Stamp, facts: &HostFacts, window: Window) -> bool {
    let passed = u128::from(facts.now.0.saturating_sub(began.0));
    window.since.is_none_or(|since| passed <= since.0.as_millis())
}

fn holds_lock(told: &Told, facts: &HostFacts) -> bool {
    facts.lock.as_ref().is_some_and(|holder| holder.run == told.run)
}

fn row(told: &Told, facts: &HostFacts) -> Vec<String> {
    let seconds = told.ended.as_ref().map_or("-".to_owned(), |ended| format!("{:.1}", ended.seconds));
    let dash = || "-".to_owned();
    // A deploy's release bears the run's own name.
    let release = if told.release.id == told.run { dash() } else { told.release.id.clone() };
    vec![
        told.run.clone(),
        told.kind_word().to_owned(),
        told.release.version.clone().unwrap_or_else(dash),
        told.release.commit.get(..8).unwrap_or(&told.release.commit).to_owned(),
        told.actor.clone().unwrap_or_else(dash),
        result(told, facts),
        seconds,
        age(facts.now, told.began),
        release,
    ]
}

/// The end in a word, and whose it was when the run's own people did not end it.
fn result(told: &Told, facts: &HostFacts) -> String {
    let word = told.result_word(holds_lock(told, facts));
    match &told.unlocked_by {
        Some(actor) if word == "unlocked" => format!("{word} by {}", foreign::one_line(actor)),
        Some(_) | None => word.to_owned(),
    }
}

/// Everything about a run, for programs; times as RFC 3339.
fn object(host: &str, told: &Told, facts: &HostFacts) -> Value {
    json!({
        "host": host,
        "run": told.run,
        "kind": told.kind_word(),
        "result": told.result_word(holds_lock(told, facts)),
        "release": told.release.id,
        "version": told.release.version,
        "commit": told.release.commit,
        "from": told.from.as_ref().map(|from| from.id.clone()),
        "actor": told.actor,
        "run-url": told.run_url,
        "unlocked-by": told.unlocked_by,
        "began": told.began.to_string(),
        "ended": told.ended.as_ref().map(|ended| ended.at.to_string()),
        "seconds": told.ended.as_ref().map(|ended| ended.seconds),
        "age-seconds": facts.now.0.saturating_sub(told.began.0) / 1000,
    })
}
