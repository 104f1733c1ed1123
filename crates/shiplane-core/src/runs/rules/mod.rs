//! The rules: each from policy and facts to findings, all of them run.

mod age;
mod branch;
mod budget;
mod jobs;
mod lead_time;
mod missing;
mod named;
mod results;
mod unreadable;

use super::facts::Facts;
use super::policy::Policy;
use crate::report::Finding;

/// One rule.
type Rule = fn(&Policy, &Facts) -> Vec<Finding>;

/// In the order in which a reader wants to hear of them.
pub(super) const RULES: &[Rule] = &[
    unreadable::rule,
    branch::rule,
    missing::rule,
    results::rule,
    jobs::rule,
    named::rule,
    age::rule,
    budget::rule,
    lead_time::rule,
];
