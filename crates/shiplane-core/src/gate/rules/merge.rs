//! It merges, it has what its base has, and it is still what was judged.

use super::words::{count, quoted, short};
use crate::gate::facts::{Facts, Mergeable, Section};
use crate::gate::policy::Policy;
use crate::report::Finding;

pub(super) fn conflict(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let (code, base) = ("conflict", quoted(&facts.pull_request.base));
    if let Some(merged) = merged_by_others(facts) {
        return vec![Finding::ok(code, format!("{merged} into {base}"))];
    }
    vec![match facts.pull_request.mergeable {
        Mergeable::Yes => Finding::ok(code, format!("merges into {base} without conflict")),
        Mergeable::Conflicting => Finding::fail(code, format!("conflicts with {base}"))
            .help(format!("merge {base} into the branch and settle the conflict there")),
        Mergeable::Unknown => {
            Finding::unknown("mergeable-unknown", "GitHub has not computed yet whether it merges")
                .help("run the gate again in a minute")
        }
    }]
}

pub(super) fn head_moved(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let (code, head) = ("head-moved", &facts.pull_request.head);
    let by_others = merged_by_others(facts).is_some();
    vec![match &facts.pull_request.moved_to {
        Some(other) if other != head && !by_others => {
            let fact = format!("the head moved from {} to {} while it was judged", short(head), short(other));
            Finding::unknown(code, fact).help("run the gate again on the new head")
        }
        Some(_) | None => Finding::ok(code, format!("the head is {}", short(head))),
    }]
}

pub(super) fn behind(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let (code, base) = ("behind", quoted(&facts.pull_request.base));
    if !policy.up_to_date {
        return Vec::new();
    }
    if let Some(merged) = merged_by_others(facts) {
        return vec![Finding::ok(code, format!("{merged} into {base}"))];
    }
    match facts.pull_request.behind_by {
        Some(0) => vec![Finding::ok(code, format!("the branch has every commit of {base}"))],
        Some(lacking) => {
            let lacking = count(usize::try_from(lacking).unwrap_or(usize::MAX), "commit");
            let finding = Finding::fail(code, format!("the branch lacks {lacking} of {base}"));
            vec![finding.help(format!("merge {base} into the branch, or press Update branch"))]
        }
        // The rule about what could not be read says why.
        None if !facts.complete(Section::BehindBy) => Vec::new(),
        None => {
            let fact = format!("whether the branch has every commit of {base} is not known");
            vec![Finding::unknown(code, fact).help("run the gate again in a minute")]
        }
    }
}

pub(super) fn locked(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let base = quoted(&facts.pull_request.base);
    if !policy.locked || facts.landed.is_some() {
        return Vec::new();
    }
    let help = "someone who administers the repository can unlock it under Settings, Branches or Rules";
    vec![
        Finding::fail("branch-locked", format!("{base} is locked: nothing can be merged into it")).help(help),
    ]
}

/// Who has merged it already, when that is so: the queue tests a merge of its own, and a commit on the branch is one.
fn merged_by_others(facts: &Facts) -> Option<String> {
    match (&facts.merge_group, &facts.landed) {
        (_, Some(landed)) => Some(format!("merged as {}", short(&landed.commit))),
        (Some(group), None) => Some(format!("the merge queue merged it as {}", short(&group.commit))),
        (None, None) => None,
    }
}
