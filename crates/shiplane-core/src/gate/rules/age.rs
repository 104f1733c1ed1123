//! A green result grows old: what passed long ago was another base, another toolchain, another world.

use super::check_words::title;
use super::newest::{Outcome, outcome};
use crate::duration::Span;
use crate::gate::facts::{Check, Facts};
use crate::gate::policy::Policy;
use crate::gate::time::Time;
use crate::report::Finding;

const CODE: &str = "check-too-old";

/// GitHub merges on results of the last seven days only (docs, "Troubleshooting required status checks").
const GITHUBS_LIMIT: Span = Span::seconds(7 * 24 * 60 * 60);

/// Which green results are old by GitHub's measure, and which break the policy's own or may break it.
pub(super) fn findings(policy: &Policy, facts: &Facts, judged: &[&Check]) -> (Vec<Finding>, Vec<Finding>) {
    let passed = judged.iter().filter(|check| outcome(policy, check) == Outcome::Passed);
    match policy.max_check_age {
        Some(limit) => (Vec::new(), passed.filter_map(|check| too_old(facts, check, limit)).collect()),
        None => (passed.filter_map(|check| old(facts, check)).collect(), Vec::new()),
    }
}

fn too_old(facts: &Facts, check: &Check, limit: Span) -> Option<Finding> {
    let again = format!("run it again; the policy takes nothing older than {}", limit.brief());
    match (counted_at(facts), ended_at(check)) {
        (Some(counted), Some(ended)) => (age(counted, ended) > limit)
            .then(|| Finding::fail(CODE, in_words(check, ended, limit)).help(again)),
        (None, _) | (_, None) => {
            let name = title(check);
            let fact = format!("how old {name} is cannot be told; more than {} is too old", limit.brief());
            Some(Finding::unknown(CODE, fact).help(again))
        }
    }
}

fn old(facts: &Facts, check: &Check) -> Option<Finding> {
    let ended = ended_at(check)?;
    let help = "run it again; GitHub does not count a required check that is older";
    (age(counted_at(facts)?, ended) > GITHUBS_LIMIT)
        .then(|| Finding::warning(CODE, in_words(check, ended, GITHUBS_LIMIT)).help(help))
}

fn in_words(check: &Check, ended: Time, limit: Span) -> String {
    format!("{} is older than {}: it ended at {ended}", title(check), limit.brief())
}

/// When the result counted: now, or at the merge.
fn counted_at(facts: &Facts) -> Option<Time> {
    if facts.landed.is_some() { facts.pull_request.merged_at } else { facts.seen_at }
}

fn ended_at(check: &Check) -> Option<Time> {
    match check {
        Check::Run(run) => run.completed_at,
        Check::Status(status) => status.at,
    }
}

/// A server's clocks may differ by a second; a result from the future is a new one.
fn age(counted: Time, ended: Time) -> Span {
    counted.since(ended).unwrap_or_default()
}
