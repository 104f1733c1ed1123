//! Answers of Prometheus (HTTP API v1) as counters: raw ones, which are differenced here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::counter::{Counted, Series, differences};
use super::facts::{Lines, Track, Trouble, millis};
use super::native::{self, Native};
use crate::duration::Span;
use crate::fault::Fault;
use crate::gate::time::Time;

/// One series of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its points, in the order of time.
    pub points: Vec<(Time, f64)>,
    /// What it held where it is a native histogram, in the order of time.
    pub native: Vec<(Time, Native)>,
    /// Points that are no number.
    pub invalid: u64,
}

/// Why an answer holds no series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The query is wrong, whatever the canary does.
    Query(String),
    /// Prometheus could not answer, or not wholly.
    Source(Trouble),
}

/// All that was asked about one version.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Counters of requests.
    pub requests: Vec<Labelled>,
    /// Counters of those that failed; no series means none failed, as long as there are requests.
    pub errors: Vec<Labelled>,
    /// The buckets of a histogram, where it was asked for.
    pub latency: Option<Vec<Labelled>>,
    /// Which targets are up.
    pub up: Vec<Labelled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned")]
struct Wire<R> {
    #[serde(default)]
    status: String,
    data: Option<Data<R>>,
    #[serde(default)]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    // VictoriaMetrics says so when a storage node did not answer.
    #[serde(default)]
    is_partial: bool,
}

#[derive(Deserialize)]
#[serde(bound = "R: DeserializeOwned")]
struct Data<R> {
    result: Vec<R>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    value: Option<(f64, String)>,
    values: Option<Vec<(f64, String)>>,
    histogram: Option<(f64, Native)>,
    histograms: Option<Vec<(f64, Native)>>,
}

/// Reads the body of an answer.
pub fn read(status: u16, body: &str) -> Result<Vec<Labelled>, Refused> {
    Ok(result::<Entry>(status, body)?.into_iter().map(labelled).collect())
}

/// Reads the answer to `time()`: what Prometheus takes for the present.
pub fn read_time(status: u16, body: &str) -> Result<Time, Refused> {
    let first = result::<Value>(status, body)?.first().and_then(Value::as_f64);
    first.and_then(time).ok_or_else(|| shape(status))
}

fn result<R: DeserializeOwned>(status: u16, body: &str) -> Result<Vec<R>, Refused> {
    let source = |code: &str, fact: String| Refused::Source(Trouble { code: code.to_owned(), fact });
    if matches!(status, 401 | 403) {
        return Err(source(
            "source-refused",
            format!("Prometheus answers {status}: it lets nobody in without a login"),
        ));
    }
    let wire: Wire<R> = serde_json::from_str(body).map_err(|_| shape(status))?;
    if wire.status == "error" && wire.error_type == "bad_data" {
        return Err(Refused::Query(wire.error));
    }
    if wire.status != "success" || status != 200 {
        let why = if wire.error.is_empty() { String::new() } else { format!(": {}", wire.error) };
        return Err(source("source-failed", format!("Prometheus answers {status}{why}")));
    }
    if let Some(warning) = wire.warnings.first() {
        return Err(source("partial", format!("Prometheus warns: {warning}")));
    }
    if wire.is_partial {
        return Err(source("partial", "the answer is partial".to_owned()));
    }
    wire.data.map(|data| data.result).ok_or_else(|| shape(status))
}

fn shape(status: u16) -> Refused {
    let fact = format!("what answers with status {status} is not Prometheus, or the answer is cut");
    Refused::Source(Trouble { code: "source-failed".to_owned(), fact })
}

fn labelled(entry: Entry) -> Labelled {
    let (mut points, mut invalid) = (Vec::new(), 0);
    for (at, value) in entry.values.into_iter().flatten().chain(entry.value) {
        match (time(at), value.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)) {
            (Some(at), Some(value)) => points.push((at, value)),
            (None, _) | (_, None) => invalid += 1,
        }
    }
    let histograms = entry.histograms.into_iter().flatten().chain(entry.histogram);
    let native = histograms.filter_map(|(at, native)| Some((time(at)?, native))).collect();
    Labelled { labels: entry.metric, points, native, invalid }
}

