//! What holds in the end: the policy's demands and GitHub's own, the most restrictive of each.

use super::facts::{Facts, FileReviewers, Protection};
use super::policy::{Conversations, OtherChecks, Policy, RequiredCheck, Stale};
use super::rules::is_own_name;

/// The policy with everything that GitHub asks for folded in (docs, "About rulesets", "About rule layering"). Doing
/// it again changes nothing, and the order of the sources does not matter.
pub fn in_force(policy: &Policy, facts: &Facts) -> Policy {
    let mut policy = policy.clone();
    for protection in &facts.protection {
        fold(&mut policy, protection);
    }
    add_checks(&mut policy, facts);
    add_file_reviewers(&mut policy.file_reviewers, &facts.protection);
    policy
}

/// All demands that are a number or a yes. Reviews that are required but none counted ask for no approval.
fn fold(policy: &mut Policy, protection: &Protection) {
    policy.approvals = policy.approvals.max(protection.approvals.unwrap_or(0));
    policy.last_push_approval |= protection.last_push_approval;
    policy.code_owners |= protection.code_owners;
    policy.locked |= protection.locked;
    policy.up_to_date |= asks_up_to_date(protection);
    if protection.conversations {
        policy.conversations = Conversations::Resolved;
    }
    if protection.dismiss_stale {
        policy.stale = match policy.stale {
            Stale::Keep | Stale::Diff => Stale::Diff,
            Stale::Head => Stale::Head,
        };
    }
}

/// Up to date is asked together with checks: without any, GitHub does not ask it (docs, "Available rules for
/// rulesets": it takes effect only when a check is required).
pub(crate) fn asks_up_to_date(protection: &Protection) -> bool {
    protection.up_to_date && !protection.checks.is_empty()
}

/// A policy that names no checks asks for all that reported, and goes on to ask for them. The same name with and
/// without an app are two demands.
///
/// Where GitHub requires the gate itself, that is GitHub's to enforce: the gate cannot wait for its own answer.
fn add_checks(policy: &mut Policy, facts: &Facts) {
    let asked = facts.protection.iter().flat_map(|source| source.checks.iter().cloned());
    let mut more: Vec<RequiredCheck> = asked.map(of_any_app).collect();
    more.sort();
    more.dedup();
    more.retain(|check| !is_own_name(policy, facts, &check.name));
    if policy.checks.is_empty() && !more.is_empty() {
        policy.other_checks = OtherChecks::MustPass;
    }
    more.retain(|check| !policy.checks.contains(check));
    policy.checks.extend(more);
}

/// In GitHub's answers -1 is any app (docs, "REST API: protected branches").
fn of_any_app(check: RequiredCheck) -> RequiredCheck {
    RequiredCheck { app: check.app.filter(|app| app != "-1" && !app.is_empty()), ..check }
}

fn add_file_reviewers(known: &mut Vec<FileReviewers>, sources: &[Protection]) {
    let mut more: Vec<FileReviewers> =
        sources.iter().flat_map(|source| source.file_reviewers.clone()).collect();
    more.sort();
    more.dedup();
    more.retain(|reviewers| !known.contains(reviewers));
    known.extend(more);
}
