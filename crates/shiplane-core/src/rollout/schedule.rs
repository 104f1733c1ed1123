//! How long a rollout takes when all goes well, and when it is given all its time.

use crate::config::Stage;
use crate::duration::Span;

/// Sums over stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Until everybody has the new version, at least.
    pub least_to_all: Span,
    /// And at most.
    pub most_to_all: Span,
    /// Until the last stage was watched to its end, at least.
    pub least: Span,
    /// And at most.
    pub most: Span,
}

/// The sums of all stages, and of those before the last one.
pub fn totals(stages: &[Stage]) -> Totals {
    let before = stages.iter().take(stages.len().saturating_sub(1));
    let add = |sum: Span, more: Span| Span(sum.0.saturating_add(more.0));
    let sum = |stages: &mut dyn Iterator<Item = &Stage>| {
        stages.fold((Span::default(), Span::default()), |(least, most), stage| {
            (add(least, stage.hold.least), add(most, stage.hold.most))
        })
    };
    let (least_to_all, most_to_all) = sum(&mut before.into_iter());
    let (least, most) = sum(&mut stages.iter());
    Totals { least_to_all, most_to_all, least, most }
}
