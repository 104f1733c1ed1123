//! How names, commits and lists stand in a sentence.

use crate::foreign;
use crate::gate::facts::Facts;

/// Names longer than this are cut, so that one name cannot fill a sentence.
const NAME_LIMIT: usize = 120;

/// A name that others chose, in quotes.
pub(in crate::gate) fn quoted(name: &str) -> String {
    format!("`{}`", foreign::clip(name, NAME_LIMIT))
}

/// The first characters of a commit's id, as git shows it.
pub(in crate::gate) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// `alice, bob`
pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| foreign::clip(name, NAME_LIMIT)).collect::<Vec<_>>().join(", ")
}

/// `1 check`, `2 checks`
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// GitHub's logins differ in case at most.
pub(super) fn same_login(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The commit whose checks are judged, and what it is when it is not the head.
pub(super) fn judged(facts: &Facts) -> String {
    let commit = short(facts.judged_commit());
    if facts.merge_group.is_some() { format!("{commit} of the merge queue") } else { commit }
}
