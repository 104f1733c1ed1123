//! What a run means for those who were told before.

use serde::{Deserialize, Serialize};

use crate::deploy::Stamp;
use crate::duration::Span;

/// The incident that a run is part of, when the tool remembers the runs before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What this run changes about it.
    pub turn: Turn,
    /// Its name; empty when there is none.
    pub id: String,
    /// When it began.
    pub since: Option<Stamp>,
    /// How long it has lasted.
    pub lasted: Option<Span>,
}

/// What a run changes about an incident: one message when it opens, one when it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// There is none, and this run opened none.
    None,
    /// A run that was not in order, and not yet an incident.
    Suspect,
    /// It opened.
    Opened,
    /// It goes on, as was told before.
    Ongoing,
    /// It goes on, and it is time to say so again.
    Reminder,
    /// It is over.
    Recovered,
    /// Good and bad runs have begun to alternate.
    Flapping,
}

impl Turn {
    /// The word of the output `alert`.
    pub fn word(self) -> &'static str {
        match self {
            Self::None | Self::Suspect => "none",
            Self::Opened => "opened",
            Self::Ongoing => "ongoing",
            Self::Reminder => "reminder",
            Self::Recovered => "recovered",
            Self::Flapping => "flapping",
        }
    }
}
