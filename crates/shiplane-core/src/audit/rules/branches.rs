//! Every branch with rules exists, and GitHub asks for at least what the config asks for.

use super::{seen, settings};
use crate::audit::facts::Facts;
use crate::audit::sources::{Demand, Source, Sources, demands};
use crate::audit::wanted::{Ask, Wanted, WantedBranch};
use crate::audit::words::{list, quoted, unread};
use crate::report::Finding;

pub(in crate::audit) fn missing(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for branch in &wanted.branches {
        let Some(seen) = facts.branches.iter().find(|seen| seen.name == branch.name) else {
            findings.push(Finding::unknown(
                "branch-missing",
                format!("nothing was read of {}", quoted(&branch.name)),
            ));
            continue;
        };
        match seen.exists.value() {
            Some(true) => {}
            Some(false) => findings.push(
                Finding::fail("branch-missing", format!("branch {} does not exist", quoted(&branch.name)))
                    .help("create it, or correct its name under `branches:`"),
            ),
            None => findings.extend(
                seen.exists
                    .obstacle()
                    .map(|why| unread("branch-missing", &format!("branch {}", quoted(&branch.name)), why)),
            ),
        }
    }
    findings
}

pub(in crate::audit) fn protection(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    seen(wanted, facts).flat_map(|(branch, seen)| of(branch, &Sources::of(seen), facts)).collect()
}

fn of(wanted: &WantedBranch, sources: &Sources<'_>, facts: &Facts) -> Vec<Finding> {
    let read: Vec<&Source> = sources.read.iter().collect();
    let demands = demands(wanted, &read);
    let mut findings = Vec::new();
    if sources.read.is_empty() && sources.unread.is_empty() {
        let fact =
            format!("{} is not protected: no branch protection rule and no ruleset", quoted(&wanted.name));
        findings.push(if demands.is_empty() {
            Finding::warning("protection-missing", fact)
        } else {
            Finding::fail("protection-missing", fact)
                .help(format!("run `branch-gate audit --fix`, or see {}", settings(facts, "branches")))
        });
    }
    findings.extend(unknown_rules(sources));
    let unclear = !sources.unread.is_empty();
    let unmet: Vec<&Demand> = demands.iter().filter(|demand| !demand.met).collect();
    if unclear && !unmet.is_empty() {
        findings.extend(unreadable(wanted, sources, &unmet));
    }
    let settled = demands.iter().filter(|demand| demand.met || !unclear);
    findings.extend(settled.map(|demand| finding(wanted, demand)));
    findings
}

fn finding(wanted: &WantedBranch, demand: &Demand) -> Finding {
    if demand.met {
        return Finding::ok("protection", &demand.fact);
    }
    let finding = match demand.ask {
        Ask::Written => Finding::fail(demand.code, &demand.fact),
        Ask::Default | Ask::No => Finding::warning(demand.code, &demand.fact),
    };
    if wanted.checks.is_empty() && demand.fact.starts_with("no check") {
        return finding.help(
            "GitHub requires checks by name: list them under `checks:`, or require the gate's own job",
        );
    }
    finding.help("run `branch-gate audit --fix --dry-run` to see what would have to be written")
}

/// What could not be read may hold what is missing in the rest.
fn unreadable(wanted: &WantedBranch, sources: &Sources<'_>, unmet: &[&Demand]) -> Vec<Finding> {
    let facts: Vec<&str> = unmet.iter().map(|demand| demand.fact.as_str()).collect();
    let mut findings = Vec::new();
    for (what, why) in &sources.unread {
        let what = format!("{what} of {}", quoted(&wanted.name));
        findings.push(unread("protection-unreadable", &what, why));
    }
    if let Some(last) = findings.last_mut() {
        *last = Finding {
            fact: format!("{}; by what could be read: {}", last.fact, facts.join("; ")),
            ..last.clone()
        };
    }
    findings
}

fn unknown_rules(sources: &Sources<'_>) -> Vec<Finding> {
    let strange = sources.read.iter().filter(|source| !source.demands.unknown.is_empty());
    strange
        .map(|source| {
            let rules = list(&source.demands.unknown);
            let fact = format!("{} has rules that this version does not know: {rules}", source.name);
            Finding::warning("protection-unknown-rule", fact)
        })
        .collect()
}
