//! What is asked, and what is done about it.

use super::driver::Driver;
use super::facts::{Change, Drive, Facts, Traffic};
use super::heard::Heard;
use super::policy::Policy;
use super::state::State;
use super::{finish, hand, start, tick};
use crate::deploy::journal::History;
use crate::deploy::{HostFacts, Release, locked};
use crate::exit::Exit;
use crate::report::{Finding, Verdict};

/// What is asked for, every default settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The environment whose users are split.
    pub environment: String,
    /// How.
    pub policy: Policy,
    /// What shall be done.
    pub deed: Deed,
    /// Why, in the words of whoever asks.
    pub reason: Option<String>,
    /// Go on in spite of quarantine, or before the time is over.
    pub force: bool,
}

/// What shall be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Begin, with what is there, or with that version or commit of it.
    Start(Option<String>),
    /// Go on, stay, wait or go back, by what the numbers say.
    Tick(Heard),
    /// That percentage, by hand.
    Set(u8),
    /// Wait for a person.
    Pause,
    /// A person's word to go on.
    Resume,
    /// A person's word to go back.
    Rollback,
    /// End it: the new version is everywhere.
    Finish,
    /// Only look.
    Status,
}

/// What is done, and what is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// For the reader.
    pub findings: Vec<Finding>,
    /// How it ends when the change is done.
    pub verdict: Verdict,
    /// What the host shall do.
    pub change: Option<Change>,
    /// What comes after that.
    pub next: Next,
}

/// What comes after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Nothing,
    /// The release that was there before is taken back to where the new one is.
    GoBack,
}

/// Everything at once: what stands against it, what is done, and how it ends.
pub fn decide(ask: &Ask, facts: &Facts) -> Decision {
    match &ask.deed {
        Deed::Start(wanted) => start::decide(ask, facts, wanted.as_deref()),
        Deed::Tick(heard) => tick::decide(ask, facts, *heard),
        Deed::Set(percent) => hand::set(ask, facts, *percent),
        Deed::Pause => hand::pause(ask, facts),
        Deed::Resume => hand::resume(ask, facts),
        Deed::Rollback => hand::rollback(ask, facts),
        Deed::Finish => finish::decide(ask, facts),
        Deed::Status => hand::status(facts),
    }
}

impl Decision {
    /// Nothing is changed.
    pub(super) fn nothing(word: &str, exit: Exit, findings: Vec<Finding>) -> Self {
        Self { findings, verdict: Verdict::new(word, exit), change: None, next: Next::Nothing }
    }

    /// The answer is no.
    pub(super) fn refused(finding: Finding) -> Self {
        Self::nothing("refused", Exit::No, vec![finding])
    }

    /// That is done.
    pub(super) fn done(word: &str, finding: Finding, change: Change) -> Self {
        Self { change: Some(change), ..Self::nothing(word, Exit::Done, vec![finding]) }
    }

    /// The same with more to say.
    pub(super) fn and(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(findings);
        self
    }
}

/// There is no rollout to do anything to.
pub(super) fn none() -> Finding {
    Finding::fail("no-rollout", "no rollout is going on").help("begin one with `ssh-deploy rollout start`")
}

/// A rollout that is over.
pub(super) fn over(state: &State) -> Finding {
    let fact = format!("the rollout of {} is over: {}", state.release.label(), state.phase.word());
    Finding::fail("no-rollout", fact).help("begin another with `ssh-deploy rollout start`")
}

/// Nobody knows who gets what.
pub(super) fn unknown_traffic(driver: &Driver, why: &str) -> Finding {
    let fact = format!("{} does not say who gets what: {why}", driver.name());
    let help = match driver {
        Driver::Haproxy { .. } => {
            "on the host: see that HAProxy runs, and that the deploying user may write to its socket"
        }
        Driver::Nginx { .. } => "on the host: see that the deploying user may read and write the file",
        Driver::EnvFile { .. } => "on the host: see that `.env` is there and can be read",
        Driver::Command { .. } => "run the `get` program of the rollout on the host by hand",
    };
    Finding::unknown("traffic-unknown", fact).help(help)
}

/// What a driver's servers say against getting more users.
pub(super) fn canary_down(facts: &Facts) -> Option<Finding> {
    match facts.looked.traffic {
        Traffic::At { canary_up: Some(false), .. } => {
            let fact =
                "the proxy says that the server with the new version is down, so it gets no more users";
            Some(
                Finding::fail("canary-down", fact)
                    .help("see why: `ssh-deploy status` of the canary's environment"),
            )
        }
        Traffic::At { .. } | Traffic::Unknown(_) => None,
    }
}

/// A deploy or rollback that is under way decides what the new version is.
pub(super) fn busy(facts: &Facts) -> Option<Finding> {
    let held = |facts: &HostFacts| facts.lock.as_ref().map(|holder| locked(holder, facts.now));
    held(&facts.here).or_else(|| facts.canary.as_ref().and_then(held))
}

/// What is there of the new version.
pub(super) fn carried(facts: &Facts) -> Option<Release> {
    History::of(&facts.carrier().journal).live
}

/// The share that is recorded, given again where something else took it away: a reload of HAProxy forgets weights.
pub(super) fn drift(state: &State, facts: &Facts) -> Option<(Finding, Change)> {
    let Traffic::At { percent, .. } = facts.looked.traffic else { return None };
    if percent == state.percent {
        return None;
    }
    let now = facts.here.now;
    let fact = format!(
        "{percent} % of the users had {}, and {} % are recorded; it is given {} % again",
        state.release.label(),
        state.percent,
        state.percent
    );
    let finding = Finding::warning("rollout-drift", fact)
        .help("a reload of the proxy forgets weights; to change the share use `ssh-deploy rollout set`");
    let drive =
        if state.percent == 0 && !state.phase.is_open() { Drive::Close } else { Drive::To(state.percent) };
    let next = State { window: now, ..state.changed(now) };
    Some((finding, Change { expected: Some(state.generation), state: next, drive, told: None }))
}
