//! Each run that counts has succeeded.

use crate::report::Finding;
use crate::runs::facts::{Facts, Run};
use crate::runs::outcome::{self, Outcome};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{elapsed, named, said, short};

use super::budget;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let judged = select::judged(policy, facts);
    let mut findings: Vec<Finding> = judged.iter().map(|run| result(policy, run)).collect();
    let skipped = |run: &&Run| outcome::of_run(run) == Outcome::Skipped;
    if policy.workflows.is_empty() && !judged.is_empty() && judged.iter().all(skipped) {
        let fact = format!("every workflow was skipped on {}", short(facts.judged_commit()));
        findings.push(Finding::fail("run-missing", fact).help("name the workflow that must run"));
    }
    findings
}

fn result(policy: &Policy, run: &Run) -> Finding {
    let (name, commit) = (named(run), short(&run.commit));
    let finding = match outcome::of_run(run) {
        Outcome::Passed => Finding::ok("run", format!("{name} passed on {commit}{}", jobs(run))),
        Outcome::Skipped if policy.workflows.is_empty() => {
            Finding::ok("run", format!("{name} was skipped on {commit}"))
        }
        Outcome::Skipped => {
            Finding::fail("run-failed", format!("{name} was skipped on {commit}: none of its jobs ran"))
        }
        Outcome::NeedsApproval => Finding::pending(
            "run-pending",
            format!("{name} on {commit} waits for someone to approve the run"),
        ),
        Outcome::Pending(word) if word == "waiting" => {
            let fact = format!("{name} on {commit} waits for someone to approve a deployment");
            Finding::pending("run-pending", fact)
        }
        Outcome::Pending(word) => {
            Finding::pending("run-pending", format!("{name} on {commit} is {}", said(&word)))
        }
        Outcome::Unclear => {
            let fact = format!("{name} on {commit} is completed, but GitHub does not say how");
            Finding::unknown("run-pending", fact)
        }
        Outcome::Failed(word) => {
            Finding::fail("run-failed", format!("{name} ended with {} on {commit}", said(&word)))
        }
    };
    match &run.url {
        Some(url) => finding.help(url),
        None => finding,
    }
}

/// `, 6 of 6 jobs, 4m12s`
fn jobs(run: &Run) -> String {
    let Some(jobs) = &run.jobs else { return String::new() };
    let outcomes: Vec<Outcome> = jobs.iter().map(outcome::of_job).collect();
    let count = |wanted: &Outcome| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    let (passed, skipped) = (count(&Outcome::Passed), count(&Outcome::Skipped));
    let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
    let jobs = if jobs.len() == 1 { "job" } else { "jobs" };
    let time = budget::working(run).map_or(String::new(), |seconds| format!(", {}", elapsed(seconds)));
    format!(", {passed} of {} {jobs}{skipped}{time}", outcomes.len())
}
