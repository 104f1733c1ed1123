//! From an answer or a refusal to a part of the facts.

use serde_json::Value;
use shiplane_core::audit::facts::{Obstacle, Seen};
use shiplane_core::fault::Fault;

use crate::rest::{Listed, Read, Refusal};

/// Why a part was not seen; `permission` is the one that would help, when GitHub names none.
pub(super) fn obstacle(refusal: &Refusal, permission: &str) -> Obstacle {
    match refusal {
        // "Upgrade to GitHub Pro or make this repository public to enable this feature."
        Refusal::Forbidden { message, .. } if message.starts_with("Upgrade to ") => {
            Obstacle { why: message.clone(), permission: None, not_available: true }
        }
        Refusal::Forbidden { message, permission: named } => Obstacle {
            why: message.clone(),
            permission: Some(named.as_deref().map_or_else(|| permission.to_owned(), as_written)),
            not_available: false,
        },
        // What a token may not know of is not found, either.
        Refusal::NotFound(message) => {
            Obstacle { why: message.clone(), permission: Some(permission.to_owned()), not_available: false }
        }
    }
}

/// `administration=read; metadata=read` in a header is `administration: read` in a workflow.
fn as_written(header: &str) -> String {
    let first = header.split([';', ',']).next().unwrap_or(header).trim();
    first.replace('_', "-").replace('=', ": ")
}

pub(super) fn refused<T>(refusal: &Refusal, permission: &str) -> Seen<T> {
    Seen::Obstacle(obstacle(refusal, permission))
}

/// A list, when it came whole.
pub(super) fn whole(read: Read<Listed>, permission: &str) -> Seen<Vec<Value>> {
    match read {
        Ok(Listed { entries, gap: None, total: Some(total) })
            if usize::try_from(total).is_ok_and(|total| total <= entries.len()) =>
        {
            Seen::Seen(entries)
        }
        Ok(Listed { entries, gap: None, total: None }) => Seen::Seen(entries),
        Ok(Listed { entries, gap: None, total: Some(total) }) => Seen::Obstacle(Obstacle {
            why: format!("GitHub counts {total} entries and lists {}", entries.len()),
            permission: None,
            not_available: false,
        }),
        Ok(Listed { gap: Some(gap), .. }) => {
            Seen::Obstacle(Obstacle { why: gap.to_owned(), permission: None, not_available: false })
        }
        Err(refusal) => refused(&refusal, permission),
    }
}

/// The names in a list.
pub(super) fn names(list: Seen<Vec<Value>>, key: &str) -> Seen<Vec<String>> {
    match list {
        Seen::Seen(entries) => Seen::Seen(entries.iter().filter_map(|entry| text(entry, key)).collect()),
        Seen::Obstacle(obstacle) => Seen::Obstacle(obstacle),
    }
}

pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A refusal that nothing can go on after.
pub(super) fn fault_of(refusal: &Refusal, permission: &str) -> Fault {
    let obstacle = obstacle(refusal, permission);
    let fault = Fault::could_not("permission-missing", format!("GitHub refused it: {}", obstacle.why));
    match obstacle.permission {
        Some(permission) => fault.help(format!("the token needs `{permission}`")),
        None => fault,
    }
}
