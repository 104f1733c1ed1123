//! Prometheus: raw counters since the stage began, a few hours at a time.

use std::collections::BTreeMap;

use shiplane_core::canary::prometheus::{self, Answers, Labelled, Refused};
use shiplane_core::canary::{Facts, Track, Trouble};
use shiplane_core::fault::Fault;
use shiplane_core::gate::time::Time;
use shiplane_core::smoke::FailureKind;
use shiplane_http::probe;

use super::{began, limits, now, of};
use crate::judge::request::{Request, Selectors, Server};

/// Seconds that one answer covers, so that it stays small.
const PART: i64 = 6 * 3600;

/// The longest stage in seconds; a canary takes days, not months.
const LONGEST: i64 = 14 * 24 * 3600;

/// The shortest part that is asked for in place of a longer one.
const SHORTEST: i64 = 300;

/// The most points of a series that are kept of all but the last part.
const POINTS: i64 = 1500;

/// Why there are no numbers.
enum Stop {
    /// The question is wrong.
    Fault(Fault),
    /// The source is not there, or not wholly.
    Trouble(Trouble),
    /// The answer is longer than what is read.
    TooLarge(Trouble),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Asks for everything. What Prometheus takes for now is now: only its own times are compared.
pub(super) async fn facts(request: &Request, server: &Server) -> Result<Facts, Fault> {
    let present = match request.at {
        Some(at) => Ok(at),
        None => time(server).await,
    };
    let as_of = match present {
        Ok(as_of) => as_of,
        Err(Stop::Fault(fault)) => return Err(fault),
        Err(Stop::Trouble(trouble) | Stop::TooLarge(trouble)) => {
            return Ok(of(request, now(), unseen(trouble), None));
        }
    };
    let since = began(request, as_of).unwrap_or(as_of);
    if as_of.seconds().saturating_sub(since.seconds()) > LONGEST {
        let fact = format!("the stage began at {since}, more than 14 days before {as_of}");
        return Err(
            Fault::usage("stage-too-long", fact).help("name a later begin with --since or --stage-began")
        );
    }
    let canary = track(request, server, &server.canary, (since, as_of)).await?;
    let baseline = match &server.baseline {
        Some(selectors) => Some(track(request, server, selectors, (since, as_of)).await?),
        None => None,
    };
    Ok(of(request, as_of, canary, baseline))
}

fn unseen(trouble: Trouble) -> Track {
    Track::unseen("Prometheus", &trouble.code, &trouble.fact)
}

async fn track(
    request: &Request,
    server: &Server,
    selectors: &Selectors,
    times: (Time, Time),
) -> Result<Track, Fault> {
    match answers(server, selectors, times).await {
        Ok(answers) => prometheus::track("Prometheus", &answers, &limits(request)),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Trouble(trouble) | Stop::TooLarge(trouble)) => Ok(unseen(trouble)),
    }
}

async fn answers(server: &Server, selectors: &Selectors, times: (Time, Time)) -> Result<Answers, Stop> {
    let latency = match &selectors.latency {
        Some(selector) => Some(series(server, selector, times).await?),
        None => None,
    };
    Ok(Answers {
        requests: series(server, &selectors.requests, times).await?,
        errors: series(server, &selectors.errors, times).await?,
        latency,
        up: ask(server, "up", Some(times.1)).await?,
    })
}

/// The raw points of a selector's series, put together from the parts. A part that is too large is halved, so that
/// no answer takes much room, and what is not of the last part is thinned out.
async fn series(
    server: &Server,
    selector: &str,
    (since, until): (Time, Time),
) -> Result<Vec<Labelled>, Stop> {
    let mut all: BTreeMap<BTreeMap<String, String>, Labelled> = BTreeMap::new();
    let spacing = until.seconds().saturating_sub(since.seconds()) / POINTS;
    let (mut from, mut length) = (since.seconds(), PART);
    loop {
        let to = from.saturating_add(length).min(until.seconds());
        let part = match part(server, selector, (from, to)).await {
            Err(Stop::TooLarge(_)) if length > SHORTEST => {
                length /= 2;
                continue;
            }
            part => part?,
        };
        let last = to >= until.seconds();
        for mut one in part {
            if !last {
                prometheus::thin(&mut one.points, spacing);
                prometheus::thin(&mut one.native, spacing);
            }
            let empty = || Labelled {
                labels: one.labels.clone(),
                points: Vec::new(),
                native: Vec::new(),
                invalid: 0,
            };
            add(all.entry(one.labels.clone()).or_insert_with(empty), one);
        }
        if last {
            return Ok(all.into_values().collect());
        }
        from = to;
    }
}

async fn part(server: &Server, selector: &str, (from, to): (i64, i64)) -> Result<Vec<Labelled>, Stop> {
    let length = to.saturating_sub(from).max(1);
    ask(server, &format!("{selector}[{length}s]"), Some(Time::from_seconds(to))).await
}

/// A point on the seam of two parts is in both.
fn add(sum: &mut Labelled, part: Labelled) {
    let last = sum.points.last().map(|(at, _)| *at);
    sum.points.extend(part.points.into_iter().filter(|(at, _)| last.is_none_or(|last| *at > last)));
    let last = sum.native.last().map(|(at, _)| *at);
    sum.native.extend(part.native.into_iter().filter(|(at, _)| last.is_none_or(|last| *at > last)));
    sum.invalid = sum.invalid.saturating_add(part.invalid);
}

async fn time(server: &Server) -> Result<Time, Stop> {
    let (status, body) = get(server, "time()", None).await?;
    prometheus::read_time(status, &body).map_err(|refused| stop("time()", refused))
}

async fn ask(server: &Server, query: &str, at: Option<Time>) -> Result<Vec<Labelled>, Stop> {
    let (status, body) = get(server, query, at).await?;
    prometheus::read(status, &body).map_err(|refused| stop(query, refused))
}

async fn get(server: &Server, query: &str, at: Option<Time>) -> Result<(u16, String), Stop> {
    let mut get = server.get.clone().parameter("query", query);
    if let Some(at) = at {
        get = get.parameter("time", &at.seconds().to_string());
    }
    match probe(&get).await? {
        Ok(answered) => Ok((answered.status, answered.body)),
        Err(failure) => {
            let fact = format!("Prometheus at {}: {}", server.get.address(), failure.detail);
            let trouble = |code: &str| Trouble { code: code.to_owned(), fact };
            if failure.reason == FailureKind::TooLarge {
                return Err(Stop::TooLarge(trouble("source-too-large")));
            }
            Err(Stop::Trouble(trouble("source-unreachable")))
        }
    }
}

fn stop(query: &str, refused: Refused) -> Stop {
    match refused {
        Refused::Query(error) => {
            let fact = format!("Prometheus does not understand `{query}`: {error}");
            Stop::Fault(Fault::usage("query-invalid", fact).help("try the query in Prometheus' own page"))
        }
        Refused::Source(trouble) => Stop::Trouble(trouble),
    }
}
