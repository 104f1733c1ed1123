//! Recorded samples: JSON lines, each a reading of counters, counts of a time, a single request, or an event.
//!
//! - `{"at": T, "requests": 1200, "errors": 3, "slower": {"500ms": 40, "2s": 1}}`: counters as they stood at that
//!   moment; a counter that fell began anew. `"timed"` where not all have a latency, `"instance"` where there are
//!   several processes.
//! - `{"from": T, "at": T, "requests": 100, "errors": 1}`: what was counted between.
//! - `{"at": T, "status": 200, "ms": 12.5}` or `{"at": T, "error": "timeout"}`: one request.
//! - `{"at": T, "event": "weight"}` and `{"at": T, "event": "restart"}`.
//!
//! `T` is RFC 3339 or seconds since 1970. With `"track": "baseline"` a line is of the version to compare with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::counter::{Counted, Series, differences};
use super::facts::{Interval, Lines, Track, millis};
use super::log::moment;
use super::tally::{Outcome, Seen, Tally};
use crate::duration::Span;
use crate::gate::time::Time;

/// What a line says.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Whether it is of the version to compare with.
    pub baseline: bool,
    at: Time,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Counters { instance: String, values: Values },
    Counts { from: Time, values: Values },
    Request(Seen),
    WeightChange,
    Restart,
}

#[derive(Clone, Debug)]
struct Values {
    requests: f64,
    errors: f64,
    timed: Option<f64>,
    slower: BTreeMap<u64, f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Wire {
    at: Value,
    from: Option<Value>,
    track: Option<String>,
    instance: Option<String>,
    requests: Option<f64>,
    errors: Option<f64>,
    timed: Option<f64>,
    slow: Option<f64>,
    #[serde(default)]
    slower: BTreeMap<String, f64>,
    status: Option<u16>,
    #[serde(alias = "milliseconds")]
    ms: Option<f64>,
    error: Option<String>,
    event: Option<String>,
}

/// Reads a line; nothing means that it makes no sense. `slow` stands for slower than `slow_line`.
pub fn parse(line: &str, slow_line: Span) -> Option<Sample> {
    let wire: Wire = serde_json::from_str(line).ok()?;
    let at = moment(&wire.at)?;
    let baseline = match wire.track.as_deref() {
        None | Some("canary") => false,
        Some("baseline" | "stable") => true,
        Some(_) => return None,
    };
    let kind = match wire.event.as_deref() {
        Some("weight") => Kind::WeightChange,
        Some("restart") => Kind::Restart,
        Some(_) => return None,
        None if wire.requests.is_some() => counted(wire, slow_line)?,
        None => Kind::Request(request(&wire, at)?),
    };
    Some(Sample { baseline, at, kind })
}

fn counted(wire: Wire, slow_line: Span) -> Option<Kind> {
    let mut slower = BTreeMap::new();
    for (line, count) in &wire.slower {
        slower.insert(millis(line.parse().ok()?), *count);
    }
    if let Some(count) = wire.slow {
        slower.insert(millis(slow_line), count);
    }
    let values =
        Values { requests: wire.requests?, errors: wire.errors.unwrap_or(0.0), timed: wire.timed, slower };
    let mut all = [values.requests, values.errors]
        .into_iter()
        .chain(values.timed)
        .chain(values.slower.values().copied());
    if all.any(|value| !value.is_finite() || value < 0.0) {
        return None;
    }
    match wire.from {
        Some(from) => Some(Kind::Counts { from: moment(&from)?, values }),
        None => Some(Kind::Counters { instance: wire.instance.unwrap_or_default(), values }),
    }
}

fn request(wire: &Wire, at: Time) -> Option<Seen> {
    let outcome = match (wire.status, wire.error.as_deref()) {
        (_, Some("timeout")) => Outcome::TimedOut,
        (_, Some(error)) if !error.is_empty() => Outcome::NoAnswer,
        (Some(status), _) => Outcome::Status(status),
        (None, _) => return None,
    };
    Some(Seen { at, outcome, millis: wire.ms })
}

/// Samples of one version as they come.
#[derive(Debug)]
pub struct Recorder {
    tally: Tally,
    until: Option<Time>,
    series: BTreeMap<(String, Counted), Vec<(Time, f64)>>,
    last: BTreeMap<String, Time>,
    counts: Vec<(Time, Time, Values)>,
    moments: BTreeSet<Time>,
    track: Track,
}

impl Recorder {
    /// Takes in what is not after `until`; single requests go through the tally.
    pub fn new(tally: Tally, until: Option<Time>) -> Self {
        Self {
            tally,
            until,
            series: BTreeMap::new(),
            last: BTreeMap::new(),
            counts: Vec::new(),
            moments: BTreeSet::new(),
            track: Track::default(),
        }
    }

