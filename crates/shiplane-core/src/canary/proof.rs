//! Whether what was counted proves that a line is passed, and whether the canary alone passes it.

use super::bound::{Confidence, newcombe_lower, wilson_lower};
use super::evidence::{Counts, Evidence, comparable, earlier};
use super::facts::Facts;
use super::policy::Policy;
use super::share::Share;
use crate::gate::time::Time;

/// Fewer hits than these prove nothing: the bound alone would call 1 of 5 proven.
const FEWEST: u64 = 3;

/// What is counted of the requests.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Measure {
    /// Those that failed, of all.
    Errors,
    /// Those above the line at this place, of those whose latency is known.
    Slower(usize),
}

/// A line, and when passing it is final.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// What is counted.
    pub(crate) measure: Measure,
    /// The share that may be hit.
    pub(crate) share: Share,
    /// Windows in a row that must lie above it.
    pub(crate) windows: u32,
}

/// What was counted in one of the times that are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Requests that hit.
    pub(crate) hits: u64,
    /// Requests.
    pub(crate) all: u64,
    /// From when; none is the first that is known.
    pub(crate) since: Option<Time>,
    /// How sure.
    pub(crate) confidence: Confidence,
    /// The smallest share that is plausible.
    pub(crate) lower: f64,
}

/// What the looks say of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Passed {
    /// Not passed.
    Not(Look),
    /// Passed by what was counted, which may be chance.
    Perhaps(Look),
    /// Proven, but not in enough windows in a row.
    TooShort(Look, u32),
    /// Proven, but the baseline is no better.
    AsBaseline(Look, u64, u64),
    /// Proven.
    Surely(Look),
}

impl Measure {
    /// Hits and all.
    pub(crate) fn of(self, counts: &Counts) -> (u64, u64) {
        match self {
            Self::Errors => (counts.errors.min(counts.requests), counts.requests),
            Self::Slower(place) => {
                let slower = counts.slower.get(place).copied().unwrap_or(0);
                (slower.min(counts.timed), counts.timed)
            }
        }
    }
}

/// Looks at everything since the start, and at the recent past with more care because it is looked at again and
/// again.
pub(crate) fn passed(policy: &Policy, facts: &Facts, evidence: &Evidence<'_>, line: Line) -> Passed {
    let looks = looks(policy, evidence, line.measure);
    let [whole, recent] = looks;
    let proven = looks.into_iter().filter(|look| proves(*look, line.share));
    let mut excused = None;
    for look in proven {
        match excuse(policy, facts, line, look) {
            Some((hits, all)) => excused = Some(Passed::AsBaseline(look, hits, all)),
            None => return lasting(policy, evidence, line, look),
        }
    }
    if let Some(excused) = excused {
        return excused;
    }
    let above = |look: Look| line.share.is_passed_by(look.hits, look.all);
    match (above(whole), above(recent) && recent.hits >= FEWEST) {
        (true, _) => Passed::Perhaps(whole),
        (false, true) => Passed::Perhaps(recent),
        (false, false) => Passed::Not(whole),
    }
}

fn looks(policy: &Policy, evidence: &Evidence<'_>, measure: Measure) -> [Look; 2] {
    let look = |counts: &Counts, since, confidence| {
        let (hits, all) = measure.of(counts);
        Look { hits, all, since, confidence, lower: wilson_lower(hits, all, confidence) }
    };
    let recent =
        earlier(evidence.as_of, policy.recent).max(evidence.start.unwrap_or(Time::from_seconds(i64::MIN)));
    [
        look(&evidence.all(), evidence.start, Confidence::P99),
        look(&evidence.since(recent), Some(recent), Confidence::P999),
    ]
}

fn proves(look: Look, share: Share) -> bool {
    look.hits >= FEWEST && look.lower > share.fraction()
}

/// The baseline's counts of the same time, when they are enough and the canary is not surely worse.
fn excuse(policy: &Policy, facts: &Facts, line: Line, look: Look) -> Option<(u64, u64)> {
    let baseline = facts.baseline.as_ref()?;
    let measure = match line.measure {
        Measure::Errors => Measure::Errors,
        Measure::Slower(place) => {
            let line = facts.canary.lines.0.get(place)?;
            Measure::Slower(baseline.lines.0.iter().position(|other| other == line)?)
        }
    };
    let counts = comparable(baseline, look.since, facts.as_of, policy.minimum_requests);
    let (hits, all) = measure.of(&counts);
    let worse = newcombe_lower((look.hits, look.all), (hits, all)) > 0.0;
    (all >= policy.minimum_requests.max(1) && !worse).then_some((hits, all))
}

/// A limit may ask that it is passed in the last windows, each of them.
fn lasting(policy: &Policy, evidence: &Evidence<'_>, line: Line, look: Look) -> Passed {
    if line.windows <= 1 {
        return Passed::Surely(look);
    }
    let above = |counts: &Counts| {
        let (hits, all) = line.measure.of(counts);
        line.share.is_passed_by(hits, all)
    };
    let windows = evidence.windows(policy.window, line.windows);
    let in_a_row = windows.iter().take_while(|counts| above(counts)).count();
    match u32::try_from(in_a_row) {
        Ok(count) if count < line.windows => Passed::TooShort(look, count),
        Ok(_) | Err(_) => Passed::Surely(look),
    }
}
