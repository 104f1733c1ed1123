//! Someone else than the last pusher has approved what was pushed.

use super::approvals::{approvals, reasons, uncertain_help};
use super::words::{list, same_login, short};
use crate::gate::facts::{Facts, Section};
use crate::gate::policy::{Policy, Stale};
use crate::report::Finding;

const CODE: &str = "last-push-approval";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    if !policy.last_push_approval || !facts.complete(Section::Reviews) {
        return Vec::new();
    }
    let mut found = approvals(&of_the_push(policy), facts);
    let head = short(&facts.pull_request.head);
    let Some(pusher) = &facts.head_pushed_by else {
        if found.counted.is_empty() && found.uncertain.is_empty() {
            let fact = format!("nobody has approved {head}, whoever pushed it");
            let help = format!("ask somebody who did not push it to approve {head}");
            return vec![Finding::fail(CODE, fact).help(help)];
        }
        let fact = format!("who pushed {head} is not known, so nor is whether somebody else approved it");
        let help = format!("run the gate again when a workflow has run on {head}");
        return vec![Finding::unknown(CODE, fact).help(help)];
    };
    found.counted.retain(|login| !same_login(login, pusher));
    found.uncertain.retain(|(login, _)| !same_login(login, pusher));
    found.refused.retain(|(login, _)| !same_login(login, pusher));
    let pushed = format!("{head} was pushed by {pusher}");
    if !found.counted.is_empty() {
        return vec![Finding::ok(CODE, format!("{pushed} and approved by {}", list(&found.counted)))];
    }
    if !found.uncertain.is_empty() {
        let fact = format!("{pushed}; not certain: {}", reasons(&found.uncertain));
        return vec![Finding::unknown(CODE, fact).help(uncertain_help(policy, facts))];
    }
    let nobody = format!("{pushed}, and nobody else has approved it");
    let fact = match found.refused.as_slice() {
        [] => nobody,
        refused => format!("{nobody}; not counted: {}", reasons(refused)),
    };
    vec![Finding::fail(CODE, fact).help(format!("ask somebody else than {pusher} to approve {head}"))]
}

/// What an approval of the push is. Where approvals stay, an older one still is none of what came after it: the
/// reviewer may approve again (docs, "Available rules for rulesets").
fn of_the_push(policy: &Policy) -> Policy {
    let stale = match policy.stale {
        Stale::Head | Stale::Keep => Stale::Head,
        Stale::Diff => Stale::Diff,
    };
    Policy { stale, ..policy.clone() }
}
