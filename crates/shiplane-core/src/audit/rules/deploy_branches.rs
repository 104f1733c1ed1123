//! An environment takes deployments of its branch alone.

use super::environments::find;
use super::settings;
use crate::audit::facts::{DeployBranches, Environment, Facts};
use crate::audit::wanted::{Wanted, WantedEnvironment};
use crate::audit::words::{list, quoted, unread};
use crate::gate::pattern::BranchPattern;
use crate::report::Finding;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    let found = wanted.environments.iter().filter_map(|wanted| Some((wanted, find(facts, &wanted.name)?)));
    found.flat_map(|(wanted, seen)| of(wanted, seen, facts)).collect()
}

fn of(wanted: &WantedEnvironment, seen: &Environment, facts: &Facts) -> Vec<Finding> {
    let name = quoted(&wanted.name);
    let Some(branch) = &wanted.branch else {
        let open = wanted.is_production() && seen.branches == DeployBranches::Any;
        let fact = format!("every branch may deploy to {name}, and the config names none");
        let finding = Finding::warning("env-any-branch", fact).help("write `branch:` under it");
        return if open { vec![finding] } else { Vec::new() };
    };
    let help = format!("select {} alone at {}", quoted(branch), settings(facts, "environments"));
    let every = || {
        let fact = format!("every branch may deploy to {name}; the config names {}", quoted(branch));
        vec![Finding::fail("env-any-branch", fact).help(&help)]
    };
    match &seen.branches {
        DeployBranches::Any => every(),
        DeployBranches::Unread(why) => {
            vec![unread("protection-unreadable", &format!("the branches of environment {name}"), why)]
        }
        DeployBranches::Selected(patterns) => selected(branch, patterns, (&name, &help)),
        DeployBranches::Protected => {
            match (facts.protected_branches.value(), facts.protected_branches.obstacle()) {
                // With none protected the setting lets every branch through (docs, "Managing environments").
                (Some(protected), _) if protected.is_empty() => every(),
                (Some(protected), _) => selected(branch, protected, (&name, &help)),
                (None, why) => why
                    .map(|why| {
                        unread(
                            "protection-unreadable",
                            &format!("the protected branches, which may deploy to {name}"),
                            why,
                        )
                    })
                    .into_iter()
                    .collect(),
            }
        }
    }
}

fn selected(branch: &str, patterns: &[String], (name, help): (&str, &str)) -> Vec<Finding> {
    let extra: Vec<&String> = patterns.iter().filter(|pattern| *pattern != branch).collect();
    let mut findings = Vec::new();
    if !patterns.iter().any(|pattern| BranchPattern::new(pattern).matches(branch)) {
        let fact = format!("{} may not deploy to {name}; the config says so", quoted(branch));
        findings.push(Finding::fail("env-branch-refused", fact).help(help));
    }
    if !extra.is_empty() {
        let fact = format!("{} may deploy to {name}, too; the config names {}", list(&extra), quoted(branch));
        findings.push(Finding::fail("env-extra-branch", fact).help(help));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("env-branch", format!("{} alone may deploy to {name}", quoted(branch))));
    }
    findings
}
