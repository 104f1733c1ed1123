//! Environments exist, and nobody deploys to them whom the config does not let.

use super::settings;
use crate::audit::facts::{Environment, Facts};
use crate::audit::wanted::{Wanted, WantedEnvironment};
use crate::audit::words::{list, quoted, unread};
use crate::audit::workflow;
use crate::config::EnvironmentKind;
use crate::report::Finding;

/// GitHub takes that many (docs, "Managing environments for deployment").
const MOST_REVIEWERS: usize = 6;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    if wanted.environments.is_empty() {
        return Vec::new();
    }
    if let Some(why) = facts.environments.obstacle() {
        let names: Vec<&str> = wanted.environments.iter().map(|it| it.name.as_str()).collect();
        return vec![unread("protection-unreadable", &format!("environments {}", list(&names)), why)];
    }
    wanted.environments.iter().flat_map(|wanted| of(wanted, facts)).collect()
}

/// The environment of that name, as GitHub compares names.
pub(super) fn find<'a>(facts: &'a Facts, name: &str) -> Option<&'a Environment> {
    facts.environments.value()?.iter().find(|seen| seen.name.to_lowercase() == name.to_lowercase())
}

fn of(wanted: &WantedEnvironment, facts: &Facts) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let Some(seen) = find(facts, &wanted.name) else {
        if wanted.kind == EnvironmentKind::Preview {
            // GitHub makes it with the first deployment that names it (docs, "Managing environments").
            return vec![Finding::ok("env", format!("environment {name} comes with the first preview"))];
        }
        let fact = format!("environment {name} does not exist");
        return vec![
            Finding::fail("env-missing", fact)
                .help(format!("create it at {}", settings(facts, "environments"))),
        ];
    };
    let mut findings = vec![Finding::ok("env", format!("environment {name} exists"))];
    findings.extend(reviewers(wanted, seen, facts));
    findings.extend(self_review(wanted, seen, facts));
    if wanted.approvals > 0 && !seen.reviewers.is_empty() && seen.admins_bypass {
        let fact = format!("administrators may deploy to {name} without an approval");
        let help = format!("turn it off at {}", settings(facts, "environments"));
        findings.push(Finding::warning("protection-bypass", fact).help(help));
    }
    findings
}

fn reviewers(wanted: &WantedEnvironment, seen: &Environment, facts: &Facts) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let by_gate = approved_by_the_gate(facts);
    let weak = |code: &str, fact: String| {
        if by_gate { Finding::warning(code, fact) } else { Finding::fail(code, fact) }
    };
    if wanted.approvals == 0 {
        let fact = format!("deployments to {name} wait for nobody's approval, and the config asks for none");
        let silent = wanted.is_production() && seen.reviewers.is_empty();
        return silent
            .then(|| Finding::warning("env-no-reviewers", fact).help("write `approval:` under it"))
            .into_iter()
            .collect();
    }
    if seen.reviewers.is_empty() {
        let fact = format!(
            "deployments to {name} wait for nobody's approval; the config asks for {}",
            wanted.approvals
        );
        let help = format!(
            "add required reviewers at {}; a private repository gets them on GitHub Enterprise only, else let a job run `branch-gate approve` before it deploys",
            settings(facts, "environments")
        );
        return vec![weak("env-no-reviewers", fact).help(help)];
    }
    let mut findings = whom(wanted, seen, facts);
    if wanted.approvals > 1 {
        let (asked, number) = (wanted.approvals, seen.reviewers.len());
        let fact = format!(
            "one approval of {number} reviewers is enough for {name}; the config asks for {asked}, which GitHub cannot require"
        );
        findings.push(
            weak("env-cannot-require-two", fact)
                .help("let a job run `branch-gate approve` before the one that deploys"),
        );
    }
    findings
}

fn whom(wanted: &WantedEnvironment, seen: &Environment, facts: &Facts) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let lacks = |all: &[String], one: &String| !all.iter().any(|other| same(other, one));
    let missing: Vec<&String> = wanted.reviewers.iter().filter(|one| lacks(&seen.reviewers, one)).collect();
    let extra: Vec<&String> = seen.reviewers.iter().filter(|one| lacks(&wanted.reviewers, one)).collect();
    let help = format!("see {}; it takes at most {MOST_REVIEWERS}", settings(facts, "environments"));
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let fact = format!("{} cannot approve deployments to {name}; the config says so", list(&missing));
        findings.push(Finding::fail("env-no-reviewers", fact).help(&help));
    }
    if !wanted.reviewers.is_empty() && !extra.is_empty() {
        let fact =
            format!("{} can approve deployments to {name}; the config does not name them", list(&extra));
        findings.push(Finding::fail("env-extra-reviewer", fact).help(&help));
    }
    if findings.is_empty() {
        let fact = format!("deployments to {name} wait for an approval by {}", list(&seen.reviewers));
        findings.push(Finding::ok("env-reviewers", fact));
    }
    findings
}

/// A team may be written with its owner or without.
fn same(left: &str, right: &str) -> bool {
    let plain = |name: &str| name.trim_start_matches('@').to_lowercase();
    let (left, right) = (plain(left), plain(right));
    let slug = |name: &str, other: &str| name.rsplit_once('/').is_some_and(|(_, slug)| slug == other);
    left == right || slug(&left, &right) || slug(&right, &left)
}

fn self_review(wanted: &WantedEnvironment, seen: &Environment, facts: &Facts) -> Option<Finding> {
    let name = quoted(&wanted.name);
    match (wanted.self_review, seen.prevent_self_review) {
        (Some(false), false) => {
            let fact = format!("who starts a deployment to {name} may approve it, too");
            let help = format!("turn on `Prevent self-review` at {}", settings(facts, "environments"));
            Some(Finding::fail("env-self-review", fact).help(help))
        }
        (Some(false), true) => Some(Finding::ok(
            "env-self-review",
            format!("who starts a deployment to {name} cannot approve it"),
        )),
        (Some(true), true) => {
            let fact = format!("who starts a deployment to {name} cannot approve it; the config allows it");
            Some(Finding::warning("env-self-review", fact))
        }
        (Some(true), false) | (None, _) => None,
    }
}

/// Whether a workflow asks people itself, where GitHub cannot.
fn approved_by_the_gate(facts: &Facts) -> bool {
    let all = workflow::all(facts);
    let mut steps = all.iter().flat_map(|workflow| &workflow.jobs).flat_map(|job| &job.steps);
    steps.any(|step| {
        step.contains("branch-gate approve")
            || (step.contains("branch-gate") && step.contains("command: approve"))
    })
}
