//! A look in passing: go on, stay, wait or go back, by what the numbers say.

use super::decide::{Ask, Decision, Next, busy, canary_down, carried, drift, unknown_traffic};
use super::facts::{Change, Drive, Facts, Traffic};
use super::heard::Heard;
use super::state::{Phase, State, Why};
use super::step::Word;
use crate::deploy::Stamp;
use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

/// What is done now. The same question a moment later changes nothing.
pub(super) fn decide(ask: &Ask, facts: &Facts, heard: Heard) -> Decision {
    let Some(state) = &facts.looked.state else {
        let finding = Finding::ok("no-rollout", "no rollout was begun, so there is nothing to do");
        return Decision::nothing("none", Exit::Done, vec![finding]);
    };
    if let Some(decision) = superseded(ask, facts, state) {
        return decision;
    }
    match state.phase {
        Phase::Finished | Phase::Superseded => Decision::nothing("none", Exit::Done, vec![ended(state)]),
        Phase::RolledBack => {
            // With the application's own file the release before it may have a share of its own.
            let decision = Decision::nothing("none", Exit::Done, vec![ended(state)]);
            if ask.policy.canary.is_some() { with_drift(decision, state, facts) } else { decision }
        }
        Phase::Complete => complete(ask, facts, (state, heard)),
        Phase::Observing | Phase::Paused(_) => open(ask, facts, (state, heard)),
    }
}

fn ended(state: &State) -> Finding {
    let fact = format!(
        "the rollout of {} is over since {}: {}",
        state.release.label(),
        state.changed,
        state.phase.word()
    );
    Finding::ok("rollout-over", fact)
}

/// Numbers of another version say nothing about this one.
fn superseded(ask: &Ask, facts: &Facts, state: &State) -> Option<Decision> {
    let there = carried(facts);
    if !state.phase.is_open() || there.as_ref().is_some_and(|there| there.commit == state.release.commit) {
        return None;
    }
    let there = there.map_or("nothing".to_owned(), |there| there.label());
    let label = state.release.label();
    let fact =
        format!("{there} is there in place of {label}, which was being rolled out; that rollout is over");
    let finding = Finding::warning("rollout-superseded", fact).help("begin with `ssh-deploy rollout start`");
    let now = facts.here.now;
    // Users of two servers must not meet a version that nobody began to roll out; a file was written by its deploy.
    let (percent, drive) =
        if ask.policy.canary.is_some() { (0, Drive::Close) } else { (state.percent, Drive::Leave) };
    let next = State { percent, ..state.ended(Phase::Superseded, now) };
    Some(Decision::done("superseded", finding, state.to(next, drive, Word::Superseded)))
}

/// Bad numbers after the end are news, and no more than that.
fn complete(ask: &Ask, facts: &Facts, (state, heard): (&State, Heard)) -> Decision {
    let finding = super::finish::due(ask, state);
    let decision = with_drift(held(vec![finding]), state, facts);
    match heard {
        Heard::Rollback | Heard::Warning => decision.and([late(state)]),
        Heard::Ok | Heard::NoData | Heard::TooFew | Heard::Nothing => decision,
    }
}

fn late(state: &State) -> Finding {
    let fact = format!(
        "the numbers of {} are bad after the time in which it was watched; nothing is done by itself",
        state.release.label()
    );
    Finding::warning("trouble-after-end", fact)
        .help("look at it; `ssh-deploy rollout rollback` or `rollback to` goes back")
}

