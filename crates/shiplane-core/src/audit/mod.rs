//! Is the repository protected the way the config says? What is wanted and what was seen in, every answer out.
//!
//! Each thing that the config asks for is in order, is not, or could not be found out; what could not be found out
//! is never taken for protected.

pub mod facts;
pub mod fix;
mod rules;
mod sources;
mod wanted;
mod words;
mod workflow;

use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

pub use facts::Facts;
pub use wanted::{Wanted, WantedBranch, WantedEnvironment};

/// Every answer at once, in the order of the rules.
pub fn evaluate(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    rules::RULES.iter().flat_map(|rule| rule(wanted, facts)).collect()
}

/// The answer: unprotected goes before undetermined, undetermined before protected.
pub fn verdict(findings: &[Finding]) -> Verdict {
    match findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok) {
        Level::Fail => Verdict::new("unprotected", Exit::No),
        Level::Unknown | Level::Pending => Verdict::new("undetermined", Exit::CouldNot),
        Level::Ok | Level::Warning => Verdict::new("ok", Exit::Done),
    }
}
