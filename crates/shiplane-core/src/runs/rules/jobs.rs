//! Each job has passed, also inside a run that is green: `continue-on-error` hides a failure from the run.

use crate::report::Finding;
use crate::runs::facts::{Facts, Job, Run};
use crate::runs::outcome::{self, Outcome};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{named, quoted, said};

/// A matrix may have 256 legs; nobody reads as many lines.
const MOST: usize = 20;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    select::judged(policy, facts).into_iter().flat_map(of_run).collect()
}

fn of_run(run: &Run) -> Vec<Finding> {
    let Some(jobs) = &run.jobs else { return Vec::new() };
    let mut found: Vec<(&Job, Finding)> =
        jobs.iter().filter_map(|job| Some((job, reason(run, job)?))).collect();
    found.sort_by(|(left, a), (right, b)| (&left.name, &a.fact).cmp(&(&right.name, &b.fact)));
    let left_out = found.len().saturating_sub(MOST);
    // What is left out must not make the answer better: the worst comes first.
    found.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
    let mut findings: Vec<Finding> = found.into_iter().take(MOST).map(|(_, finding)| finding).collect();
    if left_out > 0 {
        let level = findings.first().map(|finding| (finding.level, finding.code.clone()));
        let (level, code) = level.unwrap_or((crate::report::Level::Fail, "job-failed".to_owned()));
        let mut rest = Finding::fail(&code, format!("{left_out} more jobs of {} are like that", named(run)));
        rest.level = level;
        findings.push(rest);
    }
    findings
}

fn reason(run: &Run, job: &Job) -> Option<Finding> {
    let green = outcome::of_run(run) == Outcome::Passed;
    let (name, of) = (quoted(&job.name), named(run));
    let finding = match outcome::of_job(job) {
        Outcome::Passed | Outcome::Skipped => None,
        Outcome::Failed(word) if green => Some(Finding::fail(
            "job-failed",
            format!("job {name} of {of} ended with {}, although the run is green", said(&word)),
        )),
        Outcome::Failed(word) => {
            Some(Finding::fail("job-failed", format!("job {name} of {of} ended with {}", said(&word))))
        }
        Outcome::Pending(word) if green => Some(Finding::pending(
            "run-pending",
            format!("job {name} of {of} is {}, although the run is green", said(&word)),
        )),
        Outcome::NeedsApproval if green => Some(Finding::pending(
            "run-pending",
            format!("job {name} of {of} waits for someone to approve it"),
        )),
        // The run itself says that it is not done.
        Outcome::Pending(_) | Outcome::NeedsApproval => None,
        Outcome::Unclear => Some(Finding::unknown(
            "jobs-unreadable",
            format!("job {name} of {of} is completed, but GitHub does not say how"),
        )),
    };
    // Where a job has no page, its run has.
    match job.url.as_ref().or(run.url.as_ref()) {
        Some(url) => finding.map(|finding| finding.help(url)),
        None => finding,
    }
}
