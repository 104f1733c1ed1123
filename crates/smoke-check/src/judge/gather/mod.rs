//! The facts: what the sources counted.

mod file;
mod lines;
mod prometheus;

use std::time::{SystemTime, UNIX_EPOCH};

use shiplane_action::Progress;
use shiplane_core::canary::{Facts, Lines, Track};
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;
use shiplane_core::gate::time::Time;
use shiplane_core::report::Level;

use super::report;
use super::request::{Began, Request, Sources};

/// Reads the sources.
pub(super) async fn facts(request: &Request, progress: Progress) -> anyhow::Result<Facts> {
    let phase = progress.phase(report::PHASE);
    let facts = match &request.sources {
        Sources::Record => Err(Fault::usage("nothing-to-judge", "there is no record to judge")),
        Sources::Samples(canary, baseline, reading) => {
            Ok(file::samples(request, canary, baseline.as_deref(), reading))
        }
        Sources::Logs(canary, baseline, reading) => {
            Ok(file::logs(request, canary, baseline.as_ref(), reading))
        }
        Sources::Prometheus(server) => prometheus::facts(request, server).await,
    };
    let seen = facts.as_ref().is_ok_and(|facts| facts.canary.troubles.is_empty());
    phase.finish(if seen { Level::Ok } else { Level::Unknown }, &report::phase_note(facts.as_ref().ok()));
    Ok(facts?)
}

/// When the stage began, once the moment to judge is known.
fn began(request: &Request, as_of: Time) -> Option<Time> {
    match request.began {
        Began::At(began) => Some(began),
        Began::Ago(ago) => Some(before(as_of, ago)),
        Began::Unknown => None,
    }
}

fn before(moment: Time, span: Span) -> Time {
    let seconds = i64::try_from(span.0.as_secs()).unwrap_or(i64::MAX);
    Time::from_seconds(moment.seconds().saturating_sub(seconds))
}

/// The lines that are counted where each latency is known.
fn ladder(request: &Request) -> Lines {
    Lines::ladder(&limits(request))
}

/// The latencies that have to be told apart.
fn limits(request: &Request) -> [Span; 2] {
    let latency = request.judging.policy.latency;
    [latency.warning, latency.rollback.value]
}

/// This machine's clock, for sources without one of their own.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Facts from tracks.
fn of(request: &Request, as_of: Time, canary: Track, baseline: Option<Track>) -> Facts {
    Facts { as_of, began: began(request, as_of), canary, baseline }
}
