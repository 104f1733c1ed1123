//! The options of `judge`: names, types and help.

use std::path::PathBuf;

use clap::Args;
use shiplane_action::FactsArgs;
use shiplane_core::canary::log::Duration;
use shiplane_core::duration::Span;
use shiplane_core::gate::time::Time;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::StatusRange;

use super::limits::Limits;
use crate::files::Files;

/// Options of `judge`.
#[derive(Args, Debug)]
pub(crate) struct Judge {
    /// Where the numbers are.
    #[command(flatten)]
    pub(crate) sources: Sources,
    /// Which of them count.
    #[command(flatten)]
    pub(crate) time: Times,
    /// How an access log is read.
    #[command(flatten)]
    pub(crate) log: Log,
    /// What Prometheus is asked.
    #[command(flatten)]
    pub(crate) queries: Queries,
    /// What the canary is held to.
    #[command(flatten)]
    pub(crate) limits: Limits,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    /// Files for other tools.
    #[command(flatten)]
    pub(crate) files: Files,
}

/// Where the numbers are.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where the numbers are")]
pub(crate) struct Sources {
    /// Recorded samples, one JSON object a line
    #[arg(long, value_name = "FILE", env = "SHIPLANE_SAMPLES", conflicts_with_all = ["access_log", "prometheus"])]
    pub(crate) samples: Option<PathBuf>,
    /// Access log in the common, combined, HAProxy or JSON form
    #[arg(long, value_name = "FILE", env = "SHIPLANE_ACCESS_LOG", conflicts_with = "prometheus")]
    pub(crate) access_log: Option<PathBuf>,
    /// Address of Prometheus, such as http://203.0.113.10:9090
    #[arg(long, value_name = "URL", env = "SHIPLANE_PROMETHEUS")]
    pub(crate) prometheus: Option<String>,
    /// Recorded samples of the version to compare with
    #[arg(long, value_name = "FILE", env = "SHIPLANE_BASELINE_SAMPLES", requires = "samples")]
    pub(crate) baseline_samples: Option<PathBuf>,
    /// Access log of the version to compare with
    #[arg(long, value_name = "FILE", env = "SHIPLANE_BASELINE_ACCESS_LOG", requires = "access_log")]
    pub(crate) baseline_access_log: Option<PathBuf>,
}

/// Which of the numbers count.
#[derive(Args, Debug)]
#[command(next_help_heading = "Which of them count")]
pub(crate) struct Times {
    /// When the stage or its last change of weight began, such as 2026-01-05T10:00:00Z
    #[arg(long, value_name = "TIME", env = "SHIPLANE_STAGE_BEGAN", conflicts_with = "since")]
    pub(crate) stage_began: Option<Time>,
    /// How long ago the stage began, such as 2h
    #[arg(long, value_name = "TIME", env = "SHIPLANE_SINCE")]
    pub(crate) since: Option<Span>,
    /// The moment to judge; now by default, for samples the last of them
    #[arg(long, value_name = "TIME", env = "SHIPLANE_AT")]
    pub(crate) at: Option<Time>,
}

/// How an access log is read.
#[derive(Args, Debug)]
#[command(next_help_heading = "How an access log is read")]
pub(crate) struct Log {
    /// Text that a line of the canary contains
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_LOG_CONTAINS")]
    pub(crate) log_contains: Option<String>,
    /// Text that a line of the version to compare with contains
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_BASELINE_LOG_CONTAINS", requires = "access_log")]
    pub(crate) baseline_log_contains: Option<String>,
    /// JSON field of the time, or a JSON pointer
    #[arg(long, value_name = "FIELD", env = "SHIPLANE_LOG_TIME")]
    pub(crate) log_time: Option<String>,
    /// JSON field of the status, or a JSON pointer
    #[arg(long, value_name = "FIELD", env = "SHIPLANE_LOG_STATUS")]
    pub(crate) log_status: Option<String>,
    /// Place of the latency and its unit, such as took:ms, 10:us or last:s
    #[arg(long, value_name = "FIELD:UNIT", env = "SHIPLANE_LOG_DURATION")]
    pub(crate) log_duration: Option<Duration>,
    /// Status codes that are errors; 500-599 by default
    #[arg(long, value_name = "CODES", env = "SHIPLANE_ERROR_STATUS", value_delimiter = ',')]
    pub(crate) error_status: Vec<StatusRange>,
}

/// What Prometheus is asked.
#[derive(Args, Debug)]
#[command(next_help_heading = "What Prometheus is asked")]
pub(crate) struct Queries {
    /// Counter of requests, such as http_requests_total{track="canary"}
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_REQUESTS_QUERY")]
    pub(crate) requests_query: Option<String>,
    /// Counter of those that failed, such as http_requests_total{track="canary",status=~"5.."}
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_ERRORS_QUERY")]
    pub(crate) errors_query: Option<String>,
    /// Histogram of latencies, such as http_request_duration_seconds_bucket{track="canary"}
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_LATENCY_QUERY")]
    pub(crate) latency_query: Option<String>,
    /// Counter of requests of the version to compare with
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_BASELINE_REQUESTS_QUERY")]
    pub(crate) baseline_requests_query: Option<String>,
    /// Counter of its requests that failed
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_BASELINE_ERRORS_QUERY")]
    pub(crate) baseline_errors_query: Option<String>,
    /// Histogram of its latencies
    #[arg(long, value_name = "SELECTOR", env = "SHIPLANE_BASELINE_LATENCY_QUERY")]
    pub(crate) baseline_latency_query: Option<String>,
    /// Longest time for one answer; 10s by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_TIMEOUT")]
    pub(crate) timeout: Option<Span>,
    /// Header to send, such as 'Authorization: Bearer …'; never shown
    #[arg(
        long,
        value_name = "NAME: VALUE",
        env = "SHIPLANE_REQUEST_HEADER",
        value_delimiter = '\n',
        hide_env_values = true
    )]
    pub(crate) request_header: Vec<Secret>,
}