fn time(seconds: f64) -> Option<Time> {
    if !seconds.is_finite() || seconds < 0.0 {
        return None;
    }
    format!("{:.0}", seconds.floor()).parse().ok().map(Time::from_seconds)
}

/// Keeps one point of every so many seconds: what a counter counted in between is in the next one.
pub fn thin<T>(points: &mut Vec<(Time, T)>, seconds: i64) {
    let mut last: Option<i64> = None;
    points.retain(|(at, _)| {
        let slot = at.seconds().div_euclid(seconds.max(1));
        last.replace(slot) != Some(slot)
    });
}

/// A query has to be the counter itself, such as `http_requests_total{track="canary"}`.
pub fn is_selector(query: &str) -> bool {
    let query = query.trim();
    let name_end =
        query.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(query.len());
    let (name, rest) = query.split_at(name_end);
    let rest = rest.trim();
    if rest.is_empty() {
        return !name.is_empty();
    }
    let Some(inner) = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return false };
    let (mut quote, mut escaped) = (None, false);
    for c in inner.chars() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{' | '}' | '(' | ')' | '[' | ']') => return false,
            (None, _) => {}
        }
    }
    quote.is_none()
}

/// The answers as a track. A histogram that cannot show a limit is a mistake of the one who asks.
pub fn track(source: &str, answers: &Answers, limits: &[Span]) -> Result<Track, Fault> {
    counters_only("requests", &answers.requests)?;
    counters_only("errors", &answers.errors)?;
    let mut series = plain(&answers.requests, Counted::Requests);
    series.extend(plain(&answers.errors, Counted::Errors));
    let mut lines = Lines::default();
    let mut remarks = remarks(answers);
    if let Some(histograms) = answers.latency.as_ref().filter(|all| native::any(all)) {
        let of_latency = native::series(histograms, limits)?;
        series.extend(of_latency.series);
        remarks.extend(of_latency.remarks);
        lines = of_latency.lines;
    } else if let Some(buckets) = &answers.latency {
        let (of_latency, known) = latency(buckets);
        if !answers.requests.is_empty() {
            check_lines(buckets, &known, limits)?;
        }
        series.extend(of_latency);
        lines = Lines(known.into_iter().collect());
    }
    let (intervals, restarts) = differences(&series, &lines);
    let all = answers.requests.iter().chain(&answers.errors).chain(answers.latency.iter().flatten());
    let invalid: u64 = all.clone().map(|one| one.invalid).sum();
    let points: usize = all.map(|one| one.points.len()).sum();
    let (up, down) = targets(answers);
    Ok(Track {
        source: source.to_owned(),
        lines,
        intervals,
        newest: answers.requests.iter().filter_map(|one| one.points.last()).map(|(at, _)| *at).max(),
        every: every(&answers.requests),
        restarts,
        up,
        down,
        read: u64::try_from(points).unwrap_or(u64::MAX).saturating_add(invalid),
        unreadable: invalid,
        remarks,
        ..Track::default()
    })
}

/// A native histogram is many counters, and none of them by itself.
fn counters_only(name: &str, all: &[Labelled]) -> Result<(), Fault> {
    if !native::any(all) {
        return Ok(());
    }
    let fact = format!("the query of {name} finds a native histogram, which is no counter");
    Err(Fault::usage("query-native", fact).help("name a counter, such as `http_requests_total`"))
}

/// A counter of errors is often born with the first error; it may also be a slip of the pen.
fn remarks(answers: &Answers) -> Vec<Trouble> {
    if !answers.errors.is_empty() || answers.requests.is_empty() {
        return Vec::new();
    }
    let fact = "the query of errors finds no series: none failed so far, or the query is wrong".to_owned();
    vec![Trouble { code: "errors-unseen".to_owned(), fact }]
}

fn plain(all: &[Labelled], counted: Counted) -> Vec<Series> {
    let series = |one: &Labelled| Series { instance: instance(one), counted, points: one.points.clone() };
    all.iter().map(series).collect()
}

/// The process behind a series: its target.
pub(super) fn instance(one: &Labelled) -> String {
    let label = |name: &str| one.labels.get(name).map_or("", String::as_str);
    format!("{} {}", label("job"), label("instance")).trim().to_owned()
}

