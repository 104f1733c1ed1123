//! From flags, environment and config to what is read: every default is settled here, once.

use std::path::PathBuf;

use shiplane_action::{Call, FactsArgs, Shared};
use shiplane_core::canary::Need;
use shiplane_core::canary::log::Form;
use shiplane_core::canary::prometheus::is_selector;
use shiplane_core::config::{Metrics, Queries as Configured};
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;
use shiplane_core::gate::time::Time;
use shiplane_core::smoke::StatusRange;
use shiplane_http::Get;

use super::cli::{Judge, Queries as Typed};
use super::limits::Judging;
use crate::request::with_header;

/// Status codes that are errors.
const FAILED: StatusRange = StatusRange { first: 500, last: 599 };

/// The most that is read of one answer of Prometheus.
const MOST: usize = 8 * 1024 * 1024;

/// What is judged.
#[derive(Debug)]
pub(super) struct Request {
    /// In a few words.
    pub(super) title: String,
    /// What it is held to.
    pub(super) judging: Judging,
    /// Where the numbers are.
    pub(super) sources: Sources,
    /// When the stage began.
    pub(super) began: Began,
    /// The moment to judge.
    pub(super) at: Option<Time>,
    /// Recorded facts.
    pub(super) facts: FactsArgs,
}

/// Where the numbers are.
#[derive(Debug)]
pub(super) enum Sources {
    /// Only the record of `--facts`.
    Record,
    /// Recorded samples, and perhaps more of the baseline.
    Samples(PathBuf, Option<PathBuf>, Reading),
    /// Access logs, each with the text that its lines contain.
    Logs(Log, Option<Log>, Reading),
    /// Prometheus.
    Prometheus(Box<Server>),
}

/// An access log.
#[derive(Debug)]
pub(super) struct Log {
    /// The file.
    pub(super) path: PathBuf,
    /// What its lines contain.
    pub(super) contains: Option<String>,
}

/// How lines are read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Where a line says what.
    pub(super) form: Form,
    /// Which status codes are errors.
    pub(super) errors: Vec<StatusRange>,
}

/// Prometheus, and what it is asked.
#[derive(Debug)]
pub(super) struct Server {
    /// `/api/v1/query`.
    pub(super) get: Get,
    /// Of the canary.
    pub(super) canary: Selectors,
    /// Of the version to compare with.
    pub(super) baseline: Option<Selectors>,
}

/// Counters, each as a plain selector.
#[derive(Debug)]
pub(super) struct Selectors {
    /// Of requests.
    pub(super) requests: String,
    /// Of those that failed.
    pub(super) errors: String,
    /// Of latencies.
    pub(super) latency: Option<String>,
}

/// When the stage began.
#[derive(Clone, Copy, Debug)]
pub(super) enum Began {
    /// Then.
    At(Time),
    /// So long before the moment to judge.
    Ago(Span),
    /// Nobody says.
    Unknown,
}

impl Request {
    /// Settles everything; nothing has been read or contacted yet.
    pub(super) fn resolve(args: Judge, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let config = call.config(shared)?;
        let judging = args.limits.settle(&config.thresholds)?;
        let began = match (args.time.stage_began, args.time.since) {
            (Some(began), _) => Began::At(began),
            (None, Some(since)) => Began::Ago(since),
            (None, None) => Began::Unknown,
        };
        let (at, facts) = (args.time.at, args.facts.clone());
        let (title, sources) = match &args.facts.facts {
            Some(path) => (format!("canary by the record {}", path.display()), Sources::Record),
            None => sources(args, &config.metrics)?,
        };
        latency_is_asked(&sources, &judging)?;
        if let (Sources::Prometheus(_), Began::Unknown) = (&sources, began) {
            let fact = "Prometheus is asked, and nothing says since when the canary is to be judged";
            return Err(Fault::usage("stage-missing", fact)
                .help("add --stage-began TIME or --since 2h")
                .into());
        }
        Ok(Self { title, judging, sources, began, at, facts })
    }
}

