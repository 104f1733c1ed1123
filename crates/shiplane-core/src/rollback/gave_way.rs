//! What became of a run that was at work when a rollback wanted the lock.

use serde::{Deserialize, Serialize};

use crate::deploy::Holder;
use crate::report::Finding;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GaveWay {
    /// Nobody held the lock any more.
    Free,
    /// It was told to, and took back what it had done.
    ByItself(Holder),
    /// It did not listen, so its processes were ended; what it left is open in the journal.
    Ended(Holder),
}

impl GaveWay {
    /// For the reader.
    pub fn finding(&self) -> Finding {
        let who = |holder: &Holder| {
            let actor = holder.actor.as_deref().unwrap_or("somebody");
            let url = holder.run_url.as_ref().map_or(String::new(), |url| format!(", {url}"));
            format!("run {} by {actor}, since {}{url}", holder.run, holder.since)
        };
        match self {
            Self::Free => Finding::ok("lock", "the lock was free by the time it was asked for"),
            Self::ByItself(holder) => {
                Finding::warning("taken-over", format!("{} was told to give way and did", who(holder)))
            }
            Self::Ended(holder) => Finding::warning(
                "taken-over",
                format!("{} did not give way, so its processes were ended", who(holder)),
            ),
        }
    }
}
