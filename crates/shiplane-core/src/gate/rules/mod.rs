//! The rules, one function each, in the order in which the reader sees them.

mod age;
mod approvals;
mod changes;
mod check_missing;
mod check_words;
mod checks;
mod circles;
mod code_owners;
mod contributors;
mod last_push;
mod merge;
mod newest;
mod opinions;
mod protection;
mod release;
mod reviewers;
mod source;
mod state;
mod threads;
mod times;
mod unreadable;
pub(super) mod words;

use super::facts::Facts;
use super::policy::Policy;
use crate::report::Finding;

pub use approvals::Approvals;
pub(super) use approvals::{approvals, wants_diffs};
pub(super) use checks::missing_checks;
pub(super) use code_owners::owners_of_files;
pub(super) use newest::is_own_name;
pub(super) use opinions::unnamed_bot;
pub(super) use reviewers::teams_of_files;
pub use times::Times;
pub(super) use times::times;

/// A rule: from what is asked and what was seen to its reasons, or to one word that it is in order.
pub(super) type Rule = fn(&Policy, &Facts) -> Vec<Finding>;

/// All of them; each always runs.
pub(super) const RULES: &[Rule] = &[
    state::not_open,
    state::draft,
    source::source_branch,
    source::fork_source,
    approvals::rule,
    last_push::rule,
    reviewers::rule,
    code_owners::rule,
    contributors::rule,
    changes::rule,
    checks::rule,
    threads::rule,
    release::changelog,
    release::version,
    merge::conflict,
    merge::behind,
    merge::locked,
    merge::head_moved,
    protection::rule,
    unreadable::rule,
    times::budget,
    times::rule,
];
