//! How people and commits of a pull request stand in a sentence.

use crate::gate::facts::Facts;
pub(super) use crate::words::{count, granting, list, nearest, said};
pub(in crate::gate) use crate::words::{quoted, short};

/// GitHub's logins differ in case at most.
pub(super) fn same_login(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// Stands for every account that was deleted, so it is nobody in particular.
pub(super) fn is_ghost(login: &str) -> bool {
    same_login(login, "ghost")
}

/// The commit whose checks are judged, and what it is when it is not the head.
pub(super) fn judged(facts: &Facts) -> String {
    let commit = short(facts.judged_commit());
    if facts.merge_group.is_some() { format!("{commit} of the merge queue") } else { commit }
}
