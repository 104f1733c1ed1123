//! How commits and people stand in a sentence, and when two names are the same.

pub(super) use crate::words::{list, short};

/// Logins, commits and environments differ in case at most (docs, "Managing environments for deployment").
pub(super) fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}
