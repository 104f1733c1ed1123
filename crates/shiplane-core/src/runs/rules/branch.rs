//! The branch is there, and still at the commit that is being promoted.

use crate::report::Finding;
use crate::runs::facts::Facts;
use crate::runs::policy::Policy;
use crate::runs::words::{quoted, short};

pub(super) fn rule(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let branch = quoted(&facts.branch);
    let Some(head) = &facts.head else {
        let fact = format!("there is no branch {branch}");
        return vec![Finding::fail("branch-missing", fact).help("see how the branch is written")];
    };
    let judged = facts.judged_commit();
    if judged == head {
        return Vec::new();
    }
    let (judged, head) = (short(judged), short(head));
    vec![if facts.pinned {
        Finding::warning("head-moved", format!("{judged} is judged, but {branch} is at {head}"))
    } else {
        Finding::fail("head-moved", format!("{branch} has moved on from {judged} to {head}"))
            .help(format!("judge the newer commit; to judge {judged} all the same, name it with --commit"))
    }]
}
