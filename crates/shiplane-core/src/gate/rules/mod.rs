//! The rules, one function each, in the order in which the reader sees them.

mod approvals;
mod changes;
mod checks;
mod contributors;
mod merge;
mod newest;
mod opinions;
mod source;
mod state;
mod threads;
mod unreadable;
mod words;

use super::facts::Facts;
use super::policy::Policy;
use crate::report::Finding;

pub use approvals::{Approvals, approvals};
pub use checks::missing_checks;

/// A rule: from what is asked and what was seen to its reasons, or to one word that it is in order.
pub(super) type Rule = fn(&Policy, &Facts) -> Vec<Finding>;

/// All of them; each always runs.
pub(super) const RULES: [Rule; 12] = [
    state::not_open,
    state::draft,
    source::source_branch,
    source::fork_source,
    approvals::rule,
    contributors::rule,
    changes::rule,
    checks::rule,
    threads::rule,
    merge::conflict,
    merge::head_moved,
    unreadable::rule,
];