/// What lies above each bucket, by the labels besides `le`.
fn latency(buckets: &[Labelled]) -> (Vec<Series>, BTreeSet<u64>) {
    let mut groups: BTreeMap<BTreeMap<&str, &str>, Vec<(&Labelled, Bucket)>> = BTreeMap::new();
    for one in buckets {
        let labels = one.labels.iter().filter(|(name, _)| *name != "le");
        let Some(bucket) = one.labels.get("le").and_then(|le| bucket(le)) else { continue };
        let labels = labels.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        groups.entry(labels).or_default().push((one, bucket));
    }
    let (mut series, mut lines) = (Vec::new(), BTreeSet::new());
    for group in groups.values() {
        let Some((all, _)) = group.iter().find(|(_, bucket)| *bucket == Bucket::All) else { continue };
        series.push(Series { instance: instance(all), counted: Counted::Timed, points: all.points.clone() });
        let totals: BTreeMap<Time, f64> = all.points.iter().copied().collect();
        for (one, bucket) in group {
            let Bucket::UpTo(line) = bucket else { continue };
            let above = one.points.iter().filter_map(|(at, within)| Some((*at, totals.get(at)? - within)));
            lines.insert(*line);
            series.push(Series {
                instance: instance(one),
                counted: Counted::Slower(*line),
                points: above.map(|(at, count)| (at, count.max(0.0))).collect(),
            });
        }
    }
    (series, lines)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bucket {
    UpTo(u64),
    All,
}

/// A bucket's bound in seconds; those between two milliseconds are of no use here.
fn bucket(le: &str) -> Option<Bucket> {
    if le == "+Inf" {
        return Some(Bucket::All);
    }
    let millis = le.parse::<f64>().ok()? * 1000.0;
    let whole = millis.round();
    let near = (millis - whole).abs() < 1e-6 && whole >= 1.0;
    near.then(|| format!("{whole:.0}").parse().ok().map(Bucket::UpTo)).flatten()
}

fn check_lines(buckets: &[Labelled], known: &BTreeSet<u64>, limits: &[Span]) -> Result<(), Fault> {
    let help = "name the histogram's buckets, such as `http_request_duration_seconds_bucket`";
    if buckets.is_empty() {
        return Err(Fault::usage("latency-no-series", "the query of latencies finds no series").help(help));
    }
    if known.is_empty() {
        let fact = "the query of latencies finds no buckets with `le` and `+Inf`";
        return Err(Fault::usage("latency-no-series", fact).help(help));
    }
    let Some(limit) = limits.iter().find(|limit| !known.contains(&millis(**limit))) else { return Ok(()) };
    let lines: Vec<String> = known.iter().map(|line| Span::millis(*line).to_string()).collect();
    let fact =
        format!("the histogram has buckets at {}, so it cannot show the limit {limit}", lines.join(", "));
    Err(Fault::usage("latency-not-shown", fact)
        .help("set the limit to one of these, or add a bucket to the histogram"))
}

/// The targets of the requests, by whether they are up.
fn targets(answers: &Answers) -> (Vec<String>, Vec<String>) {
    let ours: BTreeSet<String> =
        answers.requests.iter().map(instance).filter(|name| !name.is_empty()).collect();
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for one in answers.up.iter().filter(|one| ours.contains(&instance(one))) {
        match one.points.last() {
            Some((_, value)) if *value > 0.0 => up.push(instance(one)),
            Some(_) => down.push(instance(one)),
            None => {}
        }
    }
    (up, down)
}

/// So many of the last scrapes say how often there is one; older points may have been thinned out.
const RECENT: usize = 100;

/// The usual distance of two scrapes: the median.
fn every(requests: &[Labelled]) -> Option<Span> {
    let longest = requests.iter().max_by_key(|one| one.points.len())?;
    let points = longest.points.get(longest.points.len().saturating_sub(RECENT)..).unwrap_or_default();
    let pairs = points.iter().zip(points.iter().skip(1));
    let mut gaps: Vec<i64> = pairs.map(|((one, _), (next, _))| next.seconds() - one.seconds()).collect();
    gaps.sort_unstable();
    let middle = gaps.get(gaps.len() / 2)?;
    Some(Span::seconds(u64::try_from(*middle).ok()?.max(1)))
}
