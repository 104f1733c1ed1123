//! What a share that was counted proves of the share that is true.
//!
//! Score bounds after Wilson (1927), and Newcombe's (1998, method 10) for the difference of two shares.

use std::fmt;

/// How sure a one-sided bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// Wrong once in 20.
    P95,
    /// Wrong once in 100.
    P99,
    /// Wrong once in 1000.
    P999,
}

impl Confidence {
    /// The quantile of the normal distribution.
    fn z(self) -> f64 {
        match self {
            Self::P95 => 1.644_853_626_951_472_2,
            Self::P99 => 2.326_347_874_040_840_8,
            Self::P999 => 3.090_232_306_167_813,
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P95 => "95 %",
            Self::P99 => "99 %",
            Self::P999 => "99.9 %",
        })
    }
}

/// The smallest true share that `hits` of `all` leave plausible; 0 of nothing.
pub fn wilson_lower(hits: u64, all: u64, confidence: Confidence) -> f64 {
    wilson(hits, all, confidence).map_or(0.0, |(center, half)| (center - half).max(0.0))
}

/// The largest true share that `hits` of `all` leave plausible; 1 of nothing.
pub fn wilson_upper(hits: u64, all: u64, confidence: Confidence) -> f64 {
    wilson(hits, all, confidence).map_or(1.0, |(center, half)| (center + half).min(1.0))
}

/// The smallest plausible difference of two true shares, the first less the second, at 95 %.
pub fn newcombe_lower(first: (u64, u64), second: (u64, u64)) -> f64 {
    let (p1, p2) = (share(first.0, first.1), share(second.0, second.1));
    let below = p1 - wilson_lower(first.0, first.1, Confidence::P95);
    let above = wilson_upper(second.0, second.1, Confidence::P95) - p2;
    p1 - p2 - below.hypot(above)
}

/// `hits` of `all`; 0 of nothing. More hits than all are all.
pub(crate) fn share(hits: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { number(hits.min(all)) / number(all) }
}

/// A count as a number to reckon with.
pub(crate) fn number(count: u64) -> f64 {
    let low = u32::try_from(count & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

fn wilson(hits: u64, all: u64, confidence: Confidence) -> Option<(f64, f64)> {
    if all == 0 {
        return None;
    }
    let (p, n, z) = (share(hits, all), number(all), confidence.z());
    let scale = 1.0 + z * z / n;
    let center = (p + z * z / (2.0 * n)) / scale;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    Some((center, half))
}
