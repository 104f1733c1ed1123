//! The numbers of a verdict.

use super::bound::{Confidence, number, share, wilson_lower};
use super::evidence::{Counts, evidence};
use super::facts::{Facts, Lines};
use super::policy::Policy;

/// The numbers of a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Requests that count.
    pub requests: u64,
    /// Those that failed.
    pub errors: u64,
    /// Of 100 requests.
    pub error_percent: f64,
    /// The smallest plausible share of errors at 99 %, of 100 requests.
    pub bound_percent: f64,
    /// Milliseconds that 95 of 100 requests keep, where latencies are known.
    pub p95: Option<Percentile>,
    /// Seconds that the evidence covers.
    pub observed: u64,
}

/// A latency read off the lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Percentile {
    /// About so many milliseconds.
    About(f64),
    /// Above the last line.
    Above(u64),
}

/// The numbers.
pub fn summary(policy: &Policy, facts: &Facts) -> Summary {
    let evidence = evidence(policy, facts);
    let counts = evidence.all();
    let Counts { requests, errors, .. } = counts;
    let covered = evidence.extent().map_or(0, |(from, to)| to.seconds().saturating_sub(from.seconds()));
    Summary {
        requests,
        errors,
        error_percent: share(errors, requests) * 100.0,
        bound_percent: wilson_lower(errors, requests, Confidence::P99) * 100.0,
        p95: p95(&counts, &facts.canary.lines),
        observed: counts.seconds.min(u64::try_from(covered).unwrap_or(0)),
    }
}

/// Between two lines the requests are taken to be spread evenly, as Prometheus does.
fn p95(counts: &Counts, lines: &Lines) -> Option<Percentile> {
    if counts.timed == 0 || lines.0.is_empty() {
        return None;
    }
    let target = number(counts.timed) * 0.05;
    let (mut below, mut above) = (0.0, number(counts.timed));
    for (line, slower) in lines.0.iter().zip(&counts.slower) {
        let (line, slower) = (number(*line), number(*slower));
        if slower <= target {
            let part = if above > slower { (above - target) / (above - slower) } else { 1.0 };
            return Some(Percentile::About(below + (line - below) * part.clamp(0.0, 1.0)));
        }
        (below, above) = (line, slower);
    }
    lines.0.last().map(|line| Percentile::Above(*line))
}
