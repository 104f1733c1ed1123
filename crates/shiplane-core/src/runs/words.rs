//! How runs and times stand in a sentence.

use super::facts::Run;
pub(super) use crate::words::{granting, nearest, quoted, said, short};

/// The workflow, and the event where that tells it from another run.
pub(super) fn named(run: &Run) -> String {
    let name = if run.workflow.is_empty() { run.file.as_deref().unwrap_or("?") } else { &run.workflow };
    let event = if matches!(run.event.as_str(), "push" | "") {
        String::new()
    } else {
        format!(" (on {})", said(&run.event))
    };
    format!("{}{event}", quoted(name))
}

/// `4m12s`, `2h5m`, `3d4h`: two units at most.
pub(super) fn elapsed(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let part = |number: u64, unit: &str| if number == 0 { String::new() } else { format!("{number}{unit}") };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m{}", part(seconds % 60, "s")),
        (0, hours, minutes) => format!("{hours}h{}", part(minutes, "m")),
        (days, hours, _) => format!("{days}d{}", part(hours, "h")),
    }
}
