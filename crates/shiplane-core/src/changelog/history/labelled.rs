//! A change as the labels of its pull request tell it; its title only says what it is about.

use super::reverts::Told;
use super::{Change, Commit, Reading, Reason, Why, odd, take};
use crate::changelog::bump::Level;
use crate::changelog::commit::{self, Message};
use crate::changelog::convention::Convention;

/// Counts it, or says why it does not count. No labels at all means that no pull request brought it.
pub(super) fn hear(
    reading: &mut Reading,
    convention: &Convention,
    (at, commit): (usize, &Commit),
    (labels, told): (Option<&[String]>, Told),
) {
    let mark = labels.and_then(|labels| convention.labelled(labels));
    let message = match (told, mark) {
        (Told::Undoes { left: None, .. }, _) => return reading.go(at, Why::Reverts),
        // A merge of what other pull requests brought; those speak.
        (Told::Folded, None) => return reading.go(at, Why::Folded),
        // A revert of what is released says what it is, whatever is on it.
        (Told::Undoes { left: Some(message), .. }, None) => {
            return take(reading, convention, (at, commit, message));
        }
        (Told::Undoes { left: Some(message), .. } | Told::Says(message), _) => message,
        (Told::Folded | Told::Unclear(_) | Told::Silent, _) => {
            Message::plain(commit::subject(&commit.message))
        }
    };
    let Some(mark) = mark else {
        let reason = if labels.is_some() { Reason::Unlabelled } else { Reason::Direct };
        return odd(reading, convention, (commit, reason));
    };
    match mark.level() {
        None => reading.go(at, Why::LeftOut),
        Some(Level::None) => reading.silent.push(at),
        Some(level) => {
            let message = weighed(convention, message, level);
            let group = convention.group(&message.kind, message.breaking.is_some());
            reading.changes.push(Change { id: commit.id.clone(), message, level, group });
        }
    }
}

/// The message as a change of this weight would say it: its own type stays where it weighs as much.
pub(in crate::changelog) fn weighed(convention: &Convention, message: Message, level: Level) -> Message {
    let kind = match level {
        _ if convention.knows(&message.kind) && convention.level(&message.kind, false) == level => {
            message.kind
        }
        Level::None => "chore".to_owned(),
        Level::Patch => "fix".to_owned(),
        Level::Minor => "feat".to_owned(),
        Level::Major if message.kind.is_empty() => "feat".to_owned(),
        Level::Major => message.kind,
    };
    let breaking =
        (level == Level::Major).then(|| message.breaking.unwrap_or_else(|| message.description.clone()));
    Message { kind, breaking, ..message }
}
