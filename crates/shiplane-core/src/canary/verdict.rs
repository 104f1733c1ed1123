//! From the reasons to the word, and what the word means to the shell.

use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

/// From which verdict on the step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// From a warning on.
    Warning,
    /// When it has to go back, or cannot be seen.
    Rollback,
    /// The word is enough.
    Never,
}

/// The worst reason decides.
pub fn verdict(findings: &[Finding], fail_on: FailOn) -> Verdict {
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Unknown);
    let (word, exit) = match worst {
        Level::Ok => ("ok", Exit::Done),
        Level::Warning => ("warning", Exit::Done),
        Level::Pending | Level::Unknown => ("no-data", Exit::CouldNot),
        Level::Fail => ("rollback", Exit::No),
    };
    let exit = match (fail_on, worst) {
        (FailOn::Never, _) => Exit::Done,
        (FailOn::Warning, Level::Warning) => Exit::No,
        (FailOn::Warning | FailOn::Rollback, _) => exit,
    };
    Verdict::new(word, exit)
}
