//! What every text is asked: what it must contain, and what it must match.

use super::SHOWN;
use crate::foreign::clip;
use crate::report::Finding;
use crate::smoke::expectation::Expectation;
use crate::smoke::pattern;

/// Every text and every expression that is missed in what `place` holds: `the body of 20 bytes`.
pub(super) fn judge(expectation: &Expectation, place: &str, text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        expectation.body.iter().filter_map(|wanted| missing(wanted, place, text)).collect();
    findings.extend(expectation.matches.iter().filter_map(|pattern| unmatched(pattern, place, text)));
    findings
}

fn missing(wanted: &str, place: &str, text: &str) -> Option<Finding> {
    if text.contains(wanted) {
        return None;
    }
    let fact = format!("{place} does not contain `{}`", clip(wanted, SHOWN));
    Some(
        Finding::fail("wrong-body", fact).help("read the answer below, or correct the text that is expected"),
    )
}

fn unmatched(pattern: &str, place: &str, text: &str) -> Option<Finding> {
    match pattern::matches(pattern, text) {
        Ok(true) => None,
        Ok(false) => {
            let fact = format!("{place} does not match `{}`", clip(pattern, SHOWN));
            Some(Finding::fail("not-matching", fact).help("read the answer below, or correct the expression"))
        }
        Err(reason) => Some(Finding::unknown("not-matching", reason)),
    }
}