    /// Takes one in.
    pub fn add(&mut self, sample: Sample) {
        let at = sample.at;
        if self.until.is_some_and(|until| at > until) {
            self.track.out_of_time += 1;
            self.track.read += 1;
            return;
        }
        if let Kind::Request(seen) = sample.kind {
            self.tally.add(&seen);
            return;
        }
        self.track.read += 1;
        if self.goes_backwards(at, &sample.kind) {
            self.track.out_of_time += 1;
            return;
        }
        match sample.kind {
            Kind::Counters { instance, values } => self.counters(at, instance, &values),
            Kind::Counts { from, values } => self.counts.push((from, at, values)),
            Kind::Request(_) => {}
            Kind::WeightChange => self.track.weight_changes.push(at),
            Kind::Restart => self.track.restarts.push(at),
        }
        self.track.newest = self.track.newest.max(Some(at));
        self.moments.insert(at);
    }

    /// A clock that goes backwards adds nothing.
    fn goes_backwards(&self, at: Time, kind: &Kind) -> bool {
        match kind {
            Kind::Counters { instance, .. } => self.last.get(instance).is_some_and(|last| at <= *last),
            Kind::Counts { from, .. } => *from >= at,
            Kind::Request(_) | Kind::WeightChange | Kind::Restart => false,
        }
    }

    /// Counts a line that makes no sense.
    pub fn unreadable(&mut self) {
        self.tally.unreadable();
    }

    fn counters(&mut self, at: Time, instance: String, values: &Values) {
        let all = [(Counted::Requests, values.requests), (Counted::Errors, values.errors)].into_iter();
        let timed = values.timed.or((!values.slower.is_empty()).then_some(values.requests));
        let all = all.chain(timed.map(|timed| (Counted::Timed, timed)));
        for (counted, value) in
            all.chain(values.slower.iter().map(|(line, count)| (Counted::Slower(*line), *count)))
        {
            self.series.entry((instance.clone(), counted)).or_default().push((at, value));
        }
        self.last.insert(instance, at);
    }

    /// Everything that was recorded.
    pub fn finish(self) -> Track {
        let requests = self.tally.finish();
        let mut track = self.track;
        let lines = lines(&requests, &self.counts, self.series.keys().map(|(_, counted)| *counted));
        let series: Vec<Series> = self
            .series
            .into_iter()
            .map(|((instance, counted), points)| Series { instance, counted, points })
            .collect();
        let (mut intervals, restarts) = differences(&series, &lines);
        intervals.extend(self.counts.iter().map(|(from, to, values)| interval(*from, *to, values, &lines)));
        let single = requests.intervals.into_iter();
        intervals.extend(
            single
                .map(|interval| Interval { slower: spread(&interval, &requests.lines, &lines), ..interval }),
        );
        track.restarts.extend(restarts);
        track.restarts.sort_unstable();
        track.restarts.dedup();
        track.every = if self.moments.len() > 1 { every(&self.moments) } else { requests.every };
        track.newest = track.newest.max(requests.newest);
        track.read = track.read.saturating_add(requests.read);
        track.unreadable = requests.unreadable;
        track.out_of_time = track.out_of_time.saturating_add(requests.out_of_time);
        Track { source: requests.source, lines, intervals, ..track }
    }
}

fn lines(requests: &Track, counts: &[(Time, Time, Values)], counted: impl Iterator<Item = Counted>) -> Lines {
    let of_counters = counted.filter_map(|counted| match counted {
        Counted::Slower(line) => Some(line),
        Counted::Requests | Counted::Errors | Counted::Timed => None,
    });
    let of_counts = counts.iter().flat_map(|(_, _, values)| values.slower.keys().copied());
    let all: BTreeSet<u64> = of_counters.chain(of_counts).chain(requests.lines.0.iter().copied()).collect();
    Lines(all.into_iter().collect())
}

fn interval(from: Time, to: Time, values: &Values, lines: &Lines) -> Interval {
    let timed = values.timed.or((!values.slower.is_empty()).then_some(values.requests));
    let slower = lines.0.iter().map(|line| values.slower.get(line).map_or(0, |count| whole(*count)));
    Interval {
        from,
        to,
        requests: whole(values.requests),
        errors: whole(values.errors),
        timed: timed.map_or(0, whole),
        slower: slower.collect(),
    }
}

/// The same counts on other lines, which hold all of its own.
fn spread(interval: &Interval, own: &Lines, lines: &Lines) -> Vec<u64> {
    let count = |line: &u64| {
        let place = own.0.iter().position(|known| known == line)?;
        interval.slower.get(place).copied()
    };
    lines.0.iter().map(|line| count(line).unwrap_or(0)).collect()
}

/// The usual distance of two samples: the median.
fn every(moments: &BTreeSet<Time>) -> Option<Span> {
    let pairs = moments.iter().zip(moments.iter().skip(1));
    let mut gaps: Vec<i64> = pairs.map(|(one, next)| next.seconds() - one.seconds()).collect();
    gaps.sort_unstable();
    let middle = gaps.get(gaps.len() / 2)?;
    Some(Span::seconds(u64::try_from(*middle).ok()?))
}

fn whole(value: f64) -> u64 {
    format!("{:.0}", value.max(0.0)).parse().unwrap_or(u64::MAX)
}
