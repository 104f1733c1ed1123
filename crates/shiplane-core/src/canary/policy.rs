//! What a canary is held to, every default settled.

use schemars::JsonSchema;
use serde::Deserialize;

use super::share::{Limit, Share};
use crate::duration::Span;

/// The limits, and how they are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// For the share of requests that fail.
    pub errors: Limits<Share>,
    /// For the latency that 95 of 100 requests keep.
    pub latency: Limits<Span>,
    /// Whether a source without latencies will do.
    pub latencies: Need,
    /// Fewer requests than these are worth a warning.
    pub minimum_requests: u64,
    /// Requests so soon after a change of weight prove nothing.
    pub warm_up: Span,
    /// The time in which a late break shows that a long history would dilute.
    pub recent: Span,
    /// What `for 2 windows` counts.
    pub window: Span,
    /// The longest silence; twice the source's own interval when not set.
    pub stale_after: Option<Span>,
    /// Whether being well has to be proven, too.
    pub promotion: Promotion,
    /// What it means when nothing can be seen.
    pub on_no_data: OnNoData,
}

/// Two lines; exactly on a line is not past it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits<T> {
    /// Past this, pause.
    pub warning: T,
    /// Proven past this, go back.
    pub rollback: Limit<T>,
}

/// Whether something has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It was asked for: that it is missing is worth stopping for.
    Needed,
    /// It is judged where it is there.
    IfThere,
}

/// Whether being well has to be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// No proof against it is enough.
    Plain,
    /// The upper bounds have to be within the limits, too.
    Proven,
}

/// What it means when nothing can be seen. Never that all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnNoData {
    /// Hold, and say so.
    Pause,
    /// Go back: what cannot be seen must not serve.
    Rollback,
    /// A warning.
    Ignore,
}

impl Default for Policy {
    fn default() -> Self {
        let rollback = |value| Limit { value, windows: 1 };
        Self {
            errors: Limits {
                warning: Share::percent(1),
                rollback: Limit { value: Share::percent(1), windows: 1 },
            },
            latency: Limits { warning: Span::millis(500), rollback: rollback(Span::millis(2000)) },
            latencies: Need::IfThere,
            minimum_requests: 100,
            warm_up: Span::seconds(60),
            recent: Span::seconds(30 * 60),
            window: Span::seconds(5 * 60),
            stale_after: None,
            promotion: Promotion::Plain,
            on_no_data: OnNoData::Pause,
        }
    }
}
