//! Which runs count: the newest of each workflow and event that was asked for.

use std::collections::BTreeMap;

use super::facts::{Facts, Job, Run};
use super::outcome::{self, Outcome};
use super::policy::Policy;

/// The runs of the commit that decide, by workflow and event. Their jobs are what else has to be known.
pub fn judged<'a>(policy: &Policy, facts: &'a Facts) -> Vec<&'a Run> {
    let commit = facts.judged_commit();
    let here = facts.runs.iter().filter(|run| run.commit == commit && counts(policy, facts, run));
    newest(here.filter(|run| asked(policy, run)))
}

/// The workflows asked for of which the commit has no run that counts; `None` stands for "any".
pub fn unmet<'a>(policy: &'a Policy, facts: &Facts) -> Vec<Option<&'a str>> {
    let judged = judged(policy, facts);
    if policy.workflows.is_empty() {
        return if judged.is_empty() { vec![None] } else { Vec::new() };
    }
    let mut unmet: Vec<Option<&str>> = Vec::new();
    for wanted in &policy.workflows {
        let known = unmet.contains(&Some(wanted.as_str()));
        if !known && !judged.iter().any(|run| is(run, wanted)) {
            unmet.push(Some(wanted));
        }
    }
    unmet
}

/// The run that a reader should look at first: of the commit, or else the last that there was.
pub fn worst<'a>(policy: &Policy, facts: &'a Facts) -> Option<&'a Run> {
    let last = unmet(policy, facts).into_iter().find_map(|wanted| last(policy, facts, wanted));
    let judged = judged(policy, facts);
    let bad = judged.iter().copied().filter(|run| rank(run) > 0).max_by_key(|run| (rank(run), age(run)));
    bad.or(last).or_else(|| judged.into_iter().max_by_key(|run| age(run)))
}

/// The last run of a workflow on another commit of the branch.
pub(super) fn last<'a>(policy: &Policy, facts: &'a Facts, wanted: Option<&str>) -> Option<&'a Run> {
    let older = facts.older_runs.iter().filter(|run| counts(policy, facts, run));
    older.filter(|run| wanted.is_none_or(|wanted| is(run, wanted))).max_by_key(|run| age(run))
}

/// Whether a run is of the workflow of that name, or of that file.
pub(super) fn is(run: &Run, wanted: &str) -> bool {
    let file = wanted.rsplit_once('/').map_or(wanted, |(_, file)| file);
    run.workflow == wanted || run.file.as_deref() == Some(file)
}

/// Whether a run can tell of the branch at all.
fn counts(policy: &Policy, facts: &Facts, run: &Run) -> bool {
    !run.fork && facts.own_run != Some(run.id) && policy.counts(&run.event)
}

fn asked(policy: &Policy, run: &Run) -> bool {
    policy.workflows.is_empty() || policy.workflows.iter().any(|wanted| is(run, wanted))
}

fn newest<'a>(runs: impl Iterator<Item = &'a Run>) -> Vec<&'a Run> {
    let mut newest: BTreeMap<(&str, &str), &Run> = BTreeMap::new();
    for run in runs {
        let kind = (run.file.as_deref().unwrap_or(&run.workflow), run.event.as_str());
        let known = newest.entry(kind).or_insert(run);
        if age(run) > age(known) {
            *known = run;
        }
    }
    newest.into_values().collect()
}

/// What comes later is greater. The words part two records of the same attempt, so that their order does not.
pub(super) fn age(run: &Run) -> (u64, u64, &str, Option<&str>) {
    (run.id, run.attempt, &run.status, run.conclusion.as_deref())
}

fn rank(run: &Run) -> u8 {
    let jobs = run.jobs.iter().flatten().map(|job: &Job| severity(&outcome::of_job(job))).max();
    severity(&outcome::of_run(run)).max(jobs.unwrap_or_default())
}

fn severity(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Passed | Outcome::Skipped => 0,
        Outcome::Pending(_) | Outcome::NeedsApproval => 1,
        Outcome::Unclear => 2,
        Outcome::Failed(_) => 3,
    }
}
