//! The share of requests that fail.

use super::words::{Words, finding};
use crate::canary::evidence::evidence;
use crate::canary::facts::Facts;
use crate::canary::policy::Policy;
use crate::canary::proof::{Line, Measure};
use crate::report::{Finding, Level};

/// Proven above the rollback limit is a no; above the warning limit is a warning.
pub(super) fn rate(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let limits = policy.errors;
    let final_line =
        Line { measure: Measure::Errors, share: limits.rollback.value, windows: limits.rollback.windows };
    let words = |limit: String| Words {
        code: "error-rate",
        did: "failed".to_owned(),
        limit,
        help: "go back to the version before: `rollback to`",
    };
    let rollback = words(format!("limit {}", limits.rollback.value));
    let Some(found) = finding(policy, facts, final_line, &rollback) else { return Vec::new() };
    if found.level != Level::Ok {
        return vec![found];
    }
    let counts = evidence(policy, facts).all();
    if limits.warning.is_passed_by(counts.errors, counts.requests) {
        let fact = format!("{}; above {}, where a warning begins", found.fact, limits.warning);
        return vec![Finding::warning("error-rate", fact).help("hold this stage and look at the errors")];
    }
    vec![found]
}
