//! From what was seen of a probe to its findings.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::expectation::Expectation;
use super::judge::judge;
use crate::duration::Span;
use crate::report::Finding;

/// What was seen of one probe until it was ready or time was up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Attempts made.
    pub tries: u32,
    /// Attempts that failed.
    pub failed: u32,
    /// From the start of the first attempt to the end of the last.
    pub waited: Span,
    /// The last answers, oldest first: as many as had to be right in a row, or fewer.
    pub answers: Vec<Answer>,
}

impl Observed {
    /// The answer that came last.
    pub fn last(&self) -> Option<&Answer> {
        self.answers.last()
    }
}

/// Every reason why it is not ready; none means that the last `successes` answers were right, each of them.
pub fn conclude(expectation: &Expectation, successes: u32, observed: &Observed) -> Vec<Finding> {
    let Some(last) = observed.last() else {
        return vec![Finding::unknown("not-observed", "no attempt was made")];
    };
    let wrong = judge(expectation, last);
    if !wrong.is_empty() {
        return wrong;
    }
    let right =
        observed.answers.iter().rev().take_while(|answer| judge(expectation, answer).is_empty()).count();
    if right >= usize::try_from(successes.max(1)).unwrap_or(usize::MAX) {
        return Vec::new();
    }
    let before =
        observed.answers.iter().rev().find_map(|answer| judge(expectation, answer).into_iter().next());
    let before = before.map_or_else(String::new, |wrong| format!("; before that: {}", wrong.fact));
    let fact = format!("{right} of {successes} right answers in a row when time was up{before}");
    vec![Finding::fail("unsteady", fact).help("look at the log of the service for restarts, or wait longer")]
}
