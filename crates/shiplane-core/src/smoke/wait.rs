//! Waiting until something is ready, as a pure step: the caller tries, sleeps and tells the time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long to wait, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitPolicy {
    /// How long to go on after failures; none means that the first failure is final.
    pub within: Option<Duration>,
    /// Successes in a row that make it ready.
    pub successes: u32,
    /// How long the row has to last, from its first success to its last.
    pub stable: Duration,
    /// The longest that one attempt may take.
    pub attempt: Duration,
    /// The pause after a success.
    pub between: Duration,
    /// The shortest pause after a failure.
    pub shortest: Duration,
    /// The longest pause after a failure.
    pub longest: Duration,
}

/// What was seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Attempts made.
    pub tries: u32,
    /// Attempts that failed.
    pub failed: u32,
    /// Successes since the last failure.
    pub in_a_row: u32,
    /// When the first of them came.
    pub right_since: Duration,
}

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The right answer.
    Good,
    /// No answer, or a wrong one.
    Bad,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Pause, then try again.
    Again {
        /// How long to pause.
        after: Duration,
    },
    /// Enough successes in a row.
    Ready,
    /// No time left.
    GaveUp,
}

/// A pause is this part of the time waited so far: who waited a minute can wait a second more, but what comes up
/// at once is seen at once.
const PART: u32 = 60;

impl WaitPolicy {
    /// One try.
    pub const fn once() -> Self {
        Self {
            within: None,
            successes: 1,
            stable: Duration::ZERO,
            attempt: Duration::from_secs(10),
            between: Duration::from_millis(10),
            shortest: Duration::from_millis(25),
            longest: Duration::from_secs(1),
        }
    }

    /// Until there were three successes in a row, at most so long.
    pub const fn within(limit: Duration) -> Self {
        Self { within: Some(limit), successes: 3, ..Self::once() }
    }

    /// How long the next attempt may take: no longer than what is left.
    pub fn budget(&self, now: Duration) -> Duration {
        match self.within {
            Some(within) => self.attempt.min(within.saturating_sub(now)).max(self.shortest),
            None => self.attempt,
        }
    }
}

/// Takes in what came of an attempt and says what to do; `now` counts from the start of the first attempt.
pub fn step(policy: &WaitPolicy, state: &mut State, observation: Observation, now: Duration) -> Next {
    state.tries = state.tries.saturating_add(1);
    match observation {
        Observation::Good => {
            if state.in_a_row == 0 {
                state.right_since = now;
            }
            state.in_a_row = state.in_a_row.saturating_add(1);
        }
        Observation::Bad => {
            state.failed = state.failed.saturating_add(1);
            state.in_a_row = 0;
        }
    }
    let often = state.in_a_row >= policy.successes.max(1);
    if often && state.right_for(now) >= policy.stable {
        return Next::Ready;
    }
    let pause = match observation {
        Observation::Good if often => lasting(policy, state.right_for(now)),
        Observation::Good => policy.between,
        Observation::Bad => (now / PART).clamp(policy.shortest, policy.longest.max(policy.shortest)),
    };
    match (policy.within, observation) {
        (None, Observation::Bad) => Next::GaveUp,
        (None, Observation::Good) => Next::Again { after: pause },
        (Some(within), _) => again(policy, within.saturating_sub(now), pause),
    }
}

impl State {
    /// How long it has been right.
    pub fn right_for(&self, now: Duration) -> Duration {
        if self.in_a_row == 0 { Duration::ZERO } else { now.saturating_sub(self.right_since) }
    }
}

/// The pause while nothing but time is missing: a tenth of it, and not beyond its end.
fn lasting(policy: &WaitPolicy, right: Duration) -> Duration {
    let pause = (policy.stable / 10).clamp(policy.between, policy.longest.max(policy.between));
    pause.min(policy.stable.saturating_sub(right)).max(Duration::from_millis(1))
}

/// The pause, shortened near the end so that the last attempts still have time to be made.
fn again(policy: &WaitPolicy, left: Duration, pause: Duration) -> Next {
    let after = pause.min(left / 2);
    if left < policy.shortest * 2 {
        return Next::GaveUp;
    }
    Next::Again { after }
}
