//! What must have reported on the head has reported, and well.

use super::newest::{Latest, Outcome, newest, outcome};
use super::words::{count, quoted, short};
use crate::foreign;
use crate::gate::facts::{Check, Facts, Section};
use crate::gate::policy::{Policy, RequiredCheck};
use crate::report::Finding;

/// Names further away than this are no suggestion but a guess.
const NEAR_ENOUGH: f64 = 0.75;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let latest = newest(policy, facts);
    if policy.checks.is_empty() { everything(policy, facts, &latest) } else { named(policy, facts, &latest) }
}

/// Names of required checks that nothing has reported; none where not all reports could be read.
pub fn missing_checks(policy: &Policy, facts: &Facts) -> Vec<String> {
    if !facts.complete(Section::Checks) {
        return Vec::new();
    }
    let latest = newest(policy, facts);
    let missing = required(policy).into_iter().filter(|required| reported(required, &latest).is_empty());
    missing.map(|required| required.name.clone()).collect()
}

/// No checks are named: all that reported must have passed, and silence is not a pass.
fn everything(policy: &Policy, facts: &Facts, latest: &[Latest<'_>]) -> Vec<Finding> {
    let others: Vec<&Check> = latest.iter().filter(|latest| !latest.own).map(|latest| latest.check).collect();
    let head = short(&facts.pull_request.head);
    let complete = facts.complete(Section::Checks);
    if others.is_empty() && complete && !policy.allow_no_checks {
        let but = if latest.is_empty() { "" } else { " but the gate itself" };
        let help = "run the tests on pull requests to this branch, or allow a commit without checks";
        return vec![Finding::fail("no-checks", format!("nothing{but} has reported on {head}")).help(help)];
    }
    let reasons = others.iter().filter_map(|check| {
        let finding = reason(policy, check)?;
        let help = "if this is the gate's own job, pass `check-run-id: ${{ job.check_run_id }}`";
        Some(if perhaps_itself(facts, latest, check) { finding.help(help) } else { finding })
    });
    let reasons: Vec<Finding> = reasons.collect();
    if !reasons.is_empty() || !complete {
        return reasons;
    }
    vec![Finding::ok("checks", format!("{} passed on {head}", count(others.len(), "check")))]
}

/// A job with a name of its own is not known by its id: the gate would wait for itself and never say why.
fn perhaps_itself(facts: &Facts, latest: &[Latest<'_>], check: &Check) -> bool {
    let own_run = facts.own_check.as_ref().and_then(|own| own.run);
    let running = match check {
        Check::Run(run) => run.conclusion.is_none() && run.run.is_some() && run.run == own_run,
        Check::Status(_) => false,
    };
    running && !latest.iter().any(|latest| latest.own)
}

fn named(policy: &Policy, facts: &Facts, latest: &[Latest<'_>]) -> Vec<Finding> {
    let required = required(policy);
    let mut reasons = Vec::new();
    for wanted in &required {
        let found = reported(wanted, latest);
        if !found.is_empty() {
            reasons.extend(found.into_iter().filter_map(|check| reason(policy, check)));
        } else if facts.complete(Section::Checks) {
            reasons.push(missing(wanted, facts, latest));
        }
    }
    if !reasons.is_empty() || !facts.complete(Section::Checks) {
        return reasons;
    }
    let (number, head) = (required.len(), short(&facts.pull_request.head));
    vec![Finding::ok("checks", format!("{number} of {} passed on {head}", count(number, "required check")))]
}

/// Each required check once, in the policy's order.
fn required(policy: &Policy) -> Vec<&RequiredCheck> {
    let mut once: Vec<&RequiredCheck> = Vec::new();
    for check in &policy.checks {
        if !once.contains(&check) {
            once.push(check);
        }
    }
    once
}

/// Everything of that name and app: a run and a status of one name must both pass, and so must the jobs of one name
/// in two workflows.
fn reported<'a>(wanted: &RequiredCheck, latest: &[Latest<'a>]) -> Vec<&'a Check> {
    let others = latest.iter().filter(|latest| !latest.own).map(|latest| latest.check);
    others.filter(|check| check.name() == wanted.name && from_app(wanted, check)).collect()
}