/// A limit without a query would pass unasked.
fn latency_is_asked(sources: &Sources, judging: &Judging) -> Result<(), Fault> {
    match (sources, judging.policy.latencies) {
        (Sources::Prometheus(server), Need::Needed) if server.canary.latency.is_none() => {
            let fact =
                "a limit for latencies is set, and nothing says which histogram of Prometheus holds them";
            Err(Fault::usage("query-missing", fact).help("add --latency-query, or take the limit away"))
        }
        (Sources::Prometheus(_) | Sources::Record | Sources::Samples(..) | Sources::Logs(..), _) => Ok(()),
    }
}

fn sources(args: Judge, metrics: &Metrics) -> Result<(String, Sources), Fault> {
    let reading = Reading {
        form: Form { time: args.log.log_time, status: args.log.log_status, duration: args.log.log_duration },
        errors: if args.log.error_status.is_empty() { vec![FAILED] } else { args.log.error_status },
    };
    if let Some(path) = args.sources.samples {
        let title = format!("canary by {}", path.display());
        return Ok((title, Sources::Samples(path, args.sources.baseline_samples, reading)));
    }
    if let Some(path) = args.sources.access_log {
        let title = format!("canary by {}", path.display());
        let other = match (args.sources.baseline_access_log, args.log.baseline_log_contains) {
            (None, None) => None,
            (Some(path), contains) => Some(Log { path, contains }),
            (None, Some(contains)) => Some(Log { path: path.clone(), contains: Some(contains) }),
        };
        let canary = Log { path, contains: args.log.log_contains };
        return Ok((title, Sources::Logs(canary, other, reading)));
    }
    let Some(address) = args.sources.prometheus.or_else(|| metrics.prometheus.clone()) else {
        let fact = "nothing says where the numbers of the canary are";
        let help = "pass --samples, --access-log or --prometheus, or add `metrics:` to .github/shiplane.yml";
        return Err(Fault::usage("nothing-to-judge", fact).help(help));
    };
    let server = server(&address, &args.queries, metrics)?;
    Ok((format!("canary by Prometheus at {}", server.get.address()), Sources::Prometheus(Box::new(server))))
}

fn server(address: &str, typed: &Typed, metrics: &Metrics) -> Result<Server, Fault> {
    let mut get = Get::to(&format!("{}/api/v1/query", address.trim_end_matches('/')))?.most(MOST);
    if let Some(timeout) = typed.timeout {
        get = get.timeout(timeout.0);
    }
    for header in &typed.request_header {
        get = with_header(get, header)?;
    }
    let canary = Configured {
        requests: typed.requests_query.clone().or_else(|| metrics.canary.requests.clone()),
        errors: typed.errors_query.clone().or_else(|| metrics.canary.errors.clone()),
        latency: typed.latency_query.clone().or_else(|| metrics.canary.latency.clone()),
    };
    let baseline = Configured {
        requests: typed.baseline_requests_query.clone().or_else(|| metrics.baseline.requests.clone()),
        errors: typed.baseline_errors_query.clone().or_else(|| metrics.baseline.errors.clone()),
        latency: typed.baseline_latency_query.clone().or_else(|| metrics.baseline.latency.clone()),
    };
    let compared = baseline != Configured::default();
    let baseline = compared.then(|| selectors("baseline-", baseline)).transpose()?;
    Ok(Server { get, canary: selectors("", canary)?, baseline })
}

/// A rate would hide the first errors, and a sum the restart of one process among others.
fn selectors(whose: &str, queries: Configured) -> Result<Selectors, Fault> {
    let plain = |name: &str, query: Option<String>| match query {
        Some(query) if is_selector(&query) => Ok(Some(query.trim().to_owned())),
        Some(query) => {
            let fact = format!("{whose}{name}-query `{query}` is not a counter by itself");
            let help = "write the name and its labels only, such as http_requests_total{track=\"canary\"}";
            Err(Fault::usage("query-not-raw", fact).help(help))
        }
        None => Ok(None),
    };
    let missing = |name: &str| {
        let fact = format!("nothing says which counter of Prometheus is that of {name}");
        Fault::usage("query-missing", fact).help(format!("add --{whose}{name}-query"))
    };
    Ok(Selectors {
        requests: plain("requests", queries.requests)?.ok_or_else(|| missing("requests"))?,
        errors: plain("errors", queries.errors)?.ok_or_else(|| missing("errors"))?,
        latency: plain("latency", queries.latency)?,
    })
}
