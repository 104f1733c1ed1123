//! The newest result of everything that reported, without the gate's own.

use std::collections::BTreeMap;

use crate::gate::facts::{Check, CheckRun, CommitStatus, Facts, OwnCheck};
use crate::gate::policy::Policy;

/// What a result means to the gate, from good to bad.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Passed,
    /// Not yet; GitHub's word for it.
    Pending(String),
    /// Ended without saying how.
    Unclear,
    /// No; GitHub's word for it.
    Failed(String),
}

/// One result, and what it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Latest<'a> {
    pub(super) check: &'a Check,
    /// Whether it is the gate's own job: this run's, or an earlier one's.
    pub(super) own: bool,
}

/// Whose result replaces whose: a run never hides a status, nor one workflow, app or event another.
type Key<'a> = (u8, &'a str, Option<u64>, &'a str, &'a str, &'a str);

/// What reported on the judged commit: the newest of each kind, app, workflow, event and name, in that order of names.
pub(super) fn newest<'a>(policy: &Policy, facts: &'a Facts) -> Vec<Latest<'a>> {
    newest_among(policy, facts, &facts.checks)
}

/// The same of the commit that would merge the pull request. A merge queue's commit is a merge already.
pub(super) fn newest_on_test_merge<'a>(policy: &Policy, facts: &'a Facts) -> Vec<Latest<'a>> {
    match (&facts.test_merge, &facts.merge_group) {
        (Some(test_merge), None) => newest_among(policy, facts, &test_merge.checks),
        (Some(_), Some(_)) | (None, _) => Vec::new(),
    }
}

fn newest_among<'a>(policy: &Policy, facts: &'a Facts, checks: &'a [Check]) -> Vec<Latest<'a>> {
    let mut newest: BTreeMap<Key<'a>, &'a Check> = BTreeMap::new();
    for check in checks {
        let known = newest.entry(key(check)).or_insert(check);
        if (rank(check), outcome(policy, check)) > (rank(known), outcome(policy, known)) {
            *known = check;
        }
    }
    let own = facts.own_check.as_ref().and_then(|own| own_run(facts, own));
    let is_own_job =
        |check: &Check| own.map_or_else(|| earlier_answer(facts, check), |own| same_job(own, check));
    let is_own = |check: &Check| is_own_job(check) || own_status(facts, check);
    newest.into_values().map(|check| Latest { check, own: is_own(check) }).collect()
}

/// Whether a check of that name can be none but the gate's own: its job or its status, and nobody else's.
pub(in crate::gate) fn is_own_name(policy: &Policy, facts: &Facts, name: &str) -> bool {
    let named: Vec<_> =
        newest(policy, facts).into_iter().filter(|latest| latest.check.name() == name).collect();
    let status = facts.own_check.as_ref().is_some_and(|own| own.status.as_deref() == Some(name));
    named.iter().all(|latest| latest.own) && (status || !named.is_empty())
}

fn own_status(facts: &Facts, check: &Check) -> bool {
    let own = facts.own_check.as_ref().and_then(|own| own.status.as_deref());
    match check {
        Check::Run(_) => false,
        Check::Status(status) => own == Some(status.name.as_str()),
    }
}

fn key(check: &Check) -> Key<'_> {
    match check {
        Check::Run(run) => {
            let app = run.app.as_deref().unwrap_or_default();
            let workflow = run.workflow.as_deref().unwrap_or_default();
            (0, &run.name, run.app_id, app, workflow, run.event.as_deref().unwrap_or_default())
        }
        Check::Status(status) => (1, &status.name, None, "", "", ""),
    }
}

/// By workflow run, then by check. Not by start time: a re-run of a superseded run starts last and says nothing of
/// the newer run, and not by the order of the answer, which GitHub does not promise.
fn rank(check: &Check) -> (Option<u64>, u64, Option<i64>) {
    match check {
        Check::Run(run) => (run.run, run.id, None),
        Check::Status(status) => (None, 0, status.at.map(|time| time.seconds())),
    }
}

fn own_run<'a>(facts: &'a Facts, own: &OwnCheck) -> Option<&'a CheckRun> {
    let is_own = |run: &&CheckRun| match own.id {
        Some(id) => run.id == id,
        None => {
            own.run.is_some()
                && own.run == run.run
                && own.job.as_ref().is_some_and(|job| is_job(&run.name, job))
        }
    };
    // Two that fit are an accident; which of them counts must not hang on the order of the answer.
    runs(facts).filter(is_own).max_by_key(|run| (run.id, &run.workflow, &run.app, &run.name))
}

/// A job of a reusable workflow reports under its caller's name, too.
fn is_job(check: &str, job: &str) -> bool {
    check.strip_suffix(job).is_some_and(|caller| caller.is_empty() || caller.ends_with(" / "))
}

fn runs(facts: &Facts) -> impl Iterator<Item = &CheckRun> {
    let on_test_merge = facts.test_merge.iter().flat_map(|test_merge| &test_merge.checks);
    facts.checks.iter().chain(on_test_merge).filter_map(|check| match check {
        Check::Run(run) => Some(run),
        Check::Status(_) => None,
    })
}

/// The same job of the same workflow, whatever started it: the gate runs on pushes and on reviews, and its earlier
/// refusal must not be a reason for the next. A job of that name elsewhere is another check.
fn same_job(own: &CheckRun, check: &Check) -> bool {
    match check {
        Check::Run(run) => {
            let same_workflow =
                own.workflow == run.workflow && (own.workflow.is_some() || own.run == run.run);
            own.name == run.name && own.app == run.app && own.app_id == run.app_id && same_workflow
        }
        Check::Status(_) => false,
    }
}

/// What the same job of the same workflow said of this commit, when the present run is not one of this commit.
fn earlier_answer(facts: &Facts, check: &Check) -> bool {
    let Some(own) = &facts.own_check else { return false };
    match check {
        Check::Run(run) => {
            own.workflow.is_some()
                && own.workflow == run.workflow
                && own.job.as_deref() == Some(run.name.as_str())
                && own.run != run.run
        }
        Check::Status(_) => false,
    }
}

pub(super) fn outcome(policy: &Policy, check: &Check) -> Outcome {
    match check {
        Check::Run(run) => run_outcome(policy, run),
        Check::Status(status) => status_outcome(status),
    }
}

/// A conclusion decides even where the status lags: records were seen that stay `in_progress` with a conclusion.
fn run_outcome(policy: &Policy, run: &CheckRun) -> Outcome {
    let accepted = |word: &str| policy.accept.iter().any(|accepted| accepted.eq_ignore_ascii_case(word));
    match run.conclusion.as_deref().filter(|word| !word.is_empty()) {
        Some(word) if accepted(word) => Outcome::Passed,
        Some(word) => Outcome::Failed(word.to_lowercase()),
        None if run.status.eq_ignore_ascii_case("completed") => Outcome::Unclear,
        None => Outcome::Pending(run.status.to_lowercase()),
    }
}

fn status_outcome(status: &CommitStatus) -> Outcome {
    let word = status.state.to_lowercase();
    match word.as_str() {
        "success" => Outcome::Passed,
        "pending" | "expected" => Outcome::Pending(word),
        _ => Outcome::Failed(word),
    }
}
