//! Waits for the client's word, which comes as a file in the run's directory.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use shiplane_core::deploy::{Decision, Event, Kind, Step};
use shiplane_core::duration::Span;
use shiplane_core::report::Finding;

use super::Run;
use crate::failure::Failure;
use crate::leash::{self, Cut};

/// The file in a run's directory that carries the client's word.
pub(crate) const DECISION: &str = "decision";

/// The file in a run's directory that the client touches while it is busy with other hosts.
pub(crate) const ATTENDED: &str = "attended";

/// Waits until the other hosts are as far.
pub(super) fn hold(run: &Run<'_>) -> Result<(), Failure> {
    run.log.say(&Event::Held);
    match word(run, run.plan.limits.confirm, &[Decision::Proceed, Decision::Confirm, Decision::Revert]) {
        Heard::Stop => Err(Failure::new(Cut::Stopped.finding(Step::Hold.name()))),
        Heard::Word(Decision::Proceed | Decision::Confirm) => Ok(()),
        Heard::Word(Decision::Revert) => {
            let fact =
                format!("release {} was held back before its switch, as it was told", run.release.label());
            Err(Failure::new(Finding::warning("held-back", fact)))
        }
        Heard::Nothing => {
            let fact = format!("nobody said that release {} may switch", run.release.label());
            Err(Failure::new(Finding::fail("unconfirmed", fact)))
        }
    }
}

/// Without a word from the client the switch is not kept: it may be that nobody can reach this host any more. After
/// a restart there is nothing to take back, and nobody found fault with it.
pub(super) fn confirm(run: &mut Run<'_>) -> Result<(), Failure> {
    run.log.say(&Event::Switched);
    let heard = word(run, run.plan.limits.confirm, &[Decision::Confirm, Decision::Revert]);
    match (run.plan.kind, heard) {
        (Kind::Restart, Heard::Stop | Heard::Nothing) => {
            let fact = "everything was started again, and nobody stayed to ask whether it answers";
            let help = "`ssh-deploy status` shows how it is";
            run.notes.push(Finding::warning("not-proven", fact).help(help));
            Ok(())
        }
        (Kind::Deploy | Kind::Rollback | Kind::Restart, heard) => judge(run, heard),
    }
}

fn judge(run: &Run<'_>, heard: Heard) -> Result<(), Failure> {
    match heard {
        Heard::Stop => Err(Failure::new(Cut::Stopped.finding(Step::Confirm.name()))),
        Heard::Word(Decision::Confirm | Decision::Proceed) => Ok(()),
        Heard::Word(Decision::Revert) => {
            let company = run.plan.steps.contains(&Step::Hold);
            let where_to = if company { "on every host" } else { "at its public address" };
            let fact = format!("release {} did not prove itself {where_to}", run.release.label());
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

/// The client's word, when it is one of those that answer the question. A client that is busy with other hosts gives a
/// sign of life now and then, and the time begins anew.
fn word(run: &Run<'_>, within: Span, answers: &[Decision]) -> Heard {
    let dir = run.state.run(&run.plan.run);
    let (file, sign) = (dir.join(DECISION), dir.join(ATTENDED));
    let touched = || fs::metadata(&sign).and_then(|sign| sign.modified()).ok();
    let (mut last, mut deadline) = (touched(), Instant::now() + within.0);
    loop {
        let now = touched();
        if now != last {
            (last, deadline) = (now, Instant::now() + within.0);
        }
        if Instant::now() >= deadline {
            return Heard::Nothing;
        }
        let said = fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok());
        match said.filter(|word| answers.contains(word)) {
            Some(word) => return Heard::Word(word),
            None if leash::told_to_stop() => return Heard::Stop,
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}
