//! What the chores print.

use std::io::Write as _;

/// One line; a reader that went away is no reason to stop the work.
pub(crate) fn line(text: &str) {
    writeln!(std::io::stdout(), "{text}").ok();
}

/// A heading above what a child prints.
pub(crate) fn heading(text: &str) {
    line(&format!("\n── {text}"));
}
