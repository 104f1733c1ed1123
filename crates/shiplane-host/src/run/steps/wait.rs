//! Waits for the client's word, which comes as a file in the run's directory.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use shiplane_core::deploy::{Decision, Event, Step};
use shiplane_core::duration::Span;
use shiplane_core::report::Finding;

use super::Run;
use crate::failure::Failure;
use crate::leash::{self, Cut};

/// The file in a run's directory that carries the client's word.
pub(crate) const DECISION: &str = "decision";

/// Waits until the other hosts are as far.
pub(super) fn hold(run: &Run<'_>) -> Result<(), Failure> {
    run.log.say(&Event::Held);
    match word(run, run.plan.limits.budget, &[Decision::Proceed, Decision::Confirm, Decision::Revert]) {
        Heard::Stop => Err(Failure::new(Cut::Stopped.finding(Step::Hold.name()))),
        Heard::Word(Decision::Proceed | Decision::Confirm) => Ok(()),
        Heard::Word(Decision::Revert) => {
            let fact = format!("release {} is not wanted any more", run.release.label());
            Err(Failure::new(Finding::fail("held-back", fact)))
        }
        Heard::Nothing => {
            let fact = format!("nobody said that release {} may switch", run.release.label());
            Err(Failure::new(Finding::fail("unconfirmed", fact)))
        }
    }
}

/// Without a word from the client the switch is not kept: it may be that nobody can reach this host any more.
pub(super) fn confirm(run: &Run<'_>) -> Result<(), Failure> {
    run.log.say(&Event::Switched);
    match word(run, run.plan.limits.confirm, &[Decision::Confirm, Decision::Revert]) {
        Heard::Stop => Err(Failure::new(Cut::Stopped.finding(Step::Confirm.name()))),
        Heard::Word(Decision::Confirm | Decision::Proceed) => Ok(()),
        Heard::Word(Decision::Revert) => {
            let fact = format!("release {} did not prove itself at its public address", run.release.label());
            Err(Failure::new(Finding::fail("proof-failed", fact)))
        }
        Heard::Nothing => {
            let (label, within) = (run.release.label(), run.plan.limits.confirm);
            let fact = format!("nobody confirmed release {label} within {within}");
            Err(Failure::new(Finding::fail("unconfirmed", fact)))
        }
    }
}

/// What came of waiting.
enum Heard {
    Word(Decision),
    Stop,
    Nothing,
}

/// The client's word, when it is one of those that answer the question.
fn word(run: &Run<'_>, within: Span, answers: &[Decision]) -> Heard {
    let file = run.state.run(&run.plan.run).join(DECISION);
    let deadline = Instant::now() + within.0;
    while Instant::now() < deadline {
        let said = fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok());
        match said.filter(|word| answers.contains(word)) {
            Some(word) => return Heard::Word(word),
            None if leash::told_to_stop() => return Heard::Stop,
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
    Heard::Nothing
}
