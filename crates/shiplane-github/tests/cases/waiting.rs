//! Checks are read again while the gate waits; a merge queue's commit and one on a branch are judged, too.

use serde_json::json;
use shiplane_core::fault::Fault as Refusal;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Mergeable, Section};
use shiplane_github::{Client, Repository};
use shiplane_testkit::github::{FakeGitHub, Fault, TOKEN};

use super::setting::{client, facts, seven, shop};

fn repository() -> Repository {
    Repository::new("example/shop").unwrap()
}

/// The facts at the start, and a client that has asked nothing yet.
async fn begun(github: &FakeGitHub) -> (Client, Facts) {
    let begun = facts(github).await;
    github.forget_requests();
    (client(github).0, begun)
}

fn names(facts: &Facts) -> Vec<&str> {
    facts.checks.iter().map(|check| check.name()).collect()
}

#[tokio::test]
async fn checks_are_read_again_for_one_request_and_everything_else_stays() {
    let github = shop();
    let (client, mut facts) = begun(&github).await;
    let before = facts.clone();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).approve("eve").test_merge = Some("t1".to_owned());
        shop.commit("t1").checks_passed(&["lint"]);
        shop.commit("d1").check("late").in_progress();
    });
    let allowance = client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert_eq!(names(&facts), ["lint", "test", "late"]);
    assert_eq!(facts.test_merge.as_ref().unwrap().checks.len(), 1);
    assert_eq!((facts.reviews.len(), facts.unread.len(), github.requests().len()), (2, 0, 1));
    assert_eq!(facts.head_seen_at, before.head_seen_at);
    let left = github.edit(|world| world.rate.remaining);
    assert_eq!(allowance.map(|it| (it.remaining, it.reset.seconds())), Some((left, 1_767_610_800)));
    assert_eq!(client.allowance(), allowance);
}

#[tokio::test]
async fn the_small_question_costs_one_point() {
    let github = shop();
    for (query, more) in [
        (
            concat!(
                include_str!("../../src/gate/checks.graphql"),
                include_str!("../../src/gate/head.graphql"),
                include_str!("../../src/gate/check.graphql")
            ),
            json!({ "number": 7 }),
        ),
        (
            concat!(
                include_str!("../../src/gate/queue.graphql"),
                include_str!("../../src/gate/check.graphql")
            ),
            json!({ "commit": "d1" }),
        ),
        (include_str!("../../src/gate/landed.graphql"), json!({ "commit": "d1" })),
    ] {
        let query = query.replacen("repository(", "rateLimit { cost } repository(", 1);
        let mut variables = json!({ "owner": "example", "name": "shop" });
        variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let octocrab = octocrab::Octocrab::builder().base_uri(github.url()).unwrap();
        let octocrab = octocrab.personal_token(TOKEN).build().unwrap();
        let body = json!({ "query": query, "variables": variables });
        let answer: serde_json::Value = octocrab.post("/graphql", Some(&body)).await.unwrap();
        assert_eq!(answer.pointer("/data/rateLimit/cost"), Some(&json!(1)), "{answer}");
        assert_eq!(answer.get("errors"), None, "{answer}");
    }
}

#[tokio::test]
async fn more_than_a_hundred_checks_are_read_again_in_full() {
    let github = shop();
    let (client, mut facts) = begun(&github).await;
    github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        (0..148).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
    });
    client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert_eq!((facts.checks.len(), facts.unread.len(), github.requests().len()), (150, 0, 2));
}

#[tokio::test]
async fn a_head_without_traces_gets_its_date_when_something_reports() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").commit("d1").checks.clear());
    let (client, mut facts) = begun(&github).await;
    assert_eq!((facts.head_seen_at, facts.head_pushed_by.clone()), (None, None));
    github.edit(|world| drop(world.repo("example", "shop").commit("d1").checks_passed(&["lint"]).clone()));
    client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert_eq!(facts.head_seen_at, "2026-01-05T10:01:00Z".parse().ok());
    assert_eq!(facts.head_pushed_by.as_deref(), Some("dev"));
}

#[tokio::test]
async fn a_head_that_moves_while_we_wait_is_noticed() {
    let github = shop();
    let (client, mut facts) = begun(&github).await;
    github.edit(|world| drop(world.repo("example", "shop").push("feature/login", "d2").clone()));
    client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert_eq!(facts.pull_request.moved_to.as_deref(), Some("d2"));
    assert!(!facts.complete(Section::Checks), "the new head's checks are not the old one's");
}

