//! What was seen of a canary, whatever the source: requests that were counted, by time.
//!
//! This is also the record of `--save-facts`: one JSON object with `as-of`, `canary` and perhaps `baseline`.

use serde::{Deserialize, Serialize};

use crate::duration::Span;
use crate::gate::time::Time;

/// Everything that a verdict needs to know of the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Facts {
    /// The moment that the verdict is about.
    pub as_of: Time,
    /// When the stage began, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Time>,
    /// The new version.
    pub canary: Track,
    /// The version it is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Track>,
}

/// What one source says of one version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Track {
    /// What the source is, for the reader.
    pub source: String,
    /// The latencies that every interval's `slower` counts for.
    pub lines: Lines,
    /// What was counted, in any order.
    pub intervals: Vec<Interval>,
    /// The last moment that the source says anything about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Time>,
    /// How often the source says something; silence of twice that is stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Span>,
    /// When the share of the traffic was changed.
    pub weight_changes: Vec<Time>,
    /// When counters started anew, which is when a process did.
    pub restarts: Vec<Time>,
    /// Instances that the source knows to be away now.
    pub down: Vec<String>,
    /// Instances that the source knows to be there.
    pub up: Vec<String>,
    /// Lines or values of the source that were read.
    pub read: u64,
    /// Those that made no sense.
    pub unreadable: u64,
    /// Those whose time is not after the one before, or after the present.
    pub out_of_time: u64,
    /// Why the source could not be asked, or what it left out.
    pub troubles: Vec<Trouble>,
    /// What the reader should know, though it changes nothing.
    pub remarks: Vec<Trouble>,
}

/// Latencies in milliseconds, in rising order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lines(pub Vec<u64>);

/// What was counted in a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Interval {
    /// Its begin.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    pub errors: u64,
    /// Those whose latency is known.
    #[serde(default)]
    pub timed: u64,
    /// Of these, those that took longer than each of the lines.
    #[serde(default)]
    pub slower: Vec<u64>,
}

/// Something about a source, such as a reason why the evidence is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trouble {
    /// Stable and kebab-case.
    pub code: String,
    /// One sentence of fact.
    pub fact: String,
}

impl Track {
    /// A source that could not be asked.
    pub fn unseen(source: &str, code: &str, fact: &str) -> Self {
        let trouble = Trouble { code: code.to_owned(), fact: fact.to_owned() };
        Self { source: source.to_owned(), troubles: vec![trouble], ..Self::default() }
    }
}

impl Lines {
    /// A ladder fine enough to read a percentile off, with lines exactly where the limits are.
    pub fn ladder(limits: &[Span]) -> Self {
        const RUNGS: [u64; 34] = [
            1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700,
            800, 1000, 1200, 1500, 2000, 2500, 3000, 5000, 7000, 10_000, 30_000,
        ];
        let limits = limits.iter().map(|limit| millis(*limit));
        let mut lines: Vec<u64> = RUNGS.into_iter().chain(limits).collect();
        lines.sort_unstable();
        lines.dedup();
        Self(lines)
    }

    /// Where a limit stands among the lines.
    pub fn position(&self, limit: Span) -> Option<usize> {
        self.0.iter().position(|line| *line == millis(limit))
    }
}

/// Whole milliseconds.
pub(crate) fn millis(span: Span) -> u64 {
    u64::try_from(span.0.as_millis()).unwrap_or(u64::MAX)
}
