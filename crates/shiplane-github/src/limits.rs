//! How long a question may take: what GitHub asks for, but within bounds.

use std::time::Duration;

use crate::trouble::{Limit, Trouble};

/// The most that one question waits in all. Longer waits cost more runner time than running again.
const MOST_WAITING: Duration = Duration::from_secs(180);

/// Waits after 5xx and broken connections, each longer than the one before.
const AFTER_FAILURE: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// GitHub asks for at least a minute after a secondary limit that names no time, and longer each time
/// (docs, "Rate limits for the REST API", "Exceeding the rate limit").
const AFTER_SECONDARY: Duration = Duration::from_secs(60);

/// A bound for limits that are met again and again with short waits.
const MOST_TRIES: u32 = 6;

/// What is left of the patience for one question.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    tries: u32,
    failures: usize,
    secondary: u32,
    waited: Duration,
}

impl Patience {
    /// How long to wait before the next try; `None` when it is time to give up.
    pub(crate) fn wait_for(&mut self, trouble: &Trouble) -> Option<Duration> {
        self.tries += 1;
        let wait = match trouble {
            Trouble::Unavailable(_) | Trouble::Connection(_) => {
                self.failures += 1;
                AFTER_FAILURE.get(self.failures - 1).copied()?
            }
            Trouble::Limited(limit) => self.until(limit)?,
            Trouble::TokenRefused(_)
            | Trouble::Forbidden { .. }
            | Trouble::NotFound(_)
            | Trouble::TooOld(_)
            | Trouble::Nonsense(_) => return None,
        };
        self.waited = self.waited.saturating_add(wait);
        (self.waited <= MOST_WAITING && self.tries < MOST_TRIES).then_some(wait)
    }

    /// How often it was tried.
    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }

    fn until(&mut self, limit: &Limit) -> Option<Duration> {
        if limit.wait.is_some() || !limit.secondary {
            return limit.wait;
        }
        self.secondary += 1;
        Some(AFTER_SECONDARY.saturating_mul(self.secondary))
    }
}