/// Between the beginning and the end.
fn open(ask: &Ask, facts: &Facts, (state, heard): (&State, Heard)) -> Decision {
    let unknown = match &facts.looked.traffic {
        Traffic::Unknown(why) => Some(unknown_traffic(&ask.policy.driver, why)),
        Traffic::At { .. } => None,
    };
    match (heard, unknown) {
        (Heard::Rollback, unknown) => bad(facts, state).and(unknown),
        (Heard::Warning, unknown) if state.phase == Phase::Observing => {
            let fact = format!(
                "the numbers of {} gave a warning, so it stays at {} %",
                state.release.label(),
                state.percent
            );
            pause(facts, state, Finding::warning("rollout-paused", fact)).and(unknown)
        }
        (Heard::Ok | Heard::Warning | Heard::NoData | Heard::TooFew | Heard::Nothing, Some(unknown)) => {
            Decision::nothing("undetermined", Exit::CouldNot, vec![unknown])
        }
        (Heard::Nothing, None) => {
            let fact = "the step before gave no verdict that is known, so nothing is promoted";
            let finding = Finding::unknown("verdict-missing", fact)
                .help("pass the output `verdict` of `smoke-check judge`: ok, warning, rollback or no-data");
            hold(Decision::nothing("undetermined", Exit::CouldNot, vec![finding]), state, facts)
        }
        (Heard::NoData, None) => {
            let fact =
                format!("there are too few numbers to judge {} by, so it stays", state.release.label());
            let finding = Finding::warning("no-data", fact).help("see what `smoke-check judge` says");
            hold(Decision::nothing("held", Exit::Done, vec![finding]), state, facts)
        }
        (Heard::TooFew, None) => {
            // Nobody is told of it until the stage's time is over: more users come by themselves.
            let fact = format!("there are too few numbers of {} so far, so it stays", state.release.label());
            hold(held(vec![Finding::ok("too-few", fact)]), state, facts)
        }
        (Heard::Warning, None) => hold(held(Vec::new()), state, facts),
        (Heard::Ok, None) => good(facts, state),
    }
}

fn held(findings: Vec<Finding>) -> Decision {
    Decision::nothing("held", Exit::Done, findings)
}

/// Nobody has the new version any more. Who has the old one must be well for that.
fn bad(facts: &Facts, state: &State) -> Decision {
    let now = facts.here.now;
    let is_last = state.next().is_none();
    let is_over = state.current().is_some_and(|stage| state.watched_until(now) > stage.hold.most);
    if is_last && is_over {
        return if state.phase == Phase::Observing {
            pause(facts, state, late(state))
        } else {
            hold(held(vec![late(state)]), state, facts)
        };
    }
    if let Traffic::At { stable_up: Some(false), .. } = facts.looked.traffic {
        let fact = format!(
            "{} should go, and the server with the old version is down, so its users have nowhere to go",
            state.release.label()
        );
        let finding = Finding::fail("stable-down", fact)
            .help("start the old version (`ssh-deploy restart`), then `ssh-deploy rollout rollback`");
        let verdict = Verdict::new("broken", Exit::Broken);
        let stays =
            if state.phase == Phase::Observing { pause(facts, state, finding) } else { held(vec![finding]) };
        return Decision { verdict, ..stays };
    }
    let fact = format!(
        "the numbers of {} are bad: it had {} % of the users and has none now; its commit is quarantined",
        state.release.label(),
        state.percent
    );
    let finding =
        Finding::fail("rolled-back", fact).help("see what `smoke-check judge` says, and fix it forward");
    let verdict = Verdict::new("rolled-back", Exit::Restored);
    Decision { verdict, ..back(facts, state, finding) }
}

/// To nobody, and to the release before it.
pub(super) fn back(facts: &Facts, state: &State, finding: Finding) -> Decision {
    let change = gone_back(state, facts.here.now);
    Decision { next: Next::GoBack, change, ..Decision::nothing("rolled-back", Exit::Done, vec![finding]) }
}

/// The rollout that a rollback of its environment ends; nothing where there is none to end.
pub fn gone_back(state: &State, now: Stamp) -> Option<Change> {
    if !state.phase.is_open() {
        return None;
    }
    let next = State { percent: 0, ..state.ended(Phase::RolledBack, now) };
    Some(state.to(next, Drive::Close, Word::RolledBack))
}

fn pause(facts: &Facts, state: &State, finding: Finding) -> Decision {
    let next = state.paused(Why::Verdict, facts.here.now);
    let finding =
        finding.help("look at it; `ssh-deploy rollout resume` goes on, `rollout rollback` goes back");
    // Whatever took the share away, a pause is no reason to leave it so.
    let drive = drift(state, facts).map_or(Drive::Leave, |_| Drive::To(state.percent));
    Decision::done("paused", finding, state.to(next, drive, Word::Paused))
}

