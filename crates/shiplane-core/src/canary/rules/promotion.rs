//! Being well, proven: the stricter choice for those who would rather wait.

use super::words::percent;
use crate::canary::bound::{Confidence, wilson_upper};
use crate::canary::evidence::evidence;
use crate::canary::facts::Facts;
use crate::canary::policy::{Policy, Promotion};
use crate::report::Finding;

const CODE: &str = "promotion-unproven";

/// The largest plausible share of errors has to be within the limit.
pub(super) fn proven(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    match policy.promotion {
        Promotion::Plain => return Vec::new(),
        Promotion::Proven => {}
    }
    let counts = evidence(policy, facts).all();
    if counts.requests == 0 {
        return Vec::new();
    }
    let limit = policy.errors.rollback.value;
    let upper = wilson_upper(counts.errors, counts.requests, Confidence::P95);
    let fact = format!(
        "{} errors of {} requests leave up to {} plausible at {}, limit {limit}",
        counts.errors,
        counts.requests,
        percent(upper),
        Confidence::P95
    );
    if upper <= limit.fraction() {
        return vec![Finding::ok("promotion-proven", fact)];
    }
    vec![Finding::warning(CODE, fact).help("hold this stage until more requests prove it")]
}
