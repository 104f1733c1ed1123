//! What GitHub itself asks for is part of what holds; the reader sees what that is and how much of it was seen.

use super::words::{count, granting, list, quoted};
use crate::gate::facts::{Facts, Protection, Section};
use crate::gate::in_force::asks_up_to_date;
use crate::gate::policy::{Policy, ProtectionReading};
use crate::report::Finding;

/// Classic rules are shown to those who may read the administration of a repository, which no workflow's own token
/// may (docs, "Permissions required for GitHub Apps").
const ADMINISTRATION: &str = "administration: read";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = in_words(facts).into_iter().collect();
    findings.extend(unknown_rules(facts));
    findings.extend(unreadable(policy, facts));
    findings
}

fn in_words(facts: &Facts) -> Option<Finding> {
    if facts.protection.is_empty() {
        return None;
    }
    let demands = demands(&facts.protection);
    let asked = if demands.is_empty() { "nothing that is judged here".to_owned() } else { list(&demands) };
    let sources = list(&sources(facts.protection.iter()));
    Some(Finding::ok("protection", format!("GitHub asks for {asked} ({sources})")))
}

fn demands(sources: &[Protection]) -> Vec<String> {
    let any = |asks: fn(&Protection) -> bool| sources.iter().any(asks);
    let mut demands = Vec::new();
    if let Some(approvals) = sources.iter().filter_map(|source| source.approvals).max() {
        demands.push(if approvals == 0 {
            "a pull request".to_owned()
        } else {
            count(usize::from(approvals), "approval")
        });
    }
    let said: [(bool, &str); 7] = [
        (any(|source| source.dismiss_stale), "fresh approvals"),
        (any(|source| source.last_push_approval), "approval of the last push"),
        (any(|source| source.code_owners), "code owners"),
        (any(|source| !source.file_reviewers.is_empty()), "reviewers of certain files"),
        (any(|source| source.conversations), "resolved conversations"),
        (any(asks_up_to_date), "a branch that is up to date"),
        (any(|source| source.locked), "nothing to be merged"),
    ];
    demands.extend(said.into_iter().filter(|(asked, _)| *asked).map(|(_, words)| words.to_owned()));
    let mut names: Vec<&str> =
        sources.iter().flat_map(|source| &source.checks).map(|check| check.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    demands.extend(names.into_iter().map(quoted));
    demands
}

fn sources<'a>(protection: impl Iterator<Item = &'a Protection>) -> Vec<String> {
    let named = protection.map(|source| match source.source.as_str() {
        "" => "a rule without a name".to_owned(),
        source => source.to_owned(),
    });
    let mut sources: Vec<String> = named.collect();
    sources.sort();
    sources.dedup();
    sources
}

/// New kinds of rules appear over time; one that is not known may ask for anything.
fn unknown_rules(facts: &Facts) -> Option<Finding> {
    let mut kinds: Vec<String> =
        facts.protection.iter().flat_map(|source| &source.unknown).map(|kind| quoted(kind)).collect();
    if kinds.is_empty() {
        return None;
    }
    kinds.sort();
    kinds.dedup();
    let from = list(&sources(facts.protection.iter().filter(|source| !source.unknown.is_empty())));
    let fact = format!("GitHub also asks for what this version does not know: {} ({from})", list(&kinds));
    let help = "GitHub itself decides about these when the pull request is merged";
    Some(Finding::warning("protection-unknown-rule", fact).help(help))
}

fn unreadable(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let partial = sources(facts.protection.iter().filter(|source| source.partial));
    let mut unread: Vec<(String, String)> = Vec::new();
    for section in facts.unread.iter().filter(|unread| unread.section == Section::Protection) {
        let fact = format!("the protection of the base could not be read in full: {}", section.why);
        let by_workflow = section.permissions.iter().all(|permission| permission != ADMINISTRATION);
        let help = if by_workflow { granting(&section.permissions) } else { None };
        unread.push((fact, help.unwrap_or_else(other_token)));
    }
    if !partial.is_empty() {
        let fact = format!("only what every reader sees of {} could be read", list(&partial));
        unread.push((fact, other_token()));
    }
    unread.sort();
    unread.dedup();
    let finding: fn(&str, &str) -> Finding = match policy.protection {
        ProtectionReading::BestEffort => |code, fact| Finding::warning(code, fact),
        ProtectionReading::MustRead => |code, fact| Finding::unknown(code, fact),
    };
    unread.into_iter().map(|(fact, help)| finding("protection-unreadable", &fact).help(help)).collect()
}

fn other_token() -> String {
    format!(
        "it takes {}, which GITHUB_TOKEN cannot be given: pass the token of a GitHub App, or a fine-grained one",
        quoted(ADMINISTRATION)
    )
}
