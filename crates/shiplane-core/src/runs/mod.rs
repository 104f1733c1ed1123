//! Did the last runs of a branch succeed, at the very commit that is being promoted? A policy and facts in, every
//! reason out.
//!
//! Of each workflow the newest run counts, for each event apart: a green run on a pull request tested the merge, and
//! says nothing of a red one on the branch itself. The facts are gathered elsewhere; nothing here asks anything.

pub mod facts;
mod lead;
mod outcome;
mod policy;
mod rules;
mod select;
mod words;

use crate::report::Finding;

pub use crate::gate::verdict;
pub use facts::Facts;
pub use lead::{Lead, lead};
pub use policy::Policy;
pub use select::{judged, unmet, worst};

/// Every reason at once, passed rules included, in the order of the rules.
pub fn evaluate(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    rules::RULES.iter().flat_map(|rule| rule(policy, facts)).collect()
}
