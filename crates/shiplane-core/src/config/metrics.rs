//! `metrics:` where a canary's numbers are.

use schemars::JsonSchema;
use serde::Deserialize;

/// Where a canary's numbers are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Metrics {
    /// Address of Prometheus
    pub prometheus: Option<String>,
    /// Counters of the new version
    pub canary: Queries,
    /// Counters of the version it is compared with
    pub baseline: Queries,
}

/// Counters, each as the plain selector of its series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Queries {
    /// All requests
    pub requests: Option<String>,
    /// Those that failed
    pub errors: Option<String>,
    /// Buckets of the histogram of latencies in seconds
    pub latency: Option<String>,
}
