//! How long machines worked on a run, against the budget.

use crate::gate::time::Time;
use crate::report::Finding;
use crate::runs::facts::{Facts, Run};
use crate::runs::lead::between;
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{elapsed, named};

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let Some(budget) = policy.budget else { return Vec::new() };
    let judged = select::judged(policy, facts).into_iter();
    judged
        .filter_map(|run| {
            let seconds = working(run).filter(|seconds| *seconds > budget.0.as_secs())?;
            let fact =
                format!("the jobs of {} took {}; the budget is {budget}", named(run), elapsed(seconds));
            Some(Finding::warning("budget", fact))
        })
        .collect()
}

/// The time in which at least one job ran: what passed between two jobs was waiting for a runner or for people.
pub(super) fn working(run: &Run) -> Option<u64> {
    let jobs = run.jobs.iter().flatten();
    let mut spans: Vec<(Time, Time)> =
        jobs.filter_map(|job| job.started_at.zip(job.completed_at)).filter(|(from, to)| from <= to).collect();
    spans.sort_unstable();
    let (mut seconds, mut reached) = (0_u64, spans.first()?.0);
    for (from, to) in spans {
        seconds = seconds.saturating_add(between(from.max(reached), to));
        reached = reached.max(to);
    }
    Some(seconds)
}
