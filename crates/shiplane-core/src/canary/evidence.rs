//! Which of what was counted is evidence, and its sums.

use super::facts::{Facts, Interval, Track, millis};
use super::policy::Policy;
use crate::duration::Span;
use crate::gate::time::Time;

/// A warm-up that is no more than this part of an interval does not spoil it.
const PART: i64 = 10;

/// The intervals of a version that count, and from when.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// Whose.
    pub track: &'a Track,
    /// From when on; none when the stage's begin is not known and nothing changed.
    pub start: Option<Time>,
    /// The present.
    pub as_of: Time,
    intervals: Vec<&'a Interval>,
}

/// Sums of counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    pub errors: u64,
    /// Those whose latency is known.
    pub timed: u64,
    /// Of these, those above each of the track's lines.
    pub slower: Vec<u64>,
    /// Seconds that they cover.
    pub seconds: u64,
}

/// What counts of the canary: after the warm-up of the stage and of the last change of weight.
pub fn evidence<'a>(policy: &Policy, facts: &'a Facts) -> Evidence<'a> {
    let changes = facts.canary.weight_changes.iter().copied().filter(|at| *at <= facts.as_of);
    let changed = changes.chain(facts.began).max();
    let intervals = facts
        .canary
        .intervals
        .iter()
        .filter(|interval| counts(interval, changed, policy.warm_up, facts.as_of));
    let start = changed.map(|changed| later(changed, policy.warm_up));
    Evidence { track: &facts.canary, start, as_of: facts.as_of, intervals: intervals.collect() }
}

/// No interval crosses a change, and none lies within the warm-up, or more than a small part of it.
fn counts(interval: &Interval, changed: Option<Time>, warm_up: Span, as_of: Time) -> bool {
    let Some(changed) = changed else { return interval.to <= as_of };
    let warm = later(changed, warm_up).seconds();
    let (from, to) = (interval.from.seconds(), interval.to.seconds());
    let spoilt = warm.saturating_sub(from).max(0).saturating_mul(PART) > to.saturating_sub(from);
    interval.from >= changed && interval.to <= as_of && (from >= warm || !spoilt)
}

fn later(time: Time, span: Span) -> Time {
    Time::from_seconds(time.seconds().saturating_add(seconds(span)))
}

/// So long before.
pub(crate) fn earlier(time: Time, span: Span) -> Time {
    Time::from_seconds(time.seconds().saturating_sub(seconds(span)))
}

/// Whole seconds.
pub(crate) fn seconds(span: Span) -> i64 {
    i64::try_from(millis(span) / 1000).unwrap_or(i64::MAX)
}

impl Evidence<'_> {
    /// Everything since the start.
    pub fn all(&self) -> Counts {
        self.within(|_| true)
    }

    /// What lies wholly after the moment.
    pub fn since(&self, moment: Time) -> Counts {
        self.within(|interval| interval.from >= moment)
    }

    /// The last windows of that length, newest first; what ends in a window belongs to it.
    pub fn windows(&self, length: Span, count: u32) -> Vec<Counts> {
        let length = seconds(length).max(1);
        let window = |number: u32| {
            let to = self.as_of.seconds().saturating_sub(length.saturating_mul(i64::from(number)));
            self.within(|interval| (to.saturating_sub(length)..to).contains(&(interval.to.seconds() - 1)))
        };
        (0..count).map(window).collect()
    }

    /// From when the first and until when the last of it is.
    pub fn extent(&self) -> Option<(Time, Time)> {
        let from = self.intervals.iter().map(|interval| interval.from).min()?;
        let to = self.intervals.iter().map(|interval| interval.to).max()?;
        Some((from, to))
    }

    fn within(&self, belongs: impl Fn(&Interval) -> bool) -> Counts {
        sum(self.intervals.iter().copied().filter(|interval| belongs(interval)))
    }
}

/// The sums of a track in a time, or up to its end when that time holds too few requests.
pub(crate) fn comparable(track: &Track, from: Option<Time>, to: Time, enough: u64) -> Counts {
    let inside = |interval: &&Interval| from.is_none_or(|from| interval.from >= from) && interval.to <= to;
    let same = sum(track.intervals.iter().filter(inside));
    if same.requests >= enough {
        return same;
    }
    sum(track.intervals.iter().filter(|interval| interval.to <= to))
}

fn sum<'a>(intervals: impl Iterator<Item = &'a Interval>) -> Counts {
    let mut counts = Counts::default();
    for interval in intervals {
        counts.requests = counts.requests.saturating_add(interval.requests);
        counts.errors = counts.errors.saturating_add(interval.errors);
        counts.timed = counts.timed.saturating_add(interval.timed);
        let length = interval.to.seconds().saturating_sub(interval.from.seconds());
        counts.seconds = counts.seconds.saturating_add(u64::try_from(length).unwrap_or(0));
        if counts.slower.len() < interval.slower.len() {
            counts.slower.resize(interval.slower.len(), 0);
        }
        for (sum, slower) in counts.slower.iter_mut().zip(&interval.slower) {
            *sum = sum.saturating_add(*slower);
        }
    }
    counts
}
