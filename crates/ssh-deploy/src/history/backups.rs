//! Backups, drills and restores as lines among the runs.

use serde_json::{Value, json};
use shiplane_core::backup::{Told, told};
use shiplane_core::deploy::health::age;
use shiplane_core::deploy::{HostFacts, Stamp};

/// When it began, its row, and everything about it for programs.
pub(super) type Line = (Stamp, Vec<String>, Value);

/// Every deed with a backup, oldest first.
pub(super) fn lines(host: &str, facts: &HostFacts) -> Vec<Line> {
    let line = |told: &Told<'_>| (told.began(), row(told, facts), object(host, told, facts));
    told(&facts.journal).iter().map(line).collect()
}

fn row(told: &Told<'_>, facts: &HostFacts) -> Vec<String> {
    let dash = || "-".to_owned();
    vec![
        told.entry.run.clone(),
        told.noted.deed.clone(),
        dash(),
        dash(),
        told.entry.actor.clone().unwrap_or_else(dash),
        told.noted.end.word().to_owned(),
        format!("{:.1}", told.noted.seconds),
        age(facts.now, told.began()),
        told.noted.backup.clone().unwrap_or_else(dash),
    ]
}

fn object(host: &str, told: &Told<'_>, facts: &HostFacts) -> Value {
    json!({
        "host": host,
        "run": told.entry.run,
        "kind": told.noted.deed,
        "result": told.noted.end.word(),
        "backup": told.noted.backup,
        "bytes": told.noted.bytes,
        "removed": told.noted.removed,
        "counts": told.noted.counts,
        "why": told.noted.why,
        "actor": told.entry.actor,
        "run-url": told.entry.run_url,
        "began": told.began().to_string(),
        "ended": told.entry.at.to_string(),
        "seconds": told.noted.seconds,
        "age-seconds": facts.now.0.saturating_sub(told.began().0) / 1000,
    })
}
