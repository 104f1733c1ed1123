//! The rules, each a function from what is asked and what was seen to its reasons.

mod data;
mod errors;
mod latency;
mod promotion;
mod words;

use super::facts::Facts;
use super::policy::Policy;
use crate::report::Finding;

type Rule = fn(&Policy, &Facts) -> Vec<Finding>;

/// In the order in which they are read.
const RULES: [Rule; 8] = [
    data::troubles,
    data::stale,
    data::enough,
    data::notes,
    errors::rate,
    latency::slow,
    latency::p95,
    promotion::proven,
];

/// Every reason, of every rule.
pub fn evaluate(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(policy, facts)).collect()
}
