//! Single requests, counted into short intervals, so that a log of any length takes little room.

use std::collections::BTreeMap;

use super::facts::{Interval, Lines, Track};
use crate::duration::Span;
use crate::gate::time::Time;
use crate::smoke::StatusRange;

/// The length of an interval in seconds.
const LENGTH: i64 = 10;

/// A log that says nothing for twice this long is stale.
const EVERY: Span = Span::seconds(150);

/// The status of a proxy that waited in vain: it counts as slow, too.
const GATEWAY_TIMEOUT: u16 = 504;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// When.
    pub at: Time,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took, where that is known.
    pub millis: Option<f64>,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with this status.
    Status(u16),
    /// An answer that is not the right one.
    Wrong,
    /// No answer within the time.
    TimedOut,
    /// No answer.
    NoAnswer,
}

/// What was counted so far.
#[derive(Clone, Debug)]
pub struct Tally {
    lines: Lines,
    errors: Vec<StatusRange>,
    since: Option<Time>,
    until: Option<Time>,
    intervals: BTreeMap<i64, Interval>,
    /// Whether any latency was read: what failed is slow by its nature, and must not be all that is.
    measured: Measured,
    track: Track,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measured {
    NotYet,
    Yes,
}

impl Tally {
    /// An empty one; what lies before `since` or after `until` is not counted.
    pub fn new(source: &str, lines: Lines, errors: Vec<StatusRange>) -> Self {
        let track = Track { source: source.to_owned(), every: Some(EVERY), ..Track::default() };
        Self {
            lines,
            errors,
            since: None,
            until: None,
            intervals: BTreeMap::new(),
            measured: Measured::NotYet,
            track,
        }
    }

    /// Counts only what lies within.
    #[must_use]
    pub fn within(mut self, since: Option<Time>, until: Option<Time>) -> Self {
        (self.since, self.until) = (since, until);
        self
    }

    /// Counts one.
    pub fn add(&mut self, seen: &Seen) {
        self.track.read = self.track.read.saturating_add(1);
        if self.until.is_some_and(|until| seen.at > until) {
            self.track.out_of_time = self.track.out_of_time.saturating_add(1);
            return;
        }
        self.track.newest = self.track.newest.max(Some(seen.at));
        if self.since.is_some_and(|since| seen.at < since) {
            return;
        }
        let failed = self.failed(seen.outcome);
        let origin = self.since.map_or(0, Time::seconds);
        let number = seen.at.seconds().saturating_sub(origin).div_euclid(LENGTH);
        let from = origin.saturating_add(number.saturating_mul(LENGTH));
        let interval = self.intervals.entry(number).or_insert_with(|| Interval {
            from: Time::from_seconds(from),
            to: Time::from_seconds(from.saturating_add(LENGTH)),
            requests: 0,
            errors: 0,
            timed: 0,
            slower: vec![0; self.lines.0.len()],
        });
        interval.requests = interval.requests.saturating_add(1);
        interval.errors = interval.errors.saturating_add(u64::from(failed));
        if let Some(millis) = latency(seen, failed) {
            if millis.is_finite() {
                self.measured = Measured::Yes;
            }
            interval.timed = interval.timed.saturating_add(1);
            let slower = interval.slower.iter_mut().zip(&self.lines.0);
            slower
                .filter(|(_, line)| millis > super::bound::number(**line))
                .for_each(|(count, _)| *count = count.saturating_add(1));
        }
    }

    /// Counts what made no sense.
    pub fn unreadable(&mut self) {
        self.track.read = self.track.read.saturating_add(1);
        self.track.unreadable = self.track.unreadable.saturating_add(1);
    }

    /// Everything that was counted.
    pub fn finish(self) -> Track {
        let newest = self.track.newest;
        let mut intervals: Vec<Interval> = self.intervals.into_values().collect();
        for interval in &mut intervals {
            // An interval does not reach beyond what was seen of it.
            interval.to = newest.map_or(interval.to, |newest| interval.to.min(newest)).max(interval.from);
        }
        let lines = match self.measured {
            Measured::Yes => self.lines,
            Measured::NotYet => {
                intervals.iter_mut().for_each(|interval| (interval.timed, interval.slower) = (0, Vec::new()));
                Lines::default()
            }
        };
        Track { lines, intervals, ..self.track }
    }

    fn failed(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Status(status) => {
                self.errors.iter().any(|range| (range.first..=range.last).contains(&status))
            }
            Outcome::Wrong | Outcome::TimedOut | Outcome::NoAnswer => true,
        }
    }
}

/// Requests without an answer are slow, whatever their time; other failures are often quick and say nothing.
fn latency(seen: &Seen, failed: bool) -> Option<f64> {
    match seen.outcome {
        Outcome::TimedOut | Outcome::NoAnswer | Outcome::Status(GATEWAY_TIMEOUT) => Some(f64::INFINITY),
        Outcome::Status(_) | Outcome::Wrong => {
            seen.millis.filter(|millis| !failed && millis.is_finite() && *millis >= 0.0)
        }
    }
}
