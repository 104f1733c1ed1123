//! The end: the new version is on every server, and the canary's gets no users until the next one.

use super::decide::{Ask, Decision, none, over};
use super::facts::{Drive, Facts, Traffic};
use super::state::{Phase, State};
use super::step::Word;
use crate::deploy::journal::History;
use crate::report::Finding;

/// What is left to do when everybody has the new version.
pub(super) fn due(ask: &Ask, state: &State) -> Finding {
    let fact = format!("the rollout of {} is complete since {}", state.release.label(), state.changed);
    Finding::ok("release-complete", fact).help(match &ask.policy.canary {
        Some(_) => format!(
            "{}, then: ssh-deploy rollout finish --environment {}",
            deploy(ask, state),
            ask.environment
        ),
        None => format!("ssh-deploy rollout finish --environment {}", ask.environment),
    })
}

fn deploy(ask: &Ask, state: &State) -> String {
    let version =
        state.release.version.as_ref().map_or(String::new(), |it| format!(" --release-version {it}"));
    format!("ssh-deploy deploy --environment {} --commit {}{version}", ask.environment, state.release.commit)
}

/// Users go back to a server that has the same version.
pub(super) fn decide(ask: &Ask, facts: &Facts) -> Decision {
    let state = match &facts.looked.state {
        Some(state) if state.phase.is_open() => state,
        Some(state) => return Decision::refused(over(state)),
        None => return Decision::refused(none()),
    };
    let may = match state.phase {
        Phase::Complete => true,
        Phase::Observing | Phase::Paused(_) => ask.force && state.percent == 100,
        Phase::Finished | Phase::RolledBack | Phase::Superseded => false,
    };
    if !may {
        let fact = format!(
            "{} is at {} %, {}: it is not complete",
            state.release.label(),
            state.percent,
            state.phase.word()
        );
        return Decision::refused(
            Finding::fail("rollout-not-complete", fact)
                .help("let it go on; at 100 % --force ends it before its time"),
        );
    }
    if facts.canary.is_some() {
        let stable = History::of(&facts.here.journal).live;
        if stable.as_ref().is_none_or(|stable| stable.commit != state.release.commit) {
            let there = stable.map_or("nothing".to_owned(), |stable| stable.label());
            let fact = format!("`{}` has {there}, not {}", ask.environment, state.release.label());
            let help = format!("nobody uses it now, so it can be deployed: {}", deploy(ask, state));
            return Decision::refused(Finding::fail("stable-not-deployed", fact).help(help));
        }
    }
    if let Traffic::At { stable_up: Some(false), .. } = facts.looked.traffic {
        let fact = format!(
            "the proxy says that the server of `{}` is down, so the users stay where they are",
            ask.environment
        );
        return Decision::refused(
            Finding::fail("stable-down", fact).help("start it first: `ssh-deploy restart`"),
        );
    }
    let now = facts.here.now;
    let ended = state.ended(Phase::Finished, now);
    let (next, drive) = match facts.canary {
        Some(_) => (State { percent: 0, ..ended }, Drive::To(0)),
        None => (ended, Drive::Leave),
    };
    let fact = format!("{} is the version that everybody has; its rollout is over", state.release.label());
    Decision::done("finished", Finding::ok("rollout-finished", fact), state.to(next, drive, Word::Finished))
}
