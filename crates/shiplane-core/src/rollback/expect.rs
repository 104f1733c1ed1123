//! How long a way back takes: the limit that it has, and what earlier runs on the host tell.

use crate::deploy::journal::{Entry, What};
use crate::deploy::{Kind, Limits, Result as Ending, Step};
use crate::duration::Span;

/// Longest time for a rollback, unless the flag says otherwise.
pub const BUDGET: Span = Span::seconds(120);

/// How long a container of the release that is left may take to stop, unless the flag says otherwise. Compose waits
/// ten seconds, which is most of a rollback of programs that ignore the signal.
pub const STOP_TIMEOUT: Span = Span::seconds(2);

/// The same limits, none of them longer than the whole.
pub fn hasty(limits: Limits, budget: Span) -> Limits {
    Limits {
        fetch: limits.fetch.min(budget),
        build: limits.build.min(budget),
        switch: limits.switch.min(budget),
        budget,
        confirm: limits.confirm,
    }
}

/// Seconds that the way back took on this host before: the slowest of the last three rollbacks, else the switch of the
/// newest good deploy. `None` when nothing was ever measured here.
pub fn expected(journal: &[Entry]) -> Option<f64> {
    let mut kinds = std::collections::BTreeMap::new();
    let (mut rollbacks, mut deploy) = (Vec::new(), None);
    for entry in journal {
        match &entry.what {
            What::Began { kind, .. } => {
                kinds.insert(entry.run.as_str(), *kind);
            }
            What::Ended { result: Ending::Good, phases, .. } => match kinds.get(entry.run.as_str()) {
                Some(Kind::Rollback) => rollbacks.push(phases.iter().map(|phase| phase.seconds).sum()),
                Some(Kind::Deploy) => {
                    let parts = [Step::Checkout, Step::Configure, Step::Switch, Step::Settle, Step::Confirm];
                    let part = |name: &str| parts.iter().any(|step| step.name() == name);
                    let seconds = phases.iter().filter(|phase| part(&phase.name));
                    deploy = Some(seconds.map(|phase| phase.seconds).sum::<f64>());
                }
                Some(Kind::Restart) | None => {}
            },
            What::Ended { .. }
            | What::Adopted { .. }
            | What::Unlocked { .. }
            | What::Stored(_)
            | What::Backup(_)
            | What::Rollout(_) => {}
        }
    }
    let slowest = rollbacks.into_iter().rev().take(3).reduce(f64::max);
    slowest.or(deploy)
}
