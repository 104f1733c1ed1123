//! What a person decides: another share, a pause, to go on, to go back.

use super::decide::{Ask, Decision, busy, canary_down, none, over, unknown_traffic};
use super::facts::{Drive, Facts, Traffic};
use super::state::{Phase, State, Why};
use super::step::Word;
use super::tick;
use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

/// The rollout that goes on, else why there is none.
fn open(facts: &Facts) -> Result<&State, Finding> {
    match &facts.looked.state {
        Some(state) if state.phase.is_open() => Ok(state),
        Some(state) => Err(over(state)),
        None => Err(none()),
    }
}

/// Another share. Up to a stage's own it goes on from there; else it waits for a person's word.
pub(super) fn set(ask: &Ask, facts: &Facts, percent: u8) -> Decision {
    let state = match open(facts) {
        Ok(state) => state,
        Err(finding) => return Decision::refused(finding),
    };
    if percent > 0
        && percent > state.percent
        && let Some(obstacle) = busy(facts).or_else(|| canary_down(facts))
    {
        return Decision::refused(obstacle);
    }
    let now = facts.here.now;
    let at = state.stages.iter().rposition(|stage| stage.at <= percent).unwrap_or_default();
    let is_stage = state.stages.get(at).is_some_and(|stage| stage.at == percent);
    let entered = State { percent, reason: ask.reason.clone(), ..state.entered(at, now) };
    let goes_on = is_stage && percent > state.percent && state.phase == Phase::Observing;
    let next =
        if goes_on { entered } else { State { phase: Phase::Paused(Why::Person), since: None, ..entered } };
    let fact = format!(
        "{} goes from {} to {percent} % of the users by hand, {}",
        state.release.label(),
        state.percent,
        if goes_on { "and goes on from there" } else { "and waits there" }
    );
    let finding = Finding::ok("rollout-set", fact);
    let finding = if goes_on { finding } else { finding.help("`ssh-deploy rollout resume` goes on") };
    Decision::done("set", finding, state.to(next, Drive::To(percent), Word::Set)).and(unknown(ask, facts))
}

/// Nothing is known of who gets what; the change is tried all the same, and read back.
fn unknown(ask: &Ask, facts: &Facts) -> Option<Finding> {
    match &facts.looked.traffic {
        Traffic::Unknown(why) => {
            let finding = unknown_traffic(&ask.policy.driver, why);
            Some(Finding { level: Level::Warning, ..finding })
        }
        Traffic::At { .. } => None,
    }
}

/// Nothing goes on by itself.
pub(super) fn pause(ask: &Ask, facts: &Facts) -> Decision {
    let state = match open(facts) {
        Ok(state) => state,
        Err(finding) => return Decision::refused(finding),
    };
    match state.phase {
        Phase::Observing => {
            let paused = State { reason: ask.reason.clone(), ..state.paused(Why::Person, facts.here.now) };
            let fact = format!("{} stays at {} %", state.release.label(), state.percent);
            let finding = Finding::ok("rollout-paused", fact).help("`ssh-deploy rollout resume` goes on");
            Decision::done("paused", finding, state.to(paused, Drive::Leave, Word::Paused))
        }
        Phase::Paused(_) | Phase::Complete | Phase::Finished | Phase::RolledBack | Phase::Superseded => {
            let fact =
                format!("nothing goes on by itself: {} is {}", state.release.label(), state.phase.word());
            Decision::nothing("paused", Exit::Done, vec![Finding::ok("rollout-waits", fact)])
        }
    }
}

/// What happened before is looked at no more; the stage's time runs again.
pub(super) fn resume(ask: &Ask, facts: &Facts) -> Decision {
    let state = match open(facts) {
        Ok(state) => state,
        Err(finding) => return Decision::refused(finding),
    };
    let now = facts.here.now;
    match state.phase {
        Phase::Paused(Why::Approval) => match busy(facts).or_else(|| canary_down(facts)) {
            Some(obstacle) => Decision::refused(obstacle),
            None => tick::promote(facts, state),
        },
        Phase::Paused(Why::Verdict | Why::Person) => {
            let next = State {
                phase: Phase::Observing,
                window: now,
                since: Some(now),
                reason: ask.reason.clone(),
                ..state.changed(now)
            };
            let fact = format!("{} goes on at {} %", state.release.label(), state.percent);
            let drive = Drive::To(state.percent);
            Decision::done(
                "resumed",
                Finding::ok("rollout-resumed", fact),
                state.to(next, drive, Word::Resumed),
            )
        }
        Phase::Observing | Phase::Complete | Phase::Finished | Phase::RolledBack | Phase::Superseded => {
            let fact = format!("{} is not paused: {}", state.release.label(), state.phase.word());
            Decision::nothing("held", Exit::Done, vec![Finding::ok("not-paused", fact)])
        }
    }
}

/// The same way back that bad numbers take.
pub(super) fn rollback(_: &Ask, facts: &Facts) -> Decision {
    let state = match open(facts) {
        Ok(state) => state,
        Err(finding) => {
            return Decision::refused(finding.help("`rollback to` goes back to a release that was good"));
        }
    };
    if let Traffic::At { stable_up: Some(false), .. } = facts.looked.traffic {
        let fact = "the server with the old version is down, so its users would have nowhere to go";
        return Decision::refused(
            Finding::fail("stable-down", fact).help("start it first: `ssh-deploy restart`"),
        );
    }
    let fact = format!(
        "{} had {} % of the users and has none now; its commit is quarantined",
        state.release.label(),
        state.percent
    );
    let verdict = Verdict::new("rolled-back", Exit::Done);
    Decision { verdict, ..tick::back(facts, state, Finding::ok("rolled-back", fact)) }
}

/// Only a look.
pub(super) fn status(facts: &Facts) -> Decision {
    let Some(state) = &facts.looked.state else {
        let finding = Finding::ok("no-rollout", "no rollout was begun");
        return Decision::nothing("none", Exit::Done, vec![finding]);
    };
    let fact = format!("{} at {} %, {}", state.release.label(), state.percent, state.phase.word());
    Decision::nothing("shown", Exit::Done, vec![Finding::ok("rollout", fact)])
}