#[tokio::test]
async fn what_could_not_be_read_before_is_forgotten_when_it_can_be_read_now() {
    let github = shop();
    github.next(Fault::forbidden("repository.pullRequest.tip.nodes.0.commit.statusCheckRollup"));
    let (client, mut facts) = begun(&github).await;
    assert!(!facts.complete(Section::Checks));
    client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert!(facts.complete(Section::Checks));
    github.next(Fault::forbidden("repository.pullRequest.tip.nodes.0.commit.statusCheckRollup"));
    client.gate_checks(&seven(), &mut facts).await.unwrap();
    assert_eq!((facts.complete(Section::Checks), facts.checks.len()), (false, 0));
    assert_eq!(facts.unread[0].permissions, ["checks: read", "statuses: read"]);
}

#[tokio::test]
async fn a_pull_request_that_goes_away_while_we_wait_is_an_error() {
    let github = shop();
    let (client, mut facts) = begun(&github).await;
    github.edit(|world| drop(world.repo("example", "shop").pulls.remove(&7)));
    let error = client.gate_checks(&seven(), &mut facts).await.unwrap_err();
    assert_eq!(error.downcast_ref::<Refusal>().unwrap().code, "not-found");
}

#[tokio::test]
async fn a_merge_queues_commit_is_judged_by_its_own_checks() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).test_merge = Some("t1".to_owned());
        let commit = shop.commit("q1");
        (0..120).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
    });
    let (client, mut facts) = begun(&github).await;
    let head_seen_at = facts.head_seen_at;
    client.queue_checks(&repository(), "q1", &mut facts).await.unwrap();
    assert_eq!((facts.judged_commit(), facts.checks.len(), facts.test_merge.clone()), ("q1", 120, None));
    assert_eq!((facts.unread.len(), github.requests().len()), (0, 2));
    assert_eq!((facts.pull_request.mergeable, facts.head_seen_at), (Mergeable::Yes, head_seen_at));

    github.next(Fault::forbidden("repository.object.statusCheckRollup"));
    client.queue_checks(&repository(), "q1", &mut facts).await.unwrap();
    assert_eq!((facts.complete(Section::Checks), facts.checks.len()), (false, 0));

    let error = client.queue_checks(&repository(), "n0ne", &mut facts).await.unwrap_err();
    assert_eq!(error.downcast_ref::<Refusal>().unwrap().code, "not-found");
}

#[tokio::test]
async fn the_pull_request_that_brought_a_commit_is_found() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(8).from("hotfix/a", "h1").into_branch("main", "m0").merged_as("m1");
        shop.pull(9).from("feature/b", "f1").into_branch("develop", "m0").merged_as("m1");
        shop.pull(10).from("feature/c", "m1").into_branch("main", "m0");
        shop.pull(11).from("feature/d", "f4").into_branch("main", "m0").merged_as("m4").commits =
            vec!["f3".to_owned(), "f4".to_owned()];
        shop.commit("lonely");
    });
    let client = client(&github).0;
    for (branch, commit, expected) in [
        ("main", "m1", Some(8)),
        ("develop", "m1", Some(9)),
        ("other", "m1", None),
        ("main", "m4", Some(11)),
        ("main", "f4", Some(11)),
        ("main", "f3", None),
        ("main", "lonely", None),
    ] {
        let found = client.landed(&repository(), branch, commit).await.unwrap();
        assert_eq!(found, expected, "{commit} on {branch}");
    }
    assert_eq!(github.requests().len(), 7);
}

#[tokio::test]
async fn a_commit_that_cannot_be_asked_about_is_an_error_and_not_a_direct_push() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(8).from("hotfix/a", "h1").into_branch("main", "m0").merged_as("m1");
    });
    let client = client(&github).0;
    for (path, code) in [
        ("repository.object", "permission-missing"),
        ("repository.object.associatedPullRequests", "permission-missing"),
        ("repository.object.associatedPullRequests.nodes.0", "permission-missing"),
    ] {
        github.next(Fault::forbidden(path));
        let error = client.landed(&repository(), "main", "m1").await.unwrap_err();
        assert_eq!(error.downcast_ref::<Refusal>().unwrap().code, code, "{path}");
    }
    let error = client.landed(&repository(), "main", "n0ne").await.unwrap_err();
    assert_eq!(error.downcast_ref::<Refusal>().unwrap().code, "not-found");
}
