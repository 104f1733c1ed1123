//! Review conversations are resolved; that one is outdated or folded does not resolve it.

use super::words::count;
use crate::gate::facts::{Facts, Section, Thread};
use crate::gate::policy::{Conversations, Policy};
use crate::report::Finding;

const CODE: &str = "threads";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    match policy.conversations {
        Conversations::Ignore => return vec![Finding::ok(CODE, "open conversations do not count here")],
        Conversations::Resolved => {}
    }
    let mut open: Vec<&Thread> = facts.threads.iter().filter(|thread| !thread.resolved).collect();
    open.sort();
    let reasons: Vec<Finding> = open.into_iter().map(reason).collect();
    if !reasons.is_empty() || !facts.complete(Section::Threads) {
        return reasons;
    }
    vec![Finding::ok(CODE, format!("{}, all resolved", count(facts.threads.len(), "conversation")))]
}

fn reason(thread: &Thread) -> Finding {
    let outdated = if thread.outdated { ", outdated" } else { "" };
    Finding::fail(CODE, format!("a conversation that {} began is not resolved{outdated}", thread.author))
        .help("answer it and press Resolve conversation")
        .at(thread.path.clone(), thread.line)
}
