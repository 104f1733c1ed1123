//! Lists of more than 100 entries arrive in full, and a list without an end does not keep us.

use serde_json::{Value, json};
use shiplane_core::gate::facts::{Mergeable, Section, State};
use shiplane_testkit::github::{FakeGitHub, Fault};

use super::setting::{client, facts, fault, seven, shop};

#[tokio::test]
async fn a_hundred_and_fifty_checks_take_two_requests() {
    let github = shop();
    github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        (0..148).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
    });
    let facts = facts(&github).await;
    assert_eq!((facts.checks.len(), facts.unread.len()), (150, 0));
    assert_eq!(facts.checks[149].name(), "leg 147");
    assert_eq!(github.requests().len(), 2);
    assert_eq!(facts.reviews.len(), 2, "a list that was complete is not read twice");
}

#[tokio::test]
async fn several_long_lists_share_their_requests() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        let commit = shop.commit("d1");
        (0..250).for_each(|number| drop(commit.status(&format!("leg {number}"), "success").clone()));
        let pull = shop.pull(7);
        (0..120).for_each(|line| drop(pull.thread("src/login.rs", line, "why?").clone()));
        (0..110).for_each(|number| drop(pull.approve(&format!("person-{number}")).title.clone()));
    });
    let facts = facts(&github).await;
    assert_eq!((facts.checks.len(), facts.threads.len(), facts.reviews.len()), (252, 120, 112));
    assert_eq!((github.requests().len(), facts.unread), (3, Vec::new()));
}

/// An answer as GitHub would give it, with one list of one's own.
fn answer(list: &str, page: Value) -> Value {
    let empty =
        || json!({ "totalCount": 0, "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": [] });
    let mut pull = json!({
        "number": 7, "title": "Add login", "state": "OPEN", "isDraft": false, "isCrossRepository": false,
        "mergeable": "MERGEABLE", "baseRefName": "develop", "headRefName": "feature/login", "headRefOid": "d1",
        "author": { "__typename": "User", "login": "ada" }, "timelineItems": { "nodes": [] },
        "latestOpinionatedReviews": empty(), "reviewThreads": empty(), "commits": empty(),
        "potentialMergeCommit": null, "baseRef": { "branchProtectionRule": null, "refUpdateRule": null, "rules": empty() },
        "tip": { "nodes": [{ "commit": { "oid": "d1", "checkSuites": { "nodes": [] }, "statusCheckRollup": null } }] },
    });
    if list == "checks" {
        pull["tip"]["nodes"][0]["commit"]["statusCheckRollup"] = json!({ "contexts": page });
    } else {
        pull[list] = page;
    }
    json!({ "data": { "repository": { "nameWithOwner": "example/shop", "pullRequest": pull } } })
}

fn send(github: &FakeGitHub, body: &Value) {
    github.next(Fault::Status { code: 200, headers: Vec::new(), body: body.to_string() });
}

fn thread() -> Value {
    let comments = json!({ "nodes": [{ "author": null }] });
    json!({ "path": "a.rs", "line": 1, "isResolved": true, "isOutdated": false, "comments": comments })
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_end_and_are_said() {
    for next in [json!("same"), json!(null)] {
        let github = shop();
        let info = json!({ "hasNextPage": true, "endCursor": next });
        let page = json!({ "totalCount": 1, "pageInfo": info, "nodes": [thread()] });
        (0..2).for_each(|_| send(&github, &answer("reviewThreads", page.clone())));
        let facts = facts(&github).await;
        let whys: Vec<_> = facts.unread.iter().map(|unread| (unread.section, unread.why.as_str())).collect();
        assert_eq!(whys, [(Section::Threads, "its pages lead in a circle")]);
        assert!(github.requests().len() <= 2);
    }
}

#[tokio::test]
async fn a_head_that_moves_between_two_pages_is_noticed() {
    let github = shop();
    let info = json!({ "hasNextPage": true, "endCursor": "next" });
    send(
        &github,
        &answer("reviewThreads", json!({ "totalCount": 1, "pageInfo": info, "nodes": [thread()] })),
    );
    let last =
        json!({ "totalCount": 1, "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": [] });
    let mut moved = answer("reviewThreads", last);
    let pull = &mut moved["data"]["repository"]["pullRequest"];
    (pull["headRefOid"], pull["tip"]["nodes"][0]["commit"]["oid"]) = (json!("d2"), json!("d1"));
    send(&github, &moved);
    let pull = facts(&github).await.pull_request;
    assert_eq!((pull.head.as_str(), pull.moved_to.as_deref()), ("d1", Some("d2")));
}

#[tokio::test]
async fn pages_without_an_end_are_bounded() {
    let github = shop();
    for number in 0..60 {
        let info = json!({ "hasNextPage": true, "endCursor": number.to_string() });
        send(
            &github,
            &answer("reviewThreads", json!({ "totalCount": 9999, "pageInfo": info, "nodes": [thread()] })),
        );
    }
    let facts = facts(&github).await;
    assert_eq!(github.requests().len(), 50);
    assert!(!facts.complete(Section::Threads));
}

#[tokio::test]
async fn fewer_entries_than_announced_are_not_the_whole_list() {
    let github = shop();
    let info = json!({ "hasNextPage": false, "endCursor": "x" });
    send(
        &github,
        &answer("reviewThreads", json!({ "totalCount": 3, "pageInfo": info, "nodes": [thread()] })),
    );
    let facts = facts(&github).await;
    assert_eq!(facts.unread[0].why, "1 of 3 entries were listed");
}

#[tokio::test]
async fn a_check_of_a_new_kind_is_said_and_not_passed_over() {
    let github = shop();
    let info = json!({ "hasNextPage": false, "endCursor": "x" });
    let nodes = json!([{ "__typename": "QuantumCheck" }]);
    send(&github, &answer("checks", json!({ "totalCount": 1, "pageInfo": info, "nodes": nodes })));
    assert!(!facts(&github).await.complete(Section::Checks));
}

#[tokio::test]
async fn words_that_are_new_are_unknown_and_not_an_error() {
    let github = shop();
    let mut body =
        answer("commits", json!({ "totalCount": 0, "pageInfo": { "hasNextPage": false }, "nodes": [] }));
    let pull = &mut body["data"]["repository"]["pullRequest"];
    (pull["state"], pull["mergeable"]) = (json!("QUARANTINED"), json!("MAYBE"));
    send(&github, &body);
    let pull = facts(&github).await.pull_request;
    assert_eq!((pull.state, pull.mergeable), (State::Unknown, Mergeable::Unknown));
}

#[tokio::test]
async fn an_answer_of_wrong_types_is_no_answer() {
    let github = shop();
    let mut body = answer("commits", json!(null));
    body["data"]["repository"]["pullRequest"]["isDraft"] = json!("no");
    send(&github, &body);
    let (client, _) = client(&github);
    let (fault, words) = fault(&client).await;
    assert_eq!((fault.code, fault.exit.code()), ("github-answer", 1));
    assert!(words.contains(&seven().to_string()), "{words}");
}
