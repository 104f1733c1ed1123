//! Counters, seen from time to time, as what was counted between: a counter that fell began anew.
//!
//! The raw counters are read and not a rate: a rate over a series that was born within its range is 0, which hides the
//! first errors of a canary (prometheus/prometheus#1673, #3886).

use std::collections::BTreeMap;

use super::facts::{Interval, Lines};
use crate::gate::time::Time;

/// What a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// Requests.
    Requests,
    /// Those that failed.
    Errors,
    /// Those whose latency is known.
    Timed,
    /// Of these, those that took longer than so many milliseconds.
    Slower(u64),
}

/// One counter of one process.
#[derive(Clone, Debug)]
pub struct Series {
    /// The process; its counters begin anew together.
    pub instance: String,
    /// What it counts.
    pub counted: Counted,
    /// When it was seen at how much, in the order of time.
    pub points: Vec<(Time, f64)>,
}

/// What was counted between, and when processes began anew.
pub fn differences(series: &[Series], lines: &Lines) -> (Vec<Interval>, Vec<Time>) {
    let mut instances: BTreeMap<&str, Vec<&Series>> = BTreeMap::new();
    for one in series {
        instances.entry(&one.instance).or_default().push(one);
    }
    let (mut intervals, mut restarts) = (Vec::new(), Vec::new());
    for instance in instances.values() {
        instance_differences(instance, lines, &mut intervals, &mut restarts);
    }
    restarts.sort_unstable();
    (intervals, restarts)
}

fn instance_differences(
    series: &[&Series],
    lines: &Lines,
    intervals: &mut Vec<Interval>,
    restarts: &mut Vec<Time>,
) {
    let mut moments: BTreeMap<Time, Vec<(usize, f64)>> = BTreeMap::new();
    for (number, one) in series.iter().enumerate() {
        for (at, value) in &one.points {
            moments.entry(*at).or_default().push((number, *value));
        }
    }
    let mut last: BTreeMap<usize, f64> = BTreeMap::new();
    let mut before: Option<Time> = None;
    for (at, values) in moments {
        let anew = begins_anew(series, &last, &values);
        if let Some(from) = before {
            let mut interval =
                Interval { from, to: at, requests: 0, errors: 0, timed: 0, slower: vec![0; lines.0.len()] };
            for (number, value) in &values {
                if let Some(one) = series.get(*number) {
                    let base = last.get(number).copied().filter(|_| !anew);
                    add(&mut interval, lines, one.counted, count(risen(one.counted, base, *value)));
                }
            }
            intervals.push(interval);
        }
        if anew {
            restarts.push(at);
            last.clear();
        }
        last.extend(values);
        before = Some(at);
    }
}

/// Whether the whole process began anew: half of its counters fell, or more. A single one of many may have been
/// dropped and born again, and one that is a difference itself may waver.
fn begins_anew(series: &[&Series], last: &BTreeMap<usize, f64>, values: &[(usize, f64)]) -> bool {
    let raw = |number: usize| {
        series.get(number).is_some_and(|one| match one.counted {
            Counted::Requests | Counted::Errors | Counted::Timed => true,
            Counted::Slower(_) => false,
        })
    };
    let pairs = values.iter().filter(|(number, _)| raw(*number));
    let risen = pairs.filter_map(|(number, value)| Some((*last.get(number)?, *value)));
    let known: Vec<(f64, f64)> = risen.filter(|(last, _)| *last > 0.0).collect();
    let fallen = known.iter().filter(|(last, value)| value < last).count();
    fallen > 0 && fallen * 2 >= known.len()
}

/// What was counted since. A counter that is new where its process was seen before was born since: from 0.
fn risen(counted: Counted, before: Option<f64>, now: f64) -> f64 {
    match (before, counted) {
        (Some(before), _) if now >= before => now - before,
        (Some(_), Counted::Slower(_)) => 0.0,
        (Some(_) | None, _) => now,
    }
}

fn add(interval: &mut Interval, lines: &Lines, counted: Counted, by: u64) {
    let sum = match counted {
        Counted::Requests => Some(&mut interval.requests),
        Counted::Errors => Some(&mut interval.errors),
        Counted::Timed => Some(&mut interval.timed),
        Counted::Slower(line) => {
            lines.0.iter().position(|known| *known == line).and_then(|place| interval.slower.get_mut(place))
        }
    };
    if let Some(sum) = sum {
        *sum = sum.saturating_add(by);
    }
}

/// The nearest whole number of requests.
fn count(value: f64) -> u64 {
    format!("{:.0}", value.max(0.0)).parse().unwrap_or(u64::MAX)
}
