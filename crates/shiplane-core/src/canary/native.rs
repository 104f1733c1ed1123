//! Native histograms of Prometheus: buckets that follow a power of two and not the limits.
//!
//! [Prometheus HTTP API, "Native histograms"]: `{"count": "9", "sum": "1.5", "buckets": [[0, "0.5", "0.5946", "9"]]}`,
//! only buckets that hold something. A bucket around a limit cannot be split: it counts as not slower, so that
//! nothing is called slow that may be quick, and the reader is told at which bound the limit is judged.

use serde::Deserialize;

use super::counter::{Counted, Series};
use super::facts::{Lines, Trouble, millis};
use super::prometheus::{Labelled, instance};
use crate::duration::Span;
use crate::fault::Fault;
use crate::gate::time::Time;

/// A bucket may be wider than this part of the limit, and then it cannot show it.
const COARSE: f64 = 0.25;

/// What a native histogram held at a moment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Native {
    count: String,
    #[serde(default)]
    buckets: Vec<(u8, String, String, String)>,
}

/// The latencies of native histograms.
pub(super) struct Latencies {
    /// Counters of all requests and of those slower than each limit.
    pub(super) series: Vec<Series>,
    /// The limits.
    pub(super) lines: Lines,
    /// At which bounds they are judged.
    pub(super) remarks: Vec<Trouble>,
}

/// Whether there is a native histogram among them.
pub(super) fn any(all: &[Labelled]) -> bool {
    all.iter().any(|one| !one.native.is_empty())
}

/// Reads them as counters.
pub(super) fn series(all: &[Labelled], limits: &[Span]) -> Result<Latencies, Fault> {
    let mut latencies = Latencies { series: Vec::new(), lines: Lines::default(), remarks: Vec::new() };
    let mut lines: Vec<Span> = limits.to_vec();
    lines.sort_unstable();
    lines.dedup();
    for one in all {
        let timed = one.native.iter().filter_map(|(at, native)| Some((*at, number(&native.count)?)));
        latencies.series.push(of(one, Counted::Timed, timed.collect()));
    }
    for limit in &lines {
        let mut judged_at = seconds(*limit);
        for one in all {
            let mut points = Vec::new();
            for (at, native) in &one.native {
                let Some((above, bound)) = native.above(seconds(*limit)) else { continue };
                judged_at = judged_at.max(bound);
                points.push((*at, above));
            }
            latencies.series.push(of(one, Counted::Slower(millis(*limit)), points));
        }
        latencies.remarks.extend(remark(*limit, judged_at)?);
    }
    latencies.lines = Lines(lines.into_iter().map(millis).collect());
    Ok(latencies)
}

fn of(one: &Labelled, counted: Counted, points: Vec<(Time, f64)>) -> Series {
    Series { instance: instance(one), counted, points }
}

/// At which bound a limit is judged, where that is not the limit itself.
fn remark(limit: Span, bound: f64) -> Result<Option<Trouble>, Fault> {
    let wanted = seconds(limit);
    if bound <= wanted * (1.0 + 1e-9) {
        return Ok(None);
    }
    if bound > wanted * (1.0 + COARSE) {
        let fact = format!(
            "the native histogram has one bucket from below {limit} to {bound:.3} s, so it cannot show the limit {limit}"
        );
        return Err(Fault::usage("latency-not-shown", fact).help(
            "give the histogram a finer resolution, or query one with a bucket at the limit: `…_bucket`",
        ));
    }
    let fact =
        format!("a native histogram has no bound at {limit}: it is judged at {:.0} ms", bound * 1000.0);
    Ok(Some(Trouble { code: "native-histogram".to_owned(), fact }))
}

impl Native {
    /// How many are surely above the limit, and the bound from which on they are counted.
    fn above(&self, limit: f64) -> Option<(f64, f64)> {
        let (mut above, mut bound) = (0.0, limit);
        for (_, left, right, count) in &self.buckets {
            let (left, right, count) = (number(left)?, number(right)?, number(count)?);
            if left >= limit * (1.0 - 1e-9) {
                above += count;
            } else if right > limit * (1.0 + 1e-9) {
                bound = right;
            }
        }
        Some((above, bound))
    }
}

fn seconds(limit: Span) -> f64 {
    limit.0.as_secs_f64()
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| !number.is_nan())
}
