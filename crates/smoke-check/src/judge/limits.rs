//! What a canary is held to: flags over the config over the defaults.

use std::fmt::Display;

use clap::{Args, ValueEnum};
use shiplane_core::canary::{self, Limit, Need, Policy, Share};
use shiplane_core::config::Thresholds;
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;

/// What the canary is held to.
#[derive(Args, Debug)]
#[command(next_help_heading = "What the canary is held to")]
pub(crate) struct Limits {
    /// Share of failed requests that is a warning when passed; 1% by default
    #[arg(long, value_name = "SHARE", env = "SHIPLANE_ERROR_RATE_WARNING")]
    error_rate_warning: Option<Share>,
    /// Share that means going back when surely passed; 1% by default
    #[arg(long, value_name = "LIMIT", env = "SHIPLANE_ERROR_RATE_ROLLBACK")]
    error_rate_rollback: Option<Limit<Share>>,
    /// 95th percentile that is a warning when passed; 500ms by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_LATENCY_WARNING")]
    latency_warning: Option<Span>,
    /// 95th percentile that means going back when surely passed; 2s by default
    #[arg(long, value_name = "LIMIT", env = "SHIPLANE_LATENCY_ROLLBACK")]
    latency_rollback: Option<Limit<Span>>,
    /// Fewer requests than these are a warning; 100 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_MINIMUM_REQUESTS")]
    minimum_requests: Option<u64>,
    /// Longest silence of the source; twice its interval by default, 5m for a log
    #[arg(long, value_name = "TIME", env = "SHIPLANE_STALE_AFTER")]
    stale_after: Option<Span>,
    /// Whether being well has to be proven, too; plain by default
    #[arg(long, value_enum, env = "SHIPLANE_PROMOTION")]
    promotion: Option<Promotion>,
    /// What it means when nothing can be seen; pause by default
    #[arg(long, value_enum, env = "SHIPLANE_ON_NO_DATA")]
    on_no_data: Option<OnNoData>,
    /// From which verdict on the step fails; rollback by default
    #[arg(long, value_enum, env = "SHIPLANE_FAIL_ON")]
    fail_on: Option<FailOn>,
}

/// Whether being well has to be proven.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Promotion {
    /// No proof against it is enough.
    Plain,
    /// The upper bound of the error rate has to be within the limit, too.
    Proven,
}

/// What it means when nothing can be seen.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OnNoData {
    /// Hold: the verdict is `no-data`.
    Pause,
    /// Go back.
    Rollback,
    /// A warning.
    Ignore,
}

/// From which verdict on the step fails.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    /// From a warning on.
    Warning,
    /// When it has to go back, or cannot be seen.
    Rollback,
    /// The output is enough.
    Never,
}

/// The settled limits.
#[derive(Clone, Debug)]
pub(crate) struct Judging {
    /// What the canary is held to.
    pub(crate) policy: Policy,
    /// From which verdict on the step fails.
    pub(crate) fail_on: canary::FailOn,
}

impl Limits {
    /// Flags over the config over the defaults.
    pub(crate) fn settle(&self, config: &Thresholds) -> Result<Judging, Fault> {
        let plain = Policy::default();
        let errors = Wished {
            warning: self.error_rate_warning.or(config.error_rate.warning),
            rollback: self.error_rate_rollback.or(config.error_rate.rollback),
        };
        let latency = Wished {
            warning: self.latency_warning.or(config.latency_p95.warning),
            rollback: self.latency_rollback.or(config.latency_p95.rollback),
        };
        let latencies = match (latency.warning, latency.rollback) {
            (None, None) => Need::IfThere,
            (Some(_), _) | (_, Some(_)) => Need::Needed,
        };
        let policy = Policy {
            errors: errors.settled("error-rate", plain.errors)?,
            latency: latency.settled("latency-p95", plain.latency)?,
            latencies,
            minimum_requests: self
                .minimum_requests
                .or(config.minimum_requests)
                .unwrap_or(plain.minimum_requests),
            stale_after: self.stale_after,
            promotion: self.promotion.map_or(plain.promotion, Promotion::settled),
            on_no_data: self
                .on_no_data
                .map(OnNoData::settled)
                .or(config.on_no_data)
                .unwrap_or(plain.on_no_data),
            ..plain
        };
        Ok(Judging { policy, fail_on: self.fail_on.map_or(canary::FailOn::Rollback, FailOn::settled) })
    }
}

/// Two lines, where they are given.
struct Wished<T> {
    warning: Option<T>,
    rollback: Option<Limit<T>>,
}

impl<T: Copy + PartialOrd + Display> Wished<T> {
    /// A warning that comes after the end would never be heard. Where one is given, the other follows it.
    fn settled(self, name: &str, plain: canary::Limits<T>) -> Result<canary::Limits<T>, Fault> {
        let least = |one: T, other: T| if other < one { other } else { one };
        let most = |one: T, other: T| if other > one { other } else { one };
        let (warning, rollback) = match (self.warning, self.rollback) {
            (Some(warning), Some(rollback)) => (warning, rollback),
            (None, None) => (plain.warning, plain.rollback),
            (None, Some(rollback)) => (least(plain.warning, rollback.value), rollback),
            (Some(warning), None) => {
                (warning, Limit { value: most(plain.rollback.value, warning), ..plain.rollback })
            }
        };
        if warning > rollback.value {
            let fact =
                format!("{name}: the warning at {warning} is above the rollback at {}", rollback.value);
            return Err(
                Fault::usage("thresholds-inverted", fact).help("set the warning at or below the rollback")
            );
        }
        Ok(canary::Limits { warning, rollback })
    }
}

impl Promotion {
    fn settled(self) -> canary::Promotion {
        match self {
            Self::Plain => canary::Promotion::Plain,
            Self::Proven => canary::Promotion::Proven,
        }
    }
}

impl OnNoData {
    fn settled(self) -> canary::OnNoData {
        match self {
            Self::Pause => canary::OnNoData::Pause,
            Self::Rollback => canary::OnNoData::Rollback,
            Self::Ignore => canary::OnNoData::Ignore,
        }
    }
}

impl FailOn {
    fn settled(self) -> canary::FailOn {
        match self {
            Self::Warning => canary::FailOn::Warning,
            Self::Rollback => canary::FailOn::Rollback,
            Self::Never => canary::FailOn::Never,
        }
    }
}
