//! The talk about an approval is read in full, or it is said what is missing.

use serde_json::{Value, json};
use shiplane_core::approval::Facts;
use shiplane_core::fault::Fault as CoreFault;
use shiplane_github::Repository;
use shiplane_testkit::github::{FakeGitHub, Fault};

use super::setting::{client, shop};

fn repository() -> Repository {
    Repository::new("example/shop").unwrap()
}

async fn place(github: &FakeGitHub, number: u64) -> Facts {
    client(github).0.approval_place(&repository(), number).await.unwrap()
}

/// An answer as no honest server gives it.
fn answer(comments: &Value) -> Fault {
    let place = json!({ "__typename": "Issue", "number": 3, "url": "u", "comments": comments });
    let data = json!({ "repository": { "nameWithOwner": "example/shop", "issueOrPullRequest": place } });
    Fault::Status { code: 200, headers: Vec::new(), body: json!({ "data": data }).to_string() }
}

fn comment(id: u64) -> Value {
    json!({
        "url": format!("https://github.com/example/shop/issues/3#issuecomment-{id}"), "body": "x",
        "createdAt": "2026-01-05T12:00:00Z", "lastEditedAt": null, "includesCreatedEdit": false,
        "author": { "__typename": "User", "login": "grace" },
    })
}

fn why(facts: &Facts) -> Vec<(&str, &str)> {
    facts.unread.iter().map(|unread| (unread.what.as_str(), unread.why.as_str())).collect()
}

#[tokio::test]
async fn a_pull_request_comes_with_its_reviews_and_an_issue_without() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.issue(3);
        shop.comment(3, ("github-actions[bot]", "asked"), 1_767_614_400);
        shop.comment(7, ("grace", "hm"), 1_767_614_400).edit("/approve", 1_767_614_401);
    });
    let pull = place(&github, 7).await;
    assert_eq!((pull.reviews.len(), pull.comments.len(), pull.unread.len()), (2, 1, 0));
    assert!(pull.comments[0].edited, "{pull:?}");
    let seven = pull.place.unwrap().pull_request.unwrap();
    assert_eq!((seven.author.as_str(), seven.head.as_str(), seven.open), ("ada", "d1", true));
    let issue = place(&github, 3).await;
    assert_eq!(issue.place.unwrap().pull_request, None);
    assert_eq!((issue.comments[0].author.as_str(), issue.comments[0].edited), ("github-actions[bot]", false));
    assert_eq!(issue.seen_at.unwrap().to_string(), "2026-01-05T12:00:00Z");
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_are_left() {
    let github = shop();
    let page = json!({ "pageInfo": { "hasNextPage": true, "endCursor": "same" }, "nodes": [comment(1)] });
    for _ in 0..2 {
        github.next(answer(&page));
    }
    let facts = place(&github, 3).await;
    assert_eq!(why(&facts), [("comments", "its pages lead in a circle")]);
    assert_eq!(github.requests().len(), 2);
}

#[tokio::test]
async fn a_comment_of_which_something_is_missing_leaves_the_talk_unread() {
    let mut edit_unknown = comment(1);
    edit_unknown["includesCreatedEdit"] = Value::Null;
    let mut undated = comment(1);
    undated["createdAt"] = "yesterday".into();
    let mut unnumbered = comment(1);
    unnumbered["url"] = "https://github.com/".into();
    for broken in [edit_unknown, undated, unnumbered, Value::Null] {
        let github = shop();
        let page =
            json!({ "pageInfo": { "hasNextPage": false, "endCursor": "a" }, "nodes": [comment(2), broken] });
        github.next(answer(&page));
        let facts = place(&github, 3).await;
        assert_eq!(why(&facts), [("comments", "one of them is not in the answer")]);
        assert_eq!(facts.comments.len(), 1);
    }
    for (page, said) in [
        (Value::Null, "they are not in the answer"),
        (json!({ "nodes": [] }), "they are not in the answer"),
        (json!({ "pageInfo": { "hasNextPage": true }, "nodes": [] }), "its pages lead nowhere"),
    ] {
        let github = shop();
        github.next(answer(&page));
        assert_eq!(why(&place(&github, 3).await), [("comments", said)]);
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_as_documented_is_a_fault() {
    let github = shop();
    let code = async || {
        let error = client(&github).0.approval_place(&repository(), 99).await.unwrap_err();
        error.downcast_ref::<CoreFault>().unwrap().code
    };
    assert_eq!(code().await, "not-found");
    let body = json!({ "data": { "repository": { "issueOrPullRequest": { "__typename": 3 } } } }).to_string();
    github.next(Fault::Status { code: 200, headers: Vec::new(), body });
    assert_eq!(code().await, "github-answer");
    github.next(Fault::status(403, "Resource not accessible by integration"));
    assert_eq!(code().await, "permission-missing");
}
