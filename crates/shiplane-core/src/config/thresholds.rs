//! `thresholds:` what a canary is held to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::canary::{Limit, OnNoData, Share};
use crate::duration::Span;

/// What a canary is held to; exactly on a line is not past it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Thresholds {
    /// Limits for the share of requests that fail
    pub error_rate: ErrorRate,
    /// Limits for the time that 95 of 100 requests keep
    pub latency_p95: Latency,
    /// Fewer requests than these are worth a warning; 100 by default
    pub minimum_requests: Option<u64>,
    /// What it means when nothing can be seen; pause by default
    pub on_no_data: Option<OnNoData>,
}

/// Limits for the share of requests that fail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ErrorRate {
    /// Past this, pause; 1% by default
    pub warning: Option<Share>,
    /// Proven past this, go back; 1% by default
    pub rollback: Option<Limit<Share>>,
}

/// Limits for a latency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Latency {
    /// Past this, pause; 500ms by default
    pub warning: Option<Span>,
    /// Proven past this, go back; 2s by default
    pub rollback: Option<Limit<Span>>,
}
