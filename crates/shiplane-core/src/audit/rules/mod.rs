//! The rules of the audit, one function each, in the order in which the reader sees them.

mod branches;
mod bypass;
mod checks;
mod deploy_branches;
mod environments;
mod history;
mod schedule;
mod secrets;
mod triggers;
mod workflows;

use super::facts::{Branch, Facts};
use super::wanted::{Wanted, WantedBranch};
use crate::report::Finding;

pub(super) use checks::phantoms;

/// A rule: from what is wanted and what was seen to its answers.
pub(super) type Rule = fn(&Wanted, &Facts) -> Vec<Finding>;

/// All of them; each always runs.
pub(super) const RULES: [Rule; 12] = [
    workflows::misplaced,
    workflows::broken,
    branches::missing,
    branches::protection,
    bypass::rule,
    history::rule,
    checks::phantom,
    triggers::rule,
    environments::rule,
    deploy_branches::rule,
    secrets::rule,
    schedule::rule,
];

/// Each branch that is wanted, with what was seen of it, unless it is proven not to be there.
fn seen<'a>(wanted: &'a Wanted, facts: &'a Facts) -> impl Iterator<Item = (&'a WantedBranch, &'a Branch)> {
    wanted.branches.iter().filter_map(|branch| {
        let seen = facts.branches.iter().find(|seen| seen.name == branch.name)?;
        (seen.exists.value() != Some(&false)).then_some((branch, seen))
    })
}

/// A page of the repository's settings.
fn settings(facts: &Facts, page: &str) -> String {
    let server = if facts.server.is_empty() { "https://github.com" } else { &facts.server };
    format!("{server}/{}/settings/{page}", facts.repository)
}
