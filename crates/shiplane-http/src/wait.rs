//! Waiting until a probe is ready: the core's pure step, driven by real time and real attempts.

use std::collections::VecDeque;
use std::time::Duration;

use shiplane_core::duration::Span;
use shiplane_core::report::Finding;
use shiplane_core::smoke::wait::{Next, Observation, State, WaitPolicy, step};
use shiplane_core::smoke::{
    Answer, Course, Expectation, FailureKind, Observed, Young, class, conclude, hopeless, judge,
};
use tokio::time::Instant;

use crate::ask::{Ask, Asker};

/// What a try is called that had no time to end.
const CUT_SHORT: &str = "cut short by the end";

/// A question and what its right answer looks like.
#[derive(Clone, Debug)]
pub struct Probe {
    /// What to ask.
    pub ask: Ask,
    /// What to expect.
    pub expectation: Expectation,
}

/// One attempt of many, for those who want to watch.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Counted from 1.
    pub number: u32,
    /// Since the start of the first attempt.
    pub elapsed: Duration,
    /// What came.
    pub answer: &'a Answer,
    /// What is wrong with it; nothing means that it is right.
    pub findings: &'a [Finding],
    /// The same in two words, which are the same for the next answer of its kind.
    pub class: &'a str,
}

/// How waiting ended.
#[derive(Debug)]
pub struct Outcome {
    /// Enough right answers came in a row.
    pub ready: bool,
    /// What was seen; a recordable fact.
    pub observed: Observed,
    /// Every reason why it is not ready.
    pub findings: Vec<Finding>,
}

/// Tries until enough right answers came in a row or time is up; never two attempts at once, each on a fresh
/// connection.
pub async fn wait_until(
    asker: &impl Asker,
    (expectation, policy): (&Expectation, &WaitPolicy),
    mut on_attempt: impl FnMut(&Attempt<'_>),
) -> Outcome {
    let keep = usize::try_from(policy.successes.max(1)).unwrap_or(usize::MAX);
    let started = Instant::now();
    let (mut state, mut course) = (State::default(), Course::default());
    let mut answers: VecDeque<Answer> = VecDeque::new();
    loop {
        let answer = asker.attempt(policy.budget(started.elapsed())).await;
        let findings = judge(expectation, &answer);
        let observation = if findings.is_empty() { Observation::Good } else { Observation::Bad };
        let elapsed = started.elapsed();
        let next = step(policy, &mut state, observation, elapsed);
        let is_lost = observation == Observation::Bad && hopeless(expectation, &answer);
        let next = if is_lost { Next::GaveUp } else { next };
        let cut_short = cut_short(policy, elapsed, &answer);
        let class = if cut_short { CUT_SHORT.to_owned() } else { class(&answer, &findings) };
        course.add(&class);
        let attempt =
            Attempt { number: state.tries, elapsed, answer: &answer, findings: &findings, class: &class };
        on_attempt(&attempt);
        // An attempt that the end of all time cut short says nothing of the service: what it said before stands.
        if answers.is_empty() || !cut_short {
            if answers.len() == keep {
                answers.pop_front();
            }
            answers.push_back(answer);
        }
        match next {
            Next::Again { after } => tokio::time::sleep(after).await,
            Next::Ready | Next::GaveUp => {
                let too_young = young(policy, &state, next, elapsed);
                let State { tries, failed, .. } = state;
                let answers = answers.into();
                let observed = Observed {
                    tries,
                    failed,
                    waited: span(elapsed),
                    answers,
                    course,
                    too_young,
                    coverage: None,
                };
                let findings = conclude(expectation, policy.successes, &observed);
                return Outcome { ready: findings.is_empty(), observed, findings };
            }
        }
    }
}

/// Often enough right, but not long enough.
fn young(policy: &WaitPolicy, state: &State, end: Next, now: Duration) -> Option<Young> {
    let right = state.right_for(now);
    let young = end == Next::GaveUp && state.in_a_row > 0 && right < policy.stable;
    young.then(|| Young { right: span(right), wanted: span(policy.stable) })
}

/// Whole milliseconds.
pub(crate) fn span(time: Duration) -> Span {
    Span::millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

fn cut_short(policy: &WaitPolicy, elapsed: Duration, answer: &Answer) -> bool {
    let over = policy.within.is_some_and(|within| elapsed >= within);
    match answer {
        Answer::Failed(failure) => {
            over && matches!(
                failure.reason,
                FailureKind::Timeout | FailureKind::Unreachable | FailureKind::Dns | FailureKind::NoDocker
            )
        }
        Answer::Answered(_)
        | Answer::Replied(_)
        | Answer::Containers { .. }
        | Answer::Ran(_)
        | Answer::File(_) => false,
    }
}