/// Nothing changes; what there is to know is told.
fn hold(decision: Decision, state: &State, facts: &Facts) -> Decision {
    let now = facts.here.now;
    let mut told = Vec::new();
    match state.phase {
        Phase::Paused(why) => told.push(waiting(state, why)),
        Phase::Observing | Phase::Complete | Phase::Finished | Phase::RolledBack | Phase::Superseded => {}
    }
    if let Some(stage) = state.current()
        && state.phase == Phase::Observing
        && state.watched_until(now) > stage.hold.most
    {
        let fact = format!(
            "{} is at {} since {}, longer than {}",
            state.release.label(),
            stage.label(),
            state.watched_until(now).brief(),
            stage.hold.most
        );
        let help =
            "find out why there is no good verdict; `ssh-deploy rollout set` or `rollout rollback` decide";
        told.push(Finding::warning("stage-overdue", fact).help(help));
    }
    with_drift(decision.and(told), state, facts)
}

fn waiting(state: &State, why: Why) -> Finding {
    let reason = match (why, &state.reason) {
        (Why::Verdict, _) => "the numbers gave a warning".to_owned(),
        (Why::Person, Some(reason)) => reason.clone(),
        (Why::Person, None) => "somebody said so".to_owned(),
        (Why::Approval, _) => "the next stage asks for an approval".to_owned(),
    };
    let fact = format!("paused at {} % since {}: {reason}", state.percent, state.changed);
    Finding::ok("rollout-waits", fact).help("`ssh-deploy rollout resume` goes on")
}

fn with_drift(decision: Decision, state: &State, facts: &Facts) -> Decision {
    match drift(state, facts) {
        Some((finding, change)) => Decision { change: Some(change), ..decision.and([finding]) },
        None => decision,
    }
}

/// Good numbers go on when the time is over.
fn good(facts: &Facts, state: &State) -> Decision {
    let now = facts.here.now;
    let Some(stage) = state.current() else { return held(Vec::new()) };
    if let Phase::Paused(_) = state.phase {
        return hold(held(Vec::new()), state, facts);
    }
    // Nobody knows for how long users had another share, so these numbers promote nothing.
    if drift(state, facts).is_some() {
        return hold(held(Vec::new()), state, facts);
    }
    let watched = state.watched_until(now);
    if watched < stage.hold.least {
        let fact = format!(
            "{} is well at {}, {} of {}",
            state.release.label(),
            stage.label(),
            watched.brief(),
            stage.hold.least
        );
        return hold(held(vec![Finding::ok("stage-well", fact)]), state, facts);
    }
    let Some(next) = state.next() else {
        let fact =
            format!("everybody has {}, and it was well for {}", state.release.label(), watched.brief());
        let ended = state.ended(Phase::Complete, now);
        let change = state.to(ended, Drive::To(100), Word::Completed);
        return Decision::done("complete", Finding::ok("release-complete", fact), change);
    };
    if let Some(holder) = busy(facts) {
        return hold(held(vec![Finding { level: Level::Warning, ..holder }]), state, facts);
    }
    if let Some(obstacle) = canary_down(facts) {
        return hold(Decision::nothing("held", Exit::No, vec![obstacle]), state, facts);
    }
    if state.needs_approval() {
        let fact = format!("{} is next, and asks for an approval", next.label());
        let finding = Finding::pending("approval-needed", fact)
            .help("`ssh-deploy rollout resume` gives it, `set 0` does not");
        let waits = state.paused(Why::Approval, now);
        return Decision::done("paused", finding, state.to(waits, Drive::Leave, Word::Paused));
    }
    promote(facts, state)
}

/// The next stage.
pub(super) fn promote(facts: &Facts, state: &State) -> Decision {
    let (now, label) = (facts.here.now, state.release.label());
    let entered = State { phase: Phase::Observing, reason: None, ..state.entered(state.stage + 1, now) };
    let hold = entered.current().map_or(String::new(), |stage| stage.hold.to_string());
    let fact =
        format!("{label} goes from {} to {} % of the users, for {hold}", state.percent, entered.percent);
    let drive = Drive::To(entered.percent);
    let finding = Finding::ok("promoted", fact);
    Decision::done("promoted", finding, state.to(entered, drive, Word::Promoted))
}
