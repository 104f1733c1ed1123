//! A run that succeeded too long ago proves little: what it installed has changed since.

use crate::gate::time::Time;
use crate::report::Finding;
use crate::runs::facts::{Facts, Run};
use crate::runs::lead::between;
use crate::runs::outcome::{self, Outcome};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{elapsed, named};

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let Some(limit) = policy.max_age else { return Vec::new() };
    let passed = |run: &&Run| outcome::of_run(run) == Outcome::Passed;
    let judged = select::judged(policy, facts).into_iter().filter(passed);
    judged
        .filter_map(|run| {
            let name = named(run);
            let Some((seen, ended)) = facts.seen_at.zip(ended(run)) else {
                return Some(
                    Finding::unknown("run-too-old", format!("it is not known when {name} ended"))
                        .help("run it again"),
                );
            };
            let age = between(ended, seen);
            (age > limit.0.as_secs()).then(|| {
                let fact = format!("{name} ended {} ago; {limit} is allowed", elapsed(age));
                Finding::fail("run-too-old", fact).help("run it again")
            })
        })
        .collect()
}

/// When its last job ended; the run itself changes later, too, such as when its logs are deleted.
fn ended(run: &Run) -> Option<Time> {
    run.jobs.iter().flatten().filter_map(|job| job.completed_at).max().or(run.updated_at)
}
