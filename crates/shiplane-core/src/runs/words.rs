//! How names, commits and times stand in a sentence.

use super::facts::Run;
use crate::foreign;

/// Names longer than this are cut, so that one name cannot fill a sentence.
const NAME_LIMIT: usize = 120;

/// Names less alike than this are not offered for one another.
const NEAR_ENOUGH: f64 = 0.8;

/// A name that others chose, in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", foreign::clip(name, NAME_LIMIT))
}

/// The first characters of a commit's id, as git shows it.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// GitHub's words, and any word in their place.
pub(super) fn said(word: &str) -> String {
    foreign::clip(&word.replace('_', " "), 40)
}

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

/// The known name that may have been meant.
pub(super) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |name: &str| strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase());
    let best =
        known.max_by(|left, right| near(left).total_cmp(&near(right)).then_with(|| right.cmp(left)))?;
    (near(best) >= NEAR_ENOUGH).then_some(best)
}
