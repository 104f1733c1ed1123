//! Who committed cannot be kept from approving when it is not known who committed.

use super::words::{count, list, short};
use crate::gate::facts::Facts;
use crate::gate::policy::{Exclude, Policy};
use crate::report::Finding;

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    if !policy.asks_people() || !policy.exclude.contains(&Exclude::Contributor) {
        return Vec::new();
    }
    let code = "commit-without-user";
    let mut unknown: Vec<String> = facts
        .commits
        .iter()
        .filter(|commit| commit.author.is_none() || commit.committer.is_none())
        .map(|commit| short(&commit.commit))
        .collect();
    if unknown.is_empty() {
        return vec![Finding::ok(
            code,
            format!("{} by known accounts", count(facts.commits.len(), "commit")),
        )];
    }
    unknown.sort();
    let fact = format!("{} of unknown account: {}", count(unknown.len(), "commit"), list(&unknown));
    let help = "add the commits' e-mail address to the GitHub account that it belongs to";
    vec![Finding::unknown(code, fact).help(help)]
}
