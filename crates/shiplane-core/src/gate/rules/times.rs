//! How long the machines took, how long people took, and whether the machines kept to their budget.

use super::approvals::approvals;
use super::newest::newest;
use super::opinions::opinions;
use super::words::same_login;
use crate::duration::Span;
use crate::gate::facts::{Check, CheckRun, Facts, ReviewState};
use crate::gate::policy::Policy;
use crate::gate::time::Time;
use crate::report::Finding;

/// Lengths of time, each where it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// From the first start of a check to the last end.
    pub machine: Option<Span>,
    /// From when there was something to approve, opened and tested, to the approval that was the last one needed.
    pub waiting_for_people: Option<Span>,
    /// From the opening to the merge.
    pub opened_to_merged: Option<Span>,
    /// From the merge to now.
    pub merged_to_seen: Option<Span>,
}

/// What took how long.
pub(in crate::gate) fn times(policy: &Policy, facts: &Facts) -> Times {
    let pull = &facts.pull_request;
    let between = |from: Option<Time>, to: Option<Time>| to?.since(from?);
    let ran = ran(policy, facts);
    let ready = pull.opened_at.map(|opened| ran.map_or(opened, |(_, ended)| opened.max(ended)));
    // Who approved before the checks were done kept nobody waiting.
    let approved = approved_at(policy, facts).zip(ready).map(|(approved, ready)| approved.max(ready));
    Times {
        machine: ran.and_then(|(started, ended)| ended.since(started)),
        waiting_for_people: between(ready, approved),
        opened_to_merged: between(pull.opened_at, pull.merged_at),
        merged_to_seen: between(pull.merged_at, facts.seen_at),
    }
}

pub(super) fn budget(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let (Some(budget), Some(machine)) = (policy.budget, times(policy, facts).machine) else {
        return Vec::new();
    };
    let fact = format!("checks took {} of {}", machine.brief(), budget.brief());
    let help = "see which check took longest; split it, or give the tier a larger budget";
    vec![if machine > budget {
        Finding::warning("budget", fact).help(help)
    } else {
        Finding::ok("budget", fact)
    }]
}

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let times = times(policy, facts);
    let told = [
        times.machine.map(|took| format!("checks took {}", took.brief())),
        times.waiting_for_people.map(|took| format!("people took {}", took.brief())),
        times.opened_to_merged.map(|took| format!("merged {} after it was opened", took.brief())),
        times.merged_to_seen.map(|ago| format!("merged {} ago", ago.brief())),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    if told.is_empty() { Vec::new() } else { vec![Finding::ok("times", told.join("; "))] }
}

/// From the first start to the last end; nothing while one still runs, or where one's times are not known. What
/// was skipped took no time, and a commit status tells no beginning.
fn ran(policy: &Policy, facts: &Facts) -> Option<(Time, Time)> {
    let latest = newest(policy, facts).into_iter().filter(|latest| !latest.own);
    let runs = latest.filter_map(|latest| match latest.check {
        Check::Run(run) if !skipped(run) => Some(run),
        Check::Run(_) | Check::Status(_) => None,
    });
    let mut whole: Option<(Time, Time)> = None;
    for run in runs {
        let (started, ended) = (run.started_at?, run.conclusion.as_ref().and(run.completed_at)?);
        let (first, last) = whole.unwrap_or((started, ended));
        whole = Some((first.min(started), last.max(ended)));
    }
    whole
}

fn skipped(run: &CheckRun) -> bool {
    run.conclusion.as_ref().is_some_and(|word| word.eq_ignore_ascii_case("skipped"))
}

/// When there were as many approvals as are asked for, or one where none is.
fn approved_at(policy: &Policy, facts: &Facts) -> Option<Time> {
    let counted = approvals(policy, facts).counted;
    let of_counted = opinions(facts).into_iter().filter(|review| {
        review.state == ReviewState::Approved && counted.iter().any(|login| same_login(login, &review.author))
    });
    let mut sent: Vec<Time> = of_counted.filter_map(|review| review.submitted_at).collect();
    sent.sort_unstable();
    sent.get(usize::from(policy.approvals).max(1) - 1).copied()
}
