//! History that can be rewritten and branches that can be deleted.

use super::seen;
use crate::audit::facts::Facts;
use crate::audit::sources::Sources;
use crate::audit::wanted::{Wanted, WantedBranch};
use crate::audit::words::quoted;
use crate::report::Finding;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    let known = seen(wanted, facts).map(|(branch, seen)| (branch, Sources::of(seen)));
    known
        .filter(|(_, sources)| sources.unread.is_empty() && !sources.read.is_empty())
        .flat_map(|(branch, sources)| of(branch, &sources))
        .collect()
}

fn of(wanted: &WantedBranch, sources: &Sources<'_>) -> Vec<Finding> {
    let branch = quoted(&wanted.name);
    let help = "run `branch-gate audit --fix`, or add the rule to its ruleset";
    let mut findings = Vec::new();
    // A force push is a push: where changes must come by a pull request it is refused, too.
    if !sources.read.iter().any(|source| source.no_force_push || source.pull_request) {
        findings.push(
            Finding::fail(
                "protection-bypass",
                format!("the history of {branch} can be rewritten by a force push"),
            )
            .help(help),
        );
    }
    if !sources.read.iter().any(|source| source.no_deletion) {
        findings.push(Finding::warning("protection-bypass", format!("{branch} can be deleted")).help(help));
    }
    findings
}
