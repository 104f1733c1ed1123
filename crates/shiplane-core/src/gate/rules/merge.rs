//! It merges, and it is still what was judged.

use super::words::{quoted, short};
use crate::gate::facts::{Facts, Mergeable};
use crate::gate::policy::Policy;
use crate::report::Finding;

pub(super) fn conflict(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let base = quoted(&facts.pull_request.base);
    vec![match facts.pull_request.mergeable {
        Mergeable::Yes => Finding::ok("conflict", format!("merges into {base} without conflict")),
        Mergeable::Conflicting => Finding::fail("conflict", format!("conflicts with {base}"))
            .help(format!("merge {base} into the branch and settle the conflict there")),
        Mergeable::Unknown => {
            Finding::unknown("mergeable-unknown", "GitHub has not computed yet whether it merges")
                .help("run the gate again in a minute")
        }
    }]
}

pub(super) fn head_moved(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let (code, head) = ("head-moved", &facts.pull_request.head);
    vec![match &facts.pull_request.moved_to {
        Some(other) if other != head => {
            let fact = format!("the head moved from {} to {} while it was judged", short(head), short(other));
            Finding::unknown(code, fact).help("run the gate again on the new head")
        }
        Some(_) | None => Finding::ok(code, format!("the head is {}", short(head))),
    }]
}
