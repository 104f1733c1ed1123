//! How commits and people stand in a sentence, and when two names are the same.

use crate::foreign;

/// The first characters of a commit's id, as git shows it.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

/// `alice, bob`, each of bounded length.
pub(super) fn list(names: &[String]) -> String {
    names.iter().map(|name| foreign::clip(name, 120)).collect::<Vec<_>>().join(", ")
}

/// Logins, commits and environments differ in case at most (docs, "Managing environments for deployment").
pub(super) fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}
