//! The same request again and again for a while, at a steady pace and never more at once than allowed.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures_util::future::join_all;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::Answer;
use tokio::time::{Instant, sleep_until};

use crate::ask::Asker;
use crate::get::Get;
use crate::probe::Prober;

/// How fast, how many at once, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For how long requests are begun.
    pub length: Duration,
    /// The time from the begin of one request to that of the next.
    pub interval: Duration,
    /// The most requests in flight.
    pub together: u32,
}

/// Whether to begin further requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Yes.
    On,
    /// Enough is known.
    Stop,
}

/// Asks at that pace, and hands over when each request began and what came. What a slow service makes late is left
/// out rather than made up for: a burst would be our doing. A fault means that this machine could not even ask.
pub async fn sample(
    get: &Get,
    pace: Pace,
    on_answer: impl FnMut(Duration, &Answer) -> Go,
) -> Result<(), Fault> {
    let prober = Prober::new(get.clone())?;
    sample_by(&prober, get.timeout, pace, on_answer).await;
    Ok(())
}

/// The same, asked by somebody in particular.
pub async fn sample_by(
    asker: &impl Asker,
    limit: Duration,
    pace: Pace,
    on_answer: impl FnMut(Duration, &Answer) -> Go,
) {
    let clock = Clock { start: Instant::now(), pace, next: Cell::new(0), go: Cell::new(Go::On) };
    let on_answer = RefCell::new(on_answer);
    let one = async || {
        while let Some(due) = clock.due() {
            sleep_until(due).await;
            if clock.go.get() == Go::Stop {
                return;
            }
            let began = clock.start.elapsed();
            let answer = asker.attempt(limit).await;
            if on_answer.borrow_mut()(began, &answer) == Go::Stop {
                clock.go.set(Go::Stop);
            }
        }
    };
    join_all((0..pace.together.max(1)).map(|_| one())).await;
}

struct Clock {
    start: Instant,
    pace: Pace,
    next: Cell<u32>,
    go: Cell<Go>,
}

impl Clock {
    /// When the next request is due; those that are past already are passed over.
    fn due(&self) -> Option<Instant> {
        let interval = self.pace.interval.max(Duration::from_millis(1));
        let passed = self.start.elapsed().as_millis() / interval.as_millis().max(1);
        let number = self.next.get().max(u32::try_from(passed).unwrap_or(u32::MAX));
        let due = interval.checked_mul(number).filter(|due| *due < self.pace.length)?;
        self.next.set(number.saturating_add(1));
        match self.go.get() {
            Go::On => Some(self.start + due),
            Go::Stop => None,
        }
    }
}
