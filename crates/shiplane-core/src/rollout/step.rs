//! What the journal tells of a rollout.

use serde::{Deserialize, Serialize};

use crate::deploy::Release;

/// One change, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What happened.
    pub word: Word,
    /// The new version.
    pub release: Release,
    /// Percent of the users that had it before.
    pub from: u8,
    /// Percent of the users that have it now.
    pub to: u8,
}

/// What happened to a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It began, with nobody.
    Started,
    /// More users got the new version.
    Promoted,
    /// A person gave it another share.
    Set,
    /// It waits for a person.
    Paused,
    /// A person let it go on.
    Resumed,
    /// Nobody has the new version any more; its commit is quarantined.
    RolledBack,
    /// Everybody had it for as long as was asked.
    Completed,
    /// It is over: every server has it.
    Finished,
    /// Another version came in between.
    Superseded,
}

impl Word {
    /// For people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Promoted => "promoted",
            Self::Set => "set",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::RolledBack => "rolled-back",
            Self::Completed => "complete",
            Self::Finished => "finished",
            Self::Superseded => "superseded",
        }
    }
}
