//! Look again, or stop? What to do after a look while `--wait` lasts.

use std::time::Duration;

use crate::report::{Finding, Level};

/// The first waits, in seconds: what ends soon is seen soon. After them it is one look every half minute.
const FIRST: [u64; 4] = [2, 4, 8, 15];
const STEADY: Duration = Duration::from_secs(30);

/// Reasons that go away by themselves: everything else needs someone to do something.
const PASSING: [&str; 5] = ["check-pending", "check-missing", "no-checks", "mergeable-unknown", "head-moved"];

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Look again after so long.
    Wait(Duration),
    /// The answer stands.
    Done,
    /// It cannot be waited for.
    GiveUp(Reason),
}

/// Why it cannot be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// GitHub would stop answering before the deadline, and answers again only after it.
    Allowance {
        /// Looks that the wait takes.
        needed: u64,
        /// Looks that are left.
        remaining: u64,
        /// When it works again, from now.
        resets_in: Duration,
    },
}

/// What the wait has been so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waited {
    /// Since the first look.
    pub elapsed: Duration,
    /// Looks that were taken.
    pub polls: u64,
    /// How long the same checks have all been green; nothing when they are not.
    pub unchanged_for: Duration,
}

/// How far the wait may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Since the first look.
    pub deadline: Duration,
    /// How long a pass must stay one before it is believed, for a check may appear late. Nothing where all are named.
    pub settle: Duration,
    /// What GitHub still answers; absent: not known.
    pub allowance: Option<Allowance>,
}

/// What GitHub still answers. A look costs one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Points that are left.
    pub remaining: u64,
    /// When there are new ones, from now.
    pub resets_in: Duration,
}

/// What to do after a look. The deadline cuts every wait, that for the settling of a pass included.
pub fn step(findings: &[Finding], so_far: &Waited, limits: &Limits) -> Step {
    let left = limits.deadline.saturating_sub(so_far.elapsed);
    let mut against = findings.iter().filter(|finding| finding.level > Level::Warning).peekable();
    let horizon = if against.peek().is_none() {
        left.min(limits.settle.saturating_sub(so_far.unchanged_for))
    } else if against.all(|finding| PASSING.contains(&finding.code.as_str())) {
        left
    } else {
        // One reason that stays is the answer, whatever else is on its way.
        Duration::ZERO
    };
    if horizon.is_zero() {
        return Step::Done;
    }
    let wait = scheduled(so_far.polls).min(horizon);
    match limits.allowance {
        Some(allowance) => affordable(wait, so_far.polls, horizon, allowance),
        None => Step::Wait(wait),
    }
}

/// With too few points: longer waits if there are new points in time, else no wait at all, for it would end in
/// silence and take the points of everything else that asks.
fn affordable(wait: Duration, polls: u64, horizon: Duration, allowance: Allowance) -> Step {
    let Allowance { remaining, resets_in } = allowance;
    let needed = looks(polls, horizon);
    if needed <= remaining {
        return Step::Wait(wait);
    }
    if resets_in >= horizon {
        return Step::GiveUp(Reason::Allowance { needed, remaining, resets_in });
    }
    let until_reset = looks(polls, resets_in);
    if until_reset <= remaining {
        return Step::Wait(wait);
    }
    let stretched = match u32::try_from(remaining) {
        Ok(0) => resets_in.saturating_add(Duration::from_secs(1)),
        Ok(parts) => resets_in / parts,
        Err(_) => wait,
    };
    Step::Wait(stretched.max(wait).min(horizon))
}

fn scheduled(polls: u64) -> Duration {
    let at = usize::try_from(polls.saturating_sub(1)).unwrap_or(usize::MAX);
    FIRST.get(at).map_or(STEADY, |seconds| Duration::from_secs(*seconds))
}

/// Looks from now until so long, the last one included.
fn looks(polls: u64, until: Duration) -> u64 {
    let mut taken = 0;
    let mut left = until;
    let mut polls = polls.max(1);
    while !left.is_zero() && scheduled(polls) < STEADY {
        left = left.saturating_sub(scheduled(polls));
        (taken, polls) = (taken + 1, polls + 1);
    }
    let steady = left.as_millis().div_ceil(STEADY.as_millis());
    u64::try_from(steady).unwrap_or(u64::MAX).saturating_add(taken)
}
