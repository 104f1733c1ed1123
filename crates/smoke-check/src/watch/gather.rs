//! The facts: the answers of a while, counted.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shiplane_action::{Progress, Running};
use shiplane_core::canary::{Facts, FailOn, Lines, Outcome, Seen, Tally, Track, evaluate, verdict};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::gate::time::Time;
use shiplane_core::report::Level;
use shiplane_core::smoke::{Answer, FailureKind, judge};
use shiplane_http::{Ask, Dialer, From, Go, Named, Pace, sample, sample_by};

use crate::judge::Judging;

/// After so many failures in a row it is worth looking whether they prove enough already.
const IN_A_ROW: u32 = 5;

/// What was seen of every target; of a single one it is what `judge` records, too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Watched {
    /// Several, by name.
    Several {
        /// By the probe's name.
        probes: BTreeMap<String, Facts>,
    },
    /// One.
    One(Box<Facts>),
}

impl Watched {
    /// By name, in the order of asking. What the record does not hold was not seen.
    pub(super) fn named(self, targets: &[&Named]) -> Vec<(String, Facts)> {
        let (mut one, mut several) = match self {
            Self::One(facts) => (Some(*facts), BTreeMap::new()),
            Self::Several { probes } => (None, probes),
        };
        let missing = |name: &str| {
            let track = Track::unseen(name, "not-observed", "the recorded facts do not hold this probe");
            Facts { as_of: Time::from_seconds(0), began: None, canary: track, baseline: None }
        };
        let named = targets.iter().map(|target| {
            let found = several.remove(&target.name).or_else(|| one.take());
            (target.name.clone(), found.unwrap_or_else(|| missing(&target.name)))
        });
        named.collect()
    }
}

/// The probes that can be asked again and again from here.
pub(super) fn watchable(targets: &[Named]) -> Result<Vec<&Named>, Fault> {
    for target in targets {
        let why = match (&target.probe.ask, &target.endpoints) {
            (_, Some(_)) => "asks a list of endpoints",
            (Ask::Host(_), None) => "asks the host itself",
            (Ask::Http(_) | Ask::Dial(_), None) if target.from == From::Here => continue,
            (Ask::Http(_) | Ask::Dial(_), None) => "is asked from a host",
        };
        let fact = format!("{} {why}, which cannot be watched", target.name);
        return Err(Fault::usage("not-watchable", fact)
            .help("name others with --probe, or run it again and again with `smoke-check run`"));
    }
    Ok(targets.iter().collect())
}

/// Asks all of them side by side.
pub(super) async fn facts(
    targets: &[&Named],
    pace: Pace,
    judging: &Judging,
    progress: Progress,
) -> anyhow::Result<Watched> {
    let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    let phase = progress.phase(&format!("watch {}", names.join(", ")));
    let all = targets.iter().map(|target| one(target, pace, judging, &phase));
    let done = try_join_all(all).await;
    let level = if done.is_ok() { Level::Ok } else { Level::Unknown };
    let asked: u64 = done.iter().flatten().map(|facts| facts.canary.read).sum();
    phase.finish(level, &format!("{asked} requests"));
    let names = targets.iter().map(|target| target.name.clone());
    let mut probes: BTreeMap<String, Facts> = names.zip(done?).collect();
    Ok(match (probes.len(), probes.pop_last()) {
        (1, Some((_, only))) => Watched::One(Box::new(only)),
        (_, Some((name, last))) => {
            probes.insert(name, last);
            Watched::Several { probes }
        }
        (_, None) => Watched::Several { probes },
    })
}

/// Asks one at that pace. What is surely broken is not watched to the end.
async fn one(target: &Named, pace: Pace, judging: &Judging, phase: &Running) -> Result<Facts, Fault> {
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let latency = judging.policy.latency;
    let lines = Lines::ladder(&[latency.warning, latency.rollback.value]);
    let mut tally = Tally::new(&target.name, lines, Vec::new()).within(Some(moment(began)), None);
    let (mut in_a_row, mut asked) = (0_u32, 0_u32);
    let on_answer = |since: Duration, answer: &Answer| {
        asked = asked.saturating_add(1);
        let wrong = judge(&target.probe.expectation, answer);
        in_a_row = if wrong.is_empty() { 0 } else { in_a_row.saturating_add(1) };
        if let Some(wrong) = wrong.first().filter(|_| in_a_row == 1) {
            phase.line(&format!("{}: request {asked}: {}", target.name, wrong.fact));
        }
        let at = moment(began + since);
        tally.add(&seen(at, answer, wrong.is_empty()));
        if in_a_row >= IN_A_ROW && is_over(judging, &of(tally.clone(), at)) { Go::Stop } else { Go::On }
    };
    let limit = target.policy.attempt;
    match &target.probe.ask {
        Ask::Http(get) => sample(get, pace, on_answer).await?,
        Ask::Dial(dial) => sample_by(&Dialer::new(dial.clone())?, limit, pace, on_answer).await,
        Ask::Host(_) => return Err(Fault::could_not("host-not-asked", "nobody is there to ask the host")),
    }
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(of(tally, moment(end)))
}

/// Of a watch everything counts: whoever asks knows when the warm-up is over.
fn of(tally: Tally, as_of: Time) -> Facts {
    Facts { as_of, began: None, canary: tally.finish(), baseline: None }
}

fn is_over(judging: &Judging, facts: &Facts) -> bool {
    verdict(&evaluate(&judging.policy, facts), FailOn::Rollback).exit == Exit::No
}

fn seen(at: Time, answer: &Answer, right: bool) -> Seen {
    let outcome = match answer {
        Answer::Answered(answered) if right => Outcome::Status(answered.status),
        // What speaks no HTTP has no status; the right answer counts as one.
        Answer::Replied(_) | Answer::Containers { .. } | Answer::Ran(_) | Answer::File(_) if right => {
            Outcome::Status(200)
        }
        Answer::Answered(_)
        | Answer::Replied(_)
        | Answer::Containers { .. }
        | Answer::Ran(_)
        | Answer::File(_) => Outcome::Wrong,
        Answer::Failed(failure) if failure.reason == FailureKind::Timeout => Outcome::TimedOut,
        Answer::Failed(_) => Outcome::NoAnswer,
    };
    Seen { at, outcome, millis: Some(answer.timings().total_ms) }
}

fn moment(since: Duration) -> Time {
    Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
