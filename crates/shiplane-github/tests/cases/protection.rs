//! What GitHub itself asks for arrives, or it is said that it could not be read.

use serde_json::{Value, json};
use shiplane_core::gate::facts::{Protection, Section, Unread};
use shiplane_core::gate::policy::RequiredCheck;
use shiplane_testkit::github::{Branch, FakeGitHub, Fault, Protection as Classic, RuleKind};

use super::setting::{client, facts, seven, shop};

const HOSTILE: &str = "main\n::error::`<b>`\u{202e}##[x]";

fn protected(change: impl FnOnce(&mut Branch)) -> FakeGitHub {
    let github = shop();
    github.edit(|world| change(world.repo("example", "shop").branch("develop", "m1")));
    github
}

fn classic() -> Classic {
    Classic {
        dismiss_stale: true,
        last_push_approval: true,
        code_owners: true,
        conversations: true,
        strict: true,
        locked: true,
        ..Classic::default().approvals(2).check("lint")
    }
}

#[tokio::test]
async fn a_classic_rule_arrives_with_each_of_its_demands() {
    let github = protected(|branch| drop(branch.protect(classic()).clone()));
    let facts = facts(&github).await;
    let expected = Protection {
        source: "branch protection rule".to_owned(),
        approvals: Some(2),
        dismiss_stale: true,
        last_push_approval: true,
        code_owners: true,
        conversations: true,
        up_to_date: true,
        locked: true,
        checks: vec![RequiredCheck::named("lint")],
        ..Protection::default()
    };
    assert_eq!((facts.protection, facts.unread), (vec![expected], Vec::new()));
    assert_eq!(github.requests().len(), 1);
}

#[tokio::test]
async fn a_classic_rule_without_reviews_and_checks_asks_for_neither() {
    let github = protected(|branch| {
        drop(
            branch.protect(Classic { strict: true, last_push_approval: true, ..Classic::default() }).clone(),
        );
    });
    let rule = &facts(&github).await.protection[0];
    assert_eq!((rule.approvals, rule.up_to_date, rule.last_push_approval), (None, false, false));
}

#[tokio::test]
async fn what_every_reader_sees_of_a_classic_rule_is_a_part_of_it() {
    let github = protected(|branch| drop(branch.protect(classic()).clone()));
    github.next(Fault::forbidden("repository.pullRequest.baseRef.branchProtectionRule"));
    let facts = facts(&github).await;
    let expected = Protection {
        source: "branch protection rule".to_owned(),
        approvals: Some(2),
        code_owners: true,
        conversations: true,
        checks: vec![RequiredCheck::named("lint")],
        partial: true,
        ..Protection::default()
    };
    assert_eq!(facts.protection, [expected]);
    let unread = &facts.unread[0];
    assert_eq!(
        (unread.section, unread.permissions.join("")),
        (Section::Protection, "administration: read".into())
    );
}

#[tokio::test]
async fn a_classic_rule_that_may_be_hidden_is_not_taken_for_none() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").admin = false);
    let mut unprotected = facts(&github).await;
    assert_eq!(unprotected.unread, [], "what every reader sees of a rule would show");
    let client = client(&github).0;
    client.gate_protection(&seven(), &mut unprotected).await.unwrap();
    assert_eq!(unprotected.unread, [], "every reader may know that there is none");

    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("develop", "m1").protect(classic());
    });
    let protected = facts(&github).await;
    assert!(protected.protection[0].partial && protected.unread.is_empty());
    client.gate_protection(&seven(), &mut unprotected).await.unwrap();
    let why = "the branch protection rule is shown to administrators only";
    let unread = Unread {
        section: Section::Protection,
        why: why.to_owned(),
        permissions: vec!["administration: read".to_owned()],
    };
    assert_eq!(unprotected.unread, [unread], "there is one, and it does not show");
}

#[tokio::test]
async fn the_rules_of_one_ruleset_are_one_entry() {
    let github = protected(|branch| {
        let pinned =
            |context: &str, app| shiplane_testkit::github::RequiredCheck { context: context.to_owned(), app };
        let checks = vec![pinned("lint", Some(15368)), pinned("scan", None)];
        branch.rule(HOSTILE, RuleKind::RequiredChecks { strict: true, checks });
        branch.rule(HOSTILE, RuleKind::approvals(1));
        let strict = RuleKind::PullRequest {
            approvals: 3,
            dismiss_stale: true,
            code_owners: true,
            last_push_approval: true,
            conversations: true,
        };
        branch.rule(HOSTILE, strict);
        for kind in ["non_fast_forward", "lock_branch", "code_scanning", "quantum_review"] {
            branch.rule(HOSTILE, RuleKind::Other(kind.to_owned()));
        }
        branch.rule("other", RuleKind::RequiredChecks { strict: true, checks: Vec::new() });
    });
    let protection = facts(&github).await.protection;
    let ours = protection.iter().find(|it| it.source == format!("ruleset {HOSTILE}")).unwrap();
    let expected = Protection {
        source: ours.source.clone(),
        approvals: Some(3),
        dismiss_stale: true,
        last_push_approval: true,
        code_owners: true,
        conversations: true,
        up_to_date: true,
        locked: true,
        checks: vec![
            RequiredCheck { name: "lint".to_owned(), app: Some("15368".to_owned()) },
            RequiredCheck::named("scan"),
        ],
        unknown: vec!["code_scanning".to_owned(), "quantum_review".to_owned()],
        ..Protection::default()
    };
    assert_eq!(*ours, expected);
    let other = protection.iter().find(|it| it.source == "ruleset other").unwrap();
    assert!(!other.up_to_date, "up to date with nothing to check binds nobody");
}

