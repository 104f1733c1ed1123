//! Whether a message arrived, in words: never with an address, never with what was answered.

use super::letter::Letter;
use crate::report::Finding;

/// How sending ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It arrived.
    Sent,
    /// There was nothing to change there.
    Unchanged,
    /// It did not arrive, for this reason.
    Failed(String),
}

/// The finding about a message. One that failed changes no verdict.
pub fn told(letter: &Letter, outcome: &Outcome) -> Finding {
    let (to, event) = (letter.to, letter.event.map_or("this run", super::Event::word));
    match outcome {
        Outcome::Sent => Finding::ok("notified", format!("{to}: told of {event}")),
        Outcome::Unchanged => Finding::ok("notified", format!("{to}: nothing new to tell")),
        Outcome::Failed(reason) => {
            Finding::warning("notify-failed", format!("{to}: could not be told of {event}: {reason}"))
                .help("the verdict stands; look at the entry of `notify:` and at its variable")
        }
    }
}

/// The finding when it cannot even be read who is to be told.
pub fn unread(reason: &str) -> Finding {
    Finding::warning("notify-failed", format!("nobody could be told: {reason}"))
        .help("the verdict stands; mend the config file")
}
