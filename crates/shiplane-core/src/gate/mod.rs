//! May this branch be promoted? A policy and the facts of a pull request in, every reason out.
//!
//! The facts are gathered elsewhere, in one pass; nothing here asks anything. A thing that was seen counts; a
//! thing that was not seen proves something only when its section could be read in full.

pub mod facts;
pub(crate) mod in_force;
mod needs;
pub mod owners;
pub mod pattern;
mod people;
pub mod policy;
mod push;
mod rules;
pub mod time;
pub mod wait;

use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

pub use facts::Facts;
pub use in_force::in_force;
pub use needs::{Needs, needs};
pub use policy::Policy;
pub use push::{Push, Seen, evaluate_seen};
pub use rules::{Approvals, Times};

/// Every reason at once, passed rules included, in the order of the rules. What GitHub itself asks for holds, too.
pub fn evaluate(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let policy = in_force(policy, facts);
    rules::RULES.iter().flat_map(|rule| rule(&policy, facts)).collect()
}

/// Weighs every approval.
pub fn approvals(policy: &Policy, facts: &Facts) -> Approvals {
    rules::approvals(&in_force(policy, facts), facts)
}

/// Names of required checks that nothing has reported; none where not all reports could be read.
pub fn missing_checks(policy: &Policy, facts: &Facts) -> Vec<String> {
    rules::missing_checks(&in_force(policy, facts), facts)
}

/// What took how long: machines and people apart.
pub fn times(policy: &Policy, facts: &Facts) -> Times {
    rules::times(&in_force(policy, facts), facts)
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
