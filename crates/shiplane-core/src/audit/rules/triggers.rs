//! The workflows that report required checks run for the pull requests that wait for them.

use super::seen;
use crate::audit::facts::{Branch, Facts};
use crate::audit::sources::Sources;
use crate::audit::wanted::{Wanted, WantedBranch};
use crate::audit::words::{list, quoted};
use crate::audit::workflow::{self, Name, Trigger, Workflow};
use crate::report::Finding;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    let all = workflow::all(facts);
    let mut findings = Vec::new();
    for (branch, seen) in seen(wanted, facts) {
        for (workflow, checks) in reporters(branch, seen, &all) {
            findings.extend(for_pull_requests(branch, workflow, &checks));
            findings.extend(for_the_queue(branch, seen, workflow));
        }
    }
    findings
}

/// The workflows that report required checks of a branch, each with those checks. A check that several report is
/// settled when one of them runs.
fn reporters<'a>(
    branch: &WantedBranch,
    seen: &Branch,
    all: &'a [Workflow],
) -> Vec<(&'a Workflow, Vec<String>)> {
    let sources = Sources::of(seen);
    let by_github = sources.read.iter().flat_map(|source| &source.demands.checks).map(|check| &check.name);
    let mut required: Vec<&String> = by_github.chain(branch.checks.iter().map(|check| &check.name)).collect();
    required.sort();
    required.dedup();
    let mut reporters: Vec<(&Workflow, Vec<String>)> = Vec::new();
    for name in required {
        let of_name =
            all.iter().filter(|workflow| !workflow.triggers.only_called() && reports(workflow, all, name));
        let of_name: Vec<&Workflow> = of_name.collect();
        let runs = |workflow: &&&Workflow| runs_for(branch, workflow).next().is_some();
        let Some(chosen) = of_name.iter().find(runs).or(of_name.first()) else { continue };
        match reporters.iter_mut().find(|(workflow, _)| workflow.path == chosen.path) {
            Some((_, names)) => names.push(name.clone()),
            None => reporters.push((chosen, vec![name.clone()])),
        }
    }
    reporters
}

fn reports(workflow: &Workflow, all: &[Workflow], name: &str) -> bool {
    workflow::names(workflow, all).iter().filter_map(Name::text).any(|job| job == name)
}

/// The triggers that put a result on the head of a pull request to that branch: its own events, and pushes to the
/// branches that it comes from.
fn runs_for<'a>(branch: &'a WantedBranch, workflow: &'a Workflow) -> impl Iterator<Item = &'a Trigger> {
    let pulls = ["pull_request", "pull_request_target"].into_iter();
    let pulls = pulls.flat_map(|event| workflow.triggers.of(event)).filter(|it| it.fires_for(&branch.name));
    let pushes = workflow.triggers.of("push").filter(|push| {
        // Which names a pattern stands for is not known: an example of it is tried.
        let examples = branch.from.iter().map(|from| from.to_string().replace('*', "x"));
        if branch.from.is_empty() {
            push.fires_for("x")
        } else {
            examples.clone().all(|name| push.fires_for(&name))
        }
    });
    pulls.chain(pushes)
}

fn for_pull_requests(branch: &WantedBranch, workflow: &Workflow, checks: &[String]) -> Option<Finding> {
    let (path, base) = (quoted(&workflow.path), quoted(&branch.name));
    let mut triggers = runs_for(branch, workflow).peekable();
    if triggers.peek().is_none() {
        let fact =
            format!("{path} does not run for pull requests to {base}, which wait for {}", list(checks));
        let from: Vec<String> = branch.from.iter().map(ToString::to_string).collect();
        let push =
            if from.is_empty() { String::new() } else { format!(", or {} under its `push`", list(&from)) };
        return Some(
            Finding::fail("trigger-missing", fact)
                .help(format!("add {base} to the branches of its `pull_request`{push}"))
                .at(&workflow.path, None),
        );
    }
    if triggers.all(|trigger| trigger.paths) {
        let fact = format!(
            "{path} runs for changes of certain files only, and pull requests to {base} wait for {} always",
            list(checks)
        );
        // A workflow that a path filter keeps from running reports nothing; a job that `if:` skips reports skipped
        // (docs, "Troubleshooting required status checks").
        return Some(
            Finding::warning("trigger-missing", fact)
                .help("move the condition from `paths` to `if:` of the job: a skipped job counts as passed")
                .at(&workflow.path, None),
        );
    }
    Some(Finding::ok("trigger", format!("{path} runs for pull requests to {base}")))
}

fn for_the_queue(branch: &WantedBranch, seen: &Branch, workflow: &Workflow) -> Option<Finding> {
    let queue = seen.rulesets.value().into_iter().flatten().any(|ruleset| ruleset.merge_queue);
    if !queue || workflow.triggers.has("merge_group") {
        return None;
    }
    let (path, base) = (quoted(&workflow.path), quoted(&branch.name));
    let fact = format!("{path} does not run on `merge_group`, and merges into {base} go through a queue");
    let help = "add `merge_group:` to its events: the queue waits for the required checks on its own commit";
    Some(Finding::fail("trigger-missing", fact).help(help).at(&workflow.path, None))
}