fn from_app(wanted: &RequiredCheck, check: &Check) -> bool {
    let Some(app) = &wanted.app else { return true };
    match check {
        Check::Run(run) => {
            let same_slug = run.app.as_ref().is_some_and(|slug| slug.eq_ignore_ascii_case(app));
            same_slug || run.app_id.is_some_and(|id| id.to_string() == *app)
        }
        // A status names its setter alone; an app's setter is its bot.
        Check::Status(status) => {
            status.by.as_ref().is_some_and(|by| by.eq_ignore_ascii_case(&format!("{app}[bot]")))
        }
    }
}

fn reason(policy: &Policy, check: &Check) -> Option<Finding> {
    let name = format!("{}{}", quoted(check.name()), origin(check));
    match outcome(policy, check) {
        Outcome::Passed => None,
        Outcome::Pending(word) => {
            Some(Finding::pending("check-pending", format!("{name} is {}", said(&word))))
        }
        Outcome::Unclear => Some(Finding::unknown(
            "check-pending",
            format!("{name} is completed, but GitHub does not say how"),
        )),
        Outcome::Failed(word) if word == "action_required" => Some(
            Finding::fail("check-failed", format!("{name} waits for someone to approve its run"))
                .help("approve the run in the checks tab of the pull request"),
        ),
        Outcome::Failed(word) => {
            Some(Finding::fail("check-failed", format!("{name} ended with {}", said(&word))))
        }
    }
}

/// GitHub's words, and any word in their place.
fn said(word: &str) -> String {
    foreign::clip(&word.replace('_', " "), 40)
}

/// Where the result came from, as far as that tells it from another of the same name.
fn origin(check: &Check) -> String {
    match check {
        Check::Run(run) => match (&run.workflow, &run.app) {
            (Some(workflow), _) => format!(" of {}", foreign::clip(workflow, 80)),
            (None, Some(app)) => format!(" of {}", foreign::clip(app, 80)),
            (None, None) => String::new(),
        },
        Check::Status(_) => " (commit status)".to_owned(),
    }
}

fn missing(wanted: &RequiredCheck, facts: &Facts, latest: &[Latest<'_>]) -> Finding {
    let (name, head) = (quoted(&wanted.name), short(&facts.pull_request.head));
    let code = "check-missing";
    if latest.iter().any(|latest| latest.own && latest.check.name() == wanted.name) {
        let help = "take it off the list; the branch's protection can require it";
        return Finding::fail(code, format!("{name} is the gate itself, which cannot wait for itself"))
            .help(help);
    }
    let mut strangers = latest.iter().filter(|latest| latest.check.name() == wanted.name);
    if let (Some(app), true) = (&wanted.app, strangers.any(|latest| !latest.own)) {
        return Finding::fail(code, format!("{name} has not been reported on {head} by {}", quoted(app)))
            .help("another app or person reported a check of that name, which does not count");
    }
    let fact = format!("{name} has not been reported on {head}");
    match nearest(&wanted.name, latest) {
        Some(near) => Finding::fail(code, fact).help(format!("did you mean {}?", quoted(near))),
        None => Finding::fail(code, fact)
            .help("see whether a path filter, a branch filter or `[skip ci]` kept its workflow from running"),
    }
}

fn nearest<'a>(wanted: &str, latest: &[Latest<'a>]) -> Option<&'a str> {
    let near = |name: &str| strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase());
    let others = latest.iter().filter(|latest| !latest.own).map(|latest| latest.check.name());
    let best =
        others.max_by(|left, right| near(left).total_cmp(&near(right)).then_with(|| right.cmp(left)))?;
    (near(best) >= NEAR_ENOUGH).then_some(best)
}
