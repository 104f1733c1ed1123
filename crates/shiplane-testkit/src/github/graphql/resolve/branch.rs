//! A branch, its protection and rules, and how far others are from it.

use serde_json::{Value, json};

use super::super::data::{Data, leaf, list, object};
use super::commit;
use crate::github::actor::{id_of, node_id};
use crate::github::protection::{Protection, RequiredCheck, Rule, RuleKind};
use crate::github::world::{Branch, Repo};

/// The branch of that name, or null.
pub(super) fn by_name<'w>(repo: &'w Repo, name: &str) -> Data<'w> {
    let name = name.trim_start_matches("refs/heads/");
    repo.branches.get(name).map(|found| branch(repo, found)).into()
}

/// A branch of another repository, of which only the head is known.
pub(super) fn at<'w>(repo: &'w Repo, name: &'w str, sha: &'w str) -> Data<'w> {
    object("Ref", move |field, _| match field {
        "branchProtectionRule" | "refUpdateRule" | "compare" => leaf(None::<String>),
        "rules" => list([]),
        "id" => leaf(node_id("REF", &["fork", name])),
        "name" => leaf(name),
        "prefix" => leaf("refs/heads/"),
        "target" => Some(commit::by_sha(repo, sha)),
        _ => None,
    })
}

/// Every check that something requires on a branch.
pub(super) fn required_checks(branch: &Branch) -> impl Iterator<Item = &RequiredCheck> {
    let classic = branch.protection.iter().flat_map(|rule| &rule.checks);
    let by_rules = branch.rules.iter().flat_map(|rule| match &rule.kind {
        RuleKind::RequiredChecks { checks, .. } => checks.as_slice(),
        RuleKind::PullRequest { .. } | RuleKind::Other(_) => &[],
    });
    classic.chain(by_rules)
}

fn branch<'w>(repo: &'w Repo, branch: &'w Branch) -> Data<'w> {
    object("Ref", move |field, args| match field {
        "branchProtectionRule" => {
            let shown = branch.protection.as_ref().filter(|_| repo.admin);
            Some(shown.map(|rule| protection(branch, rule)).into())
        }
        "compare" => Some(comparison(repo, branch, args.text("headRef")?)),
        "id" => leaf(node_id("REF", &[&repo.owner, &repo.name, &branch.name])),
        "name" => leaf(branch.name.clone()),
        "prefix" => leaf("refs/heads/"),
        "refUpdateRule" => Some(branch.protection.as_ref().map(|rule| update_rule(branch, rule)).into()),
        "rules" => list(branch.rules.iter().map(|found| rule(&branch.name, found))),
        "target" => Some(commit::by_sha(repo, &branch.sha)),
        _ => None,
    })
}

fn comparison<'w>(repo: &Repo, base: &Branch, head: &str) -> Data<'w> {
    if repo.resolve(head).is_none() {
        return Data::Leaf(Value::Null);
    }
    let distance = repo.distance(&base.name, head);
    let status = match (distance.ahead, distance.behind) {
        (0, 0) => "IDENTICAL",
        (0, _) => "BEHIND",
        (_, 0) => "AHEAD",
        (_, _) => "DIVERGED",
    };
    json!({
        "__typename": "Comparison",
        "aheadBy": distance.ahead,
        "behindBy": distance.behind,
        "id": node_id("COM", &[&base.name, head]),
        "status": status,
    })
    .into()
}

fn protection<'w>(branch: &Branch, rule: &Protection) -> Data<'w> {
    let checks: Vec<Value> = rule.checks.iter().map(required_check).collect();
    let contexts: Vec<&str> = rule.checks.iter().map(|check| check.context.as_str()).collect();
    json!({
        "__typename": "BranchProtectionRule",
        "allowsDeletions": false,
        "allowsForcePushes": false,
        "dismissesStaleReviews": rule.dismiss_stale,
        "id": node_id("BPR", &[&branch.name]),
        "isAdminEnforced": rule.admins,
        "lockBranch": rule.locked,
        "pattern": branch.name,
        "requireLastPushApproval": rule.last_push_approval,
        "requiredApprovingReviewCount": rule.approvals,
        "requiredStatusCheckContexts": contexts,
        "requiredStatusChecks": checks,
        "requiresApprovingReviews": rule.approvals.is_some(),
        "requiresCodeOwnerReviews": rule.code_owners,
        "requiresCommitSignatures": false,
        "requiresConversationResolution": rule.conversations,
        "requiresLinearHistory": rule.linear,
        "requiresStatusChecks": !rule.checks.is_empty(),
        "requiresStrictStatusChecks": rule.strict,
    })
    .into()
}

fn required_check(check: &RequiredCheck) -> Value {
    let app = check.app.map(|id| {
        let number = id.to_string();
        json!({ "__typename": "App", "databaseId": id, "id": node_id("A", &[&number]), "name": number, "slug": number })
    });
    json!({ "__typename": "RequiredStatusCheckDescription", "app": app, "context": check.context })
}

/// What anyone who can read sees of the classic rule.
fn update_rule<'w>(branch: &Branch, rule: &Protection) -> Data<'w> {
    let contexts: Vec<&str> = rule.checks.iter().map(|check| check.context.as_str()).collect();
    json!({
        "__typename": "RefUpdateRule",
        "allowsDeletions": false,
        "allowsForcePushes": false,
        "pattern": branch.name,
        "requiredApprovingReviewCount": rule.approvals,
        "requiredStatusCheckContexts": contexts,
        "requiresCodeOwnerReviews": rule.code_owners,
        "requiresConversationResolution": rule.conversations,
        "requiresLinearHistory": rule.linear,
        "requiresSignatures": false,
        "viewerAllowedToDismissReviews": false,
        "viewerCanPush": !rule.locked,
    })
    .into()
}

fn rule<'w>(branch: &str, rule: &Rule) -> Data<'w> {
    json!({
        "__typename": "RepositoryRule",
        "id": node_id("RR", &[branch, &rule.ruleset, rule.kind.name()]),
        "parameters": parameters(&rule.kind),
        "repositoryRuleset": {
            "__typename": "RepositoryRuleset",
            "databaseId": id_of(&["ruleset", &rule.ruleset]),
            "enforcement": "ACTIVE",
            "id": node_id("RRS", &[&rule.ruleset]),
            "name": rule.ruleset,
            "target": "BRANCH",
        },
        "type": rule.kind.name().to_uppercase(),
    })
    .into()
}

fn parameters(kind: &RuleKind) -> Value {
    match kind {
        RuleKind::RequiredChecks { strict, checks } => {
            let configuration = |check: &RequiredCheck| {
                let (context, app) = (&check.context, check.app);
                json!({ "__typename": "StatusCheckConfiguration", "context": context, "integrationId": app })
            };
            let checks: Vec<Value> = checks.iter().map(configuration).collect();
            json!({
                "__typename": "RequiredStatusChecksParameters",
                "doNotEnforceOnCreate": false,
                "requiredStatusChecks": checks,
                "strictRequiredStatusChecksPolicy": strict,
            })
        }
        RuleKind::PullRequest {
            approvals,
            dismiss_stale,
            code_owners,
            last_push_approval,
            conversations,
        } => json!({
            "__typename": "PullRequestParameters",
            "allowedMergeMethods": ["merge", "squash", "rebase"],
            "dismissStaleReviewsOnPush": dismiss_stale,
            "requireCodeOwnerReview": code_owners,
            "requireLastPushApproval": last_push_approval,
            "requiredApprovingReviewCount": approvals,
            "requiredReviewThreadResolution": conversations,
        }),
        RuleKind::Other(_) => Value::Null,
    }
}
