//! Each job that was named is there by exactly that name, and ran.

use crate::report::Finding;
use crate::runs::facts::{Facts, Job, Run, Section};
use crate::runs::outcome::{self, Outcome};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{named, nearest, quoted, short};

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let judged = select::judged(policy, facts);
    // Without its jobs, that they could not be read is the reason.
    if judged.is_empty() || judged.iter().any(|run| run.jobs.is_none()) {
        return Vec::new();
    }
    let mut once: Vec<&String> = Vec::new();
    for name in &policy.jobs {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    // A workflow that has not run is a reason of its own; its jobs are not known.
    let all_known = facts.complete(Section::Jobs) && select::unmet(policy, facts).is_empty();
    once.into_iter()
        .flat_map(|name| match of_name(name, &judged) {
            found if !found.is_empty() => reasons(name, &found),
            _ if all_known => vec![missing(name, facts, &judged)],
            _ => Vec::new(),
        })
        .collect()
}

fn of_name<'a>(name: &str, judged: &[&'a Run]) -> Vec<(&'a Run, &'a Job)> {
    let all = judged.iter().flat_map(|run| run.jobs.iter().flatten().map(|job| (*run, job)));
    all.filter(|(_, job)| job.name == name).collect()
}

fn reasons(name: &str, found: &[(&Run, &Job)]) -> Vec<Finding> {
    let skipped = found.iter().filter(|(_, job)| outcome::of_job(job) == Outcome::Skipped);
    let mut findings: Vec<Finding> = skipped.map(|(run, job)| skip(run, job)).collect();
    if found.iter().all(|(_, job)| outcome::of_job(job) == Outcome::Passed) {
        findings.push(Finding::ok("job", format!("job {} passed", quoted(name))));
    }
    findings
}

fn skip(run: &Run, job: &Job) -> Finding {
    let fact = format!("job {} of {} was skipped", quoted(&job.name), named(run));
    let help = "a job is skipped when its `if:` says no or a job that it needs has failed; \
                `if: always()` makes an aggregate job run";
    Finding::fail("job-skipped", fact).help(help)
}

fn missing(name: &str, facts: &Facts, judged: &[&Run]) -> Finding {
    let (wanted, commit) = (quoted(name), short(facts.judged_commit()));
    // A job comes to be when those that it needs have ended.
    let under_way = |run: &&Run| {
        matches!(outcome::of_run(run), Outcome::Pending(_) | Outcome::NeedsApproval | Outcome::Unclear)
    };
    if judged.iter().any(under_way) {
        return Finding::pending("job-missing", format!("job {wanted} has not begun on {commit} yet"));
    }
    let finding = Finding::fail("job-missing", format!("no job {wanted} ran on {commit}"));
    let names = judged.iter().flat_map(|run| run.jobs.iter().flatten()).map(|job| job.name.as_str());
    match nearest(name, names) {
        Some(near) => finding.help(format!("did you mean {}?", quoted(near))),
        None => {
            finding.help("a job is named as GitHub shows it, with its matrix values: `test (sqlite, local)`")
        }
    }
}
