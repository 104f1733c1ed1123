//! May this branch be promoted? A policy and the facts of a pull request in, every reason out.
//!
//! The facts are gathered elsewhere, in one pass; nothing here asks anything. A thing that was seen counts; a
//! thing that was not seen proves something only when its section could be read in full.

pub mod facts;
pub mod pattern;
pub mod policy;
mod rules;
pub mod time;

use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

pub use facts::Facts;
pub use policy::Policy;
pub use rules::{Approvals, approvals, missing_checks};

/// Every reason at once, passed rules included, in the order of the rules.
pub fn evaluate(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    rules::RULES.iter().flat_map(|rule| rule(policy, facts)).collect()
}

/// The answer: blocked goes before undetermined, undetermined before pending, pending before pass.
pub fn verdict(findings: &[Finding]) -> Verdict {
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    match worst {
        Level::Fail => Verdict::new("blocked", Exit::No),
        Level::Unknown => Verdict::new("undetermined", Exit::CouldNot),
        Level::Pending => Verdict::new("pending", Exit::No),
        Level::Ok | Level::Warning => Verdict::new("pass", Exit::Done),
    }
}