#[tokio::test]
async fn more_than_a_hundred_rules_arrive_in_full() {
    let github = protected(|branch| {
        for number in 0..130 {
            branch.rule(&format!("set {number}"), RuleKind::approvals(number % 7));
        }
    });
    let facts = facts(&github).await;
    assert_eq!((facts.protection.len(), facts.unread.len(), github.requests().len()), (130, 0, 2));
}

#[tokio::test]
async fn an_old_server_is_asked_without_the_parts_that_it_does_not_know() {
    for lacking in ["Ref.rules", "Ref.compare", "BranchProtectionRule.lockBranch"] {
        let github = shop();
        github.edit(|world| {
            world.lacking.push(lacking.to_owned());
            let commit = world.repo("example", "shop").commit("d1");
            (0..148).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
        });
        let facts = facts(&github).await;
        assert_eq!((facts.reviews.len(), facts.checks.len()), (2, 150));
        let [unread] = facts.unread.as_slice() else { panic!("{:?}", facts.unread) };
        assert_eq!(unread.section, Section::Protection);
        assert!(unread.why.contains("doesn't exist"), "{}", unread.why);
        assert_eq!(github.requests().len(), 3, "the whole question is asked once only");
    }
}

/// An answer with a base branch of one's own.
async fn with_base(base: Value) -> (Vec<Protection>, Vec<(Section, String)>) {
    let github = shop();
    let empty =
        || json!({ "totalCount": 0, "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": [] });
    let pull = json!({
        "number": 7, "title": "Add login", "state": "OPEN", "isDraft": false, "isCrossRepository": false,
        "mergeable": "MERGEABLE", "baseRefName": "develop", "headRefName": "feature/login", "headRefOid": "d1",
        "timelineItems": { "nodes": [] }, "latestOpinionatedReviews": empty(), "reviewThreads": empty(),
        "commits": empty(), "baseRef": base,
        "tip": { "nodes": [{ "commit": { "oid": "d1", "statusCheckRollup": null } }] },
    });
    let body = json!({ "data": { "repository": { "nameWithOwner": "example/shop", "pullRequest": pull } } });
    github.next(Fault::Status { code: 200, headers: Vec::new(), body: body.to_string() });
    let facts = facts(&github).await;
    (facts.protection, facts.unread.into_iter().map(|unread| (unread.section, unread.why)).collect())
}

#[tokio::test]
async fn protection_that_is_not_there_is_not_taken_for_none() {
    let page = |node: Value| json!({ "rules": { "totalCount": 1, "pageInfo": { "hasNextPage": false }, "nodes": [node] } });
    for (base, why) in [
        (json!(null), "the base branch is not in the answer"),
        (json!({}), "it is not in the answer"),
        (page(json!(null)), "an entry is missing, or of a kind that this version does not know"),
        (page(json!({ "type": "PULL_REQUEST" })), "a rule is without its parameters"),
        (page(json!({ "type": "PULL_REQUEST", "parameters": {} })), "a rule is without its parameters"),
        (
            page(json!({ "type": "REQUIRED_STATUS_CHECKS", "parameters": {} })),
            "a rule is without its parameters",
        ),
    ] {
        assert_eq!(with_base(base.clone()).await.1, [(Section::Protection, why.to_owned())], "{base}");
    }
}

#[tokio::test]
async fn a_ruleset_on_trial_binds_nobody_and_one_without_a_name_does() {
    let rule = |ruleset: Value| {
        let parameters = json!({ "requiredApprovingReviewCount": 400 });
        json!({ "type": "PULL_REQUEST", "repositoryRuleset": ruleset, "parameters": parameters })
    };
    let nodes = [
        rule(json!({ "databaseId": 1, "name": "trial", "enforcement": "EVALUATE" })),
        rule(json!({ "databaseId": 2, "name": "off", "enforcement": "DISABLED" })),
        rule(json!(null)),
        rule(json!({ "databaseId": 3, "name": "main", "enforcement": "STRICTER" })),
        rule(json!({ "databaseId": 4, "name": "main", "enforcement": "ACTIVE" })),
    ];
    let rules = json!({ "totalCount": 5, "pageInfo": { "hasNextPage": false }, "nodes": nodes });
    let (protection, unread) = with_base(json!({ "rules": rules })).await;
    let seen: Vec<_> = protection.iter().map(|it| (it.source.as_str(), it.approvals)).collect();
    assert_eq!(seen, [("a ruleset", Some(255)), ("ruleset main", Some(255)), ("ruleset main", Some(255))]);
    assert_eq!(unread, []);
}

#[tokio::test]
async fn a_refused_classic_rule_is_nothing_unread_where_readers_see_none() {
    let github = protected(|_| {});
    github.next(Fault::forbidden("repository.pullRequest.baseRef.branchProtectionRule"));
    let seen = facts(&github).await;
    assert_eq!((seen.protection, seen.unread), (vec![], vec![]));
    // Where the readers' part is refused, too, nothing tells that there is none.
    github.next(Fault::forbidden("repository.pullRequest.baseRef.refUpdateRule"));
    assert_eq!(facts(&github).await.unread.len(), 1);
}
