//! From what was seen of a probe to its findings.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::course::Course;
use super::endpoints::Coverage;
use super::expectation::Expectation;
use super::judge::judge;
use crate::duration::Span;
use crate::report::Finding;

/// What was seen of one probe until it was ready or time was up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Attempts made.
    pub tries: u32,
    /// Attempts that failed.
    pub failed: u32,
    /// From the start of the first attempt to the end of the last.
    pub waited: Span,
    /// The last answers, oldest first: as many as had to be right in a row, or fewer.
    pub answers: Vec<Answer>,
    /// What the tries were, in classes.
    #[serde(default)]
    pub course: Course,
    /// Whether it was right, but not for long enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub too_young: Option<Young>,
    /// What was seen of a list of endpoints, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
}

/// It was right, but not for as long as it had to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Young {
    /// For how long.
    pub right: Span,
    /// For how long it had to be.
    pub wanted: Span,
}

impl Observed {
    /// The answer that came last.
    pub fn last(&self) -> Option<&Answer> {
        self.answers.last()
    }
}

/// Every reason why it is not ready; none means that the last `successes` answers were right, each of them.
pub fn conclude(expectation: &Expectation, successes: u32, observed: &Observed) -> Vec<Finding> {
    if let Some(coverage) = &observed.coverage {
        return coverage.findings();
    }
    let Some(last) = observed.last() else {
        return vec![Finding::unknown("not-observed", "no attempt was made")];
    };
    let wrong = judge(expectation, last);
    if !wrong.is_empty() {
        return wrong;
    }
    let right =
        observed.answers.iter().rev().take_while(|answer| judge(expectation, answer).is_empty()).count();
    if right < usize::try_from(successes.max(1)).unwrap_or(usize::MAX) {
        return vec![unsteady(expectation, successes, observed, right)];
    }
    observed.too_young.iter().map(young).collect()
}

fn unsteady(expectation: &Expectation, successes: u32, observed: &Observed, right: usize) -> Finding {
    let before =
        observed.answers.iter().rev().find_map(|answer| judge(expectation, answer).into_iter().next());
    let before = before.map_or_else(String::new, |wrong| format!("; before that: {}", wrong.fact));
    let fact = format!("{right} of {successes} right answers in a row when time was up{before}");
    Finding::fail("unsteady", fact).help("look at the log of the service for restarts, or wait longer")
}

fn young(young: &Young) -> Finding {
    let fact = format!("right for {} when time was up, expected for {}", young.right, young.wanted);
    Finding::fail("unsteady", fact).help("look at the log of the service for restarts, or wait longer")
}

/// It is ready, but only after more failed tries than are fine.
pub fn many_failures(most: Option<u32>, observed: &Observed) -> Option<Finding> {
    let most = most.filter(|most| observed.failed > *most)?;
    let course = observed.course.told().map_or_else(String::new, |told| format!(": {told}"));
    let fact = format!("ready only after {} failed tries, more than {most}{course}", observed.failed);
    Some(Finding::warning("many-failures", fact).help("look why it starts slowly, or raise `max-failed`"))
}
