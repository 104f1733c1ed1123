//! The way of a commit from its merge to where it runs, and how much of that was waiting for people.

use super::facts::{Deployment, Facts};
use crate::gate::time::Time;

/// How long it took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// From the merge to the first success.
    pub total: u64,
    /// The part in which the deployment waited for someone to approve it.
    pub waiting: u64,
}

impl Lead {
    /// The part in which machines worked.
    pub fn machine(self) -> u64 {
        self.total.saturating_sub(self.waiting)
    }
}

/// The measure, if both ends are known.
pub fn lead(facts: &Facts) -> Option<Lead> {
    let merged = facts.landed.as_ref()?.merged_at?;
    let deployment = facts.deployment.as_ref()?;
    let done = succeeded(deployment)?;
    let total = between(merged, done);
    Some(Lead { total, waiting: waited(deployment, merged, done).min(total) })
}

/// When it first succeeded.
pub(super) fn succeeded(deployment: &Deployment) -> Option<Time> {
    let good = deployment.statuses.iter().filter(|status| status.state.eq_ignore_ascii_case("success"));
    good.map(|status| status.at).min()
}

/// From one moment to a later one.
pub(super) fn between(from: Time, to: Time) -> u64 {
    u64::try_from(to.seconds().saturating_sub(from.seconds())).unwrap_or_default()
}

/// A status `waiting` lasts until the next one: the rules of the environment hold the job back that long.
fn waited(deployment: &Deployment, from: Time, to: Time) -> u64 {
    let mut states: Vec<(Time, bool)> = deployment
        .statuses
        .iter()
        .map(|status| (status.at.max(from).min(to), status.state.eq_ignore_ascii_case("waiting")))
        .collect();
    // Within one second the waiting came first.
    states.sort_unstable_by_key(|(at, waiting)| (*at, !waiting));
    let ends = states.iter().skip(1).map(|(at, _)| *at);
    states.iter().zip(ends).filter(|((_, waiting), _)| *waiting).map(|((at, _), end)| between(*at, end)).sum()
}
