//! What the host's lock and journal say.

use super::super::decide;
use super::super::holder::locked;
use super::super::journal::History;
use super::Patient;
use crate::report::Finding;

pub(super) fn lock(patient: &Patient<'_>) -> Vec<Finding> {
    vec![match &patient.facts.lock {
        Some(holder) => locked(holder, patient.facts.now),
        None => Finding::ok("lock", "nobody holds the lock"),
    }]
}

pub(super) fn unsettled(patient: &Patient<'_>) -> Vec<Finding> {
    vec![decide::uncertain(patient.facts).unwrap_or_else(|| {
        let count = patient.facts.journal.len();
        Finding::ok("journal", format!("the journal is readable, {count} entries, and leaves nothing open"))
    })]
}

pub(super) fn last_good(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(live) = History::of(&patient.facts.journal).live else {
        return vec![Finding::ok("live", "nothing was deployed here yet")];
    };
    let at = patient.facts.journal.iter().rev().map(|entry| entry.at).next().unwrap_or_default();
    let days = patient.facts.now.0.saturating_sub(at.0) / 86_400_000;
    vec![Finding::ok(
        "live",
        format!("{} is live; the journal's last entry is {days} days old", live.label()),
    )]
}
