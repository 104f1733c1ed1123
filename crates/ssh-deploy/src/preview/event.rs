//! What the event says of a pull request.

use serde_json::Value;
use shiplane_action::Context;
use shiplane_core::preview::{Number, Origin};

/// The pull request that the event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) number: Number,
    /// The newest commit of its branch; the run's own commit is a merge that nobody made.
    pub(super) head: Option<String>,
    pub(super) origin: Origin,
    /// Whether it was closed or merged just now.
    pub(super) is_close: bool,
}

impl Event {
    /// None for an event that is about something else.
    pub(super) fn of(context: &Context) -> Option<Self> {
        let pull = context.event.get("pull_request")?;
        let text = |pointer: &str| pull.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let number = pull.get("number").and_then(Value::as_u64)?;
        let action = context.event.get("action").and_then(Value::as_str);
        Some(Self {
            number: Number(u32::try_from(number).ok()?),
            head: text("/head/sha"),
            origin: Origin {
                base: text("/base/repo/full_name").or_else(|| context.repository.clone()),
                head: text("/head/repo/full_name"),
                author: text("/user/login"),
            },
            is_close: action == Some("closed"),
        })
    }
}
