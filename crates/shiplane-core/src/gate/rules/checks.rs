//! What must have reported on the judged commit has reported, and well.

use std::collections::BTreeSet;

use super::age;
use super::check_missing::{missing, nothing};
use super::check_words::reason;
use super::newest::{Latest, newest, newest_on_test_merge};
use super::words::{count, judged, same_login};
use crate::gate::facts::{Check, Facts, Section};
use crate::gate::policy::{Policy, RequiredCheck};
use crate::report::Finding;

/// The app that GitHub's own workflows report as, and its number on github.com.
const GITHUB_ACTIONS: (&str, &str) = ("github-actions", "15368");

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let latest = newest(policy, facts);
    let complete = facts.complete(Section::Checks);
    if policy.checks.is_empty() && !policy.allow_no_checks && complete && others(&latest).is_empty() {
        return vec![nothing(facts, &latest)];
    }
    let judged = to_be_judged(policy, &latest);
    let mut reasons: Vec<Finding> = judged
        .iter()
        .filter_map(|check| {
            let finding = reason(policy, facts, check)?;
            let help = "if this is the gate's own job, pass `check-run-id: ${{ job.check_run_id }}`";
            Some(if perhaps_itself(facts, &latest, check) { finding.help(help) } else { finding })
        })
        .collect();
    reasons.extend(on_test_merge(policy, facts));
    if complete {
        reasons.extend(never_reported(policy, &latest).map(|wanted| missing(wanted, facts, &latest)));
    }
    let (old, out_of_date): (Vec<Finding>, Vec<Finding>) = age::findings(policy, facts, &judged);
    reasons.extend(out_of_date);
    if reasons.is_empty() && complete {
        reasons.push(in_order(policy, facts, judged.len()));
    }
    reasons.extend(old);
    reasons
}

/// Names of required checks that nothing has reported; none where not all reports could be read.
pub(in crate::gate) fn missing_checks(policy: &Policy, facts: &Facts) -> Vec<String> {
    if !facts.complete(Section::Checks) {
        return Vec::new();
    }
    let latest = newest(policy, facts);
    let mut names: Vec<String> = Vec::new();
    for wanted in never_reported(policy, &latest) {
        if !names.contains(&wanted.name) {
            names.push(wanted.name.clone());
        }
    }
    names
}

/// Of a name that is asked for both of an app and of anyone, the app's alone is spoken of.
fn never_reported<'a>(policy: &'a Policy, latest: &[Latest<'_>]) -> impl Iterator<Item = &'a RequiredCheck> {
    let all = required(policy).into_iter().filter(|wanted| reported(wanted, latest).is_empty());
    let all: Vec<&RequiredCheck> = all.collect();
    let pinned: Vec<&str> =
        all.iter().filter(|wanted| wanted.app.is_some()).map(|wanted| wanted.name.as_str()).collect();
    all.into_iter().filter(move |wanted| wanted.app.is_some() || !pinned.contains(&wanted.name.as_str()))
}

fn in_order(policy: &Policy, facts: &Facts, passed: usize) -> Finding {
    let commit = judged(facts);
    Finding::ok(
        "checks",
        if policy.asks_for_every_check() {
            format!("{} passed on {commit}", count(passed, "check"))
        } else {
            let names: BTreeSet<&str> = policy.checks.iter().map(|wanted| wanted.name.as_str()).collect();
            let required = names.len();
            format!("{required} of {} passed on {commit}", count(required, "required check"))
        },
    )
}

/// The results that decide, each once: all but the gate's own, or those of the required names.
fn to_be_judged<'a>(policy: &Policy, latest: &[Latest<'a>]) -> Vec<&'a Check> {
    if policy.asks_for_every_check() {
        return others(latest);
    }
    let mut once: Vec<&Check> = Vec::new();
    for check in required(policy).into_iter().flat_map(|wanted| reported(wanted, latest)) {
        if !once.contains(&check) {
            once.push(check);
        }
    }
    once
}

/// Where the commit that would merge has a result of a required name, that one must pass, too. It is no stand-in for
/// one that is missing on the head.
fn on_test_merge(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let latest = newest_on_test_merge(policy, facts);
    let judged = to_be_judged(policy, &latest);
    let reasons = judged.into_iter().filter_map(|check| reason(policy, facts, check));
    reasons
        .map(|finding| Finding { fact: format!("{} on the test merge", finding.fact), ..finding })
        .collect()
}

fn others<'a>(latest: &[Latest<'a>]) -> Vec<&'a Check> {
    latest.iter().filter(|latest| !latest.own).map(|latest| latest.check).collect()
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
    let slug = wanted.app.as_deref().and_then(|app| slug(app, latest));
    let others = others(latest).into_iter();
    others.filter(|check| check.name() == wanted.name && from_app(wanted, slug, check)).collect()
}

/// The name of an app that is given by its name or its number; a number is known where a check run tells it.
pub(super) fn slug<'s>(app: &'s str, latest: &[Latest<'s>]) -> Option<&'s str> {
    let (actions, its_number) = GITHUB_ACTIONS;
    if app == its_number {
        return Some(actions);
    }
    let Ok(number) = app.parse::<u64>() else { return Some(app) };
    latest.iter().find_map(|latest| match latest.check {
        Check::Run(run) if run.app_id == Some(number) => run.app.as_deref(),
        Check::Run(_) | Check::Status(_) => None,
    })
}

fn from_app(wanted: &RequiredCheck, slug: Option<&str>, check: &Check) -> bool {
    let Some(app) = wanted.app.as_deref() else { return true };
    let same = |name: &Option<String>, other: &str| name.as_ref().is_some_and(|name| same_login(name, other));
    match check {
        Check::Run(run) => {
            same(&run.app, slug.unwrap_or(app)) || run.app_id.is_some_and(|id| id.to_string() == app)
        }
        // A status names its setter alone; an app's setter is its bot.
        Check::Status(status) => slug.is_some_and(|slug| same(&status.by, &format!("{slug}[bot]"))),
    }
}
