//! What is asked of a host about a rollout, what it found, and what it shall do.

use serde::{Deserialize, Serialize};

use super::driver::Driver;
use super::state::State;
use super::step::Told;
use crate::deploy::{HostFacts, Site};

/// What the client wants to know, or to have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The environment whose users are split.
    pub site: Site,
    /// By what.
    pub driver: Driver,
    /// What shall change; without it the host only looks.
    #[serde(default)]
    pub change: Option<Change>,
    /// Who asks.
    #[serde(default)]
    pub actor: Option<String>,
    /// Where people see it.
    #[serde(default)]
    pub run_url: Option<String>,
    /// Why, in the words of whoever asks.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A change of a rollout, all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The generation on which this was decided; with another one it does not count.
    pub expected: Option<u64>,
    /// What is kept from now on.
    pub state: State,
    /// What happens to the users.
    pub drive: Drive,
    /// What the journal is told; nothing where only what was said before is done again.
    pub told: Option<Told>,
}

/// What happens to the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drive {
    /// Nothing.
    Leave,
    /// This percentage of them gets the new version.
    To(u8),
    /// None of them, not even those whom a cookie would keep there.
    Close,
}

/// What the host found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Looked {
    /// The rollout that it knows.
    pub state: Option<State>,
    /// Who gets what.
    pub traffic: Traffic,
}

/// Who gets what, as the driver says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Traffic {
    /// It is split.
    At {
        /// Percent of the users that get the new version.
        percent: u8,
        /// Whether the server with the old version is up, where the driver knows.
        stable_up: Option<bool>,
        /// Whether the server with the new version is up, where the driver knows.
        canary_up: Option<bool>,
    },
    /// Nobody could find out, and why.
    Unknown(String),
}

impl Default for Traffic {
    fn default() -> Self {
        Self::Unknown("nobody looked".to_owned())
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applied {
    /// It is done; and why the journal could not be told, when it could not.
    Done(Option<String>),
    /// Somebody else was faster; nothing was done.
    Raced,
    /// It could not be done. What was before is there again, unless it says so.
    Failed {
        /// Why.
        why: String,
        /// Whether everything is as it was before.
        restored: bool,
    },
}

/// Everything that a decision looks at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// The host, with the journal of the environment.
    pub here: HostFacts,
    /// The same of the environment with the new version, where that is another one.
    pub canary: Option<HostFacts>,
    /// The same of the environment that it must have passed before.
    pub after: Option<HostFacts>,
    /// The rollout.
    pub looked: Looked,
}

impl Facts {
    /// The environment that the new version is deployed to.
    pub(super) fn carrier(&self) -> &HostFacts {
        self.canary.as_ref().unwrap_or(&self.here)
    }
}
