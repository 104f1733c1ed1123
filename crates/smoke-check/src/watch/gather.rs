//! The facts: the answers of a while, counted.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shiplane_action::Progress;
use shiplane_core::canary::{Facts, FailOn, Lines, Outcome, Seen, Tally, evaluate, verdict};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::gate::time::Time;
use shiplane_core::report::Level;
use shiplane_core::smoke::{Answer, FailureKind, judge};
use shiplane_http::{Go, Named, Pace, sample};

use crate::judge::Judging;

/// After so many failures in a row it is worth looking whether they prove enough already.
const IN_A_ROW: u32 = 5;

/// Asks at that pace. What is surely broken is not watched to the end.
pub(super) async fn facts(
    target: &Named,
    pace: Pace,
    judging: &Judging,
    progress: Progress,
) -> anyhow::Result<Facts> {
    let phase = progress.phase(&format!("watch {}", target.name));
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
            phase.line(&format!("request {asked}: {}", wrong.fact));
        }
        let at = moment(began + since);
        tally.add(&seen(at, answer, wrong.is_empty()));
        if in_a_row >= IN_A_ROW && is_over(judging, &of(tally.clone(), at)) { Go::Stop } else { Go::On }
    };
    let done: Result<(), Fault> = match target.probe.ask.get() {
        Some(get) => sample(get, pace, on_answer).await,
        None => Err(Fault::usage("nothing-to-probe", "only an address can be watched")),
    };
    let level = if done.is_ok() { Level::Ok } else { Level::Unknown };
    let end = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let facts = of(tally, moment(end));
    phase.finish(level, &format!("{} requests", facts.canary.read));
    done?;
    Ok(facts)
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
