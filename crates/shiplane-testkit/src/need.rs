//! Parts that a machine may lack: a test says so and goes on, except where everything must be there.

use std::fmt;
use std::io::Write as _;

use crate::process::variable;

/// A part that is not there, and what to do about it.
#[derive(Debug, Clone)]
pub struct Missing {
    /// What is missing, such as `no sshd on this machine`.
    pub what: String,
    /// One line that helps, such as `apt-get install openssh-server`.
    pub remedy: String,
}

impl Missing {
    /// What is missing, and what helps.
    pub fn new(what: &str, remedy: &str) -> Self {
        Self { what: what.to_owned(), remedy: remedy.to_owned() }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.what, self.remedy)
    }
}

impl std::error::Error for Missing {}

/// The part, or a visible `SKIPPED` line; with `CI=true` a missing part is a failure.
#[track_caller]
pub fn need<T>(test: &str, part: Result<T, Missing>) -> Option<T> {
    match part {
        Ok(part) => Some(part),
        Err(missing) if variable("CI").is_some_and(|value| value == "true") => {
            panic!("{test} needs a part: {missing}")
        }
        Err(missing) => {
            // Straight to the stream: the test harness swallows what a passing test prints with macros.
            drop(writeln!(std::io::stderr(), "SKIPPED {test}: {missing}"));
            None
        }
    }
}
