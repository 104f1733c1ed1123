//! The verdict of a canary: ok, warning or rollback, by counters, and never by the absence of them.
//!
//! One machinery for errors and for latency: a proportion with a Wilson score bound. A single window over the line
//! proves nothing: a threshold per window rolls back nine of ten healthy canaries at ordinary traffic.

mod bound;
mod chart;
mod counter;
mod evidence;
mod facts;
pub mod log;
mod native;
mod policy;
pub mod prometheus;
mod proof;
mod rules;
pub mod samples;
mod share;
mod summary;
mod tally;
mod verdict;

pub use bound::{Confidence, newcombe_lower, wilson_lower, wilson_upper};
pub use chart::drawings;
pub use counter::{Counted, Series, differences};
pub use evidence::{Counts, Evidence, evidence};
pub use facts::{Facts, Interval, Lines, Track, Trouble};
pub use native::Native;
pub use policy::{Limits, Need, OnNoData, Policy, Promotion};
pub use rules::evaluate;
pub use share::{Limit, Share};
pub use summary::{Percentile, Summary, summary};
pub use tally::{Outcome, Seen, Tally};
pub use verdict::{FailOn, verdict};
