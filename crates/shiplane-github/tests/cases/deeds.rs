//! What the gate does on a pull request is done once, however often and by how many it is asked.

use shiplane_github::{Comment, NewStatus, Refusal, Repository};
use shiplane_testkit::github::{Comment as Written, FakeGitHub, Fault};

use super::setting::{client, seven, shop};

const MARKER: &str = "<!-- gate -->";

fn status() -> NewStatus<'static> {
    NewStatus {
        state: "failure",
        description: "2 reasons",
        url: Some("https://example.org/run"),
        context: "shiplane/gate",
    }
}

fn bodies(github: &FakeGitHub) -> Vec<(u64, String)> {
    let comments = github.edit(|world| world.repo("example", "shop").comments.clone());
    comments.into_iter().map(|it| (it.id, it.body)).collect()
}

fn write(github: &FakeGitHub, id: u64, author: &str, body: &str) {
    github.edit(|world| {
        let created_at = "2026-01-05T11:00:00Z".to_owned();
        let (author, body) = (author.into(), body.to_owned());
        let comment = Written { id, issue: 7, author, body, created_at, edited_at: None };
        world.repo("example", "shop").comments.push(comment);
    });
}

#[tokio::test]
async fn a_status_is_set_on_the_commit() {
    let github = shop();
    let (client, repository) = (client(&github).0, Repository::new("example/shop").unwrap());
    assert_eq!(client.set_status(&repository, "d1", &status()).await.unwrap(), Ok(()));
    let long = "é".repeat(500);
    let cut = NewStatus { description: &long, url: None, ..status() };
    assert_eq!(client.set_status(&repository, "d1", &cut).await.unwrap(), Ok(()));
    let set = github.edit(|world| world.repo("example", "shop").commit("d1").statuses.clone());
    assert_eq!((set[0].context.as_str(), set[0].state.as_str()), ("shiplane/gate", "failure"));
    let sent: serde_json::Value = serde_json::from_str(&github.requests()[0].body).unwrap();
    assert_eq!(sent["target_url"], "https://example.org/run");

    github.next(Fault::status(403, "Resource not accessible by integration"));
    let refused = client.set_status(&repository, "d1", &status()).await.unwrap();
    assert!(matches!(refused, Err(Refusal::Forbidden { .. })), "{refused:?}");
    github.next(Fault::bad_gateway());
    assert!(client.set_status(&repository, "d1", &status()).await.is_err());
    assert_eq!(github.count("/repos/example/shop/statuses"), 4, "what may have been done is not done again");
}

#[tokio::test]
async fn a_comment_is_written_once_and_then_kept_up_to_date() {
    let github = shop();
    write(&github, 10, "grace", &format!("quoting {MARKER}"));
    write(&github, 11, "other[bot]", &format!("{MARKER} of another app"));
    write(&github, 12, "github-actions[bot]", "another comment of ours");
    let client = client(&github).0;
    for (body, expected) in
        [("red", Comment::Created), ("red", Comment::Unchanged), ("green", Comment::Updated)]
    {
        assert_eq!(client.sticky_comment(&seven(), MARKER, body).await.unwrap(), Ok(expected), "{body}");
    }
    let ours: Vec<String> = bodies(&github).split_off(3).into_iter().map(|(_, body)| body).collect();
    assert_eq!(ours, [format!("{MARKER}\ngreen")]);
    assert_eq!(bodies(&github)[0].1, format!("quoting {MARKER}"), "nobody else's words are touched");
}

#[tokio::test]
async fn of_two_comments_the_oldest_stays() {
    let github = shop();
    write(&github, 21, "github-actions[bot]", &format!("{MARKER}\nfrom the later run"));
    write(&github, 20, "github-actions[bot]", &format!("{MARKER}\nfrom the earlier run"));
    let client = client(&github).0;
    let done = client.sticky_comment(&seven(), MARKER, "now").await.unwrap();
    assert_eq!((done, bodies(&github)), (Ok(Comment::Updated), vec![(20, format!("{MARKER}\nnow"))]));
}

#[tokio::test]
async fn two_runs_at_once_leave_one_comment() {
    let github = shop();
    // The other run writes after we have looked, and before we look again: as if the list had come empty.
    write(&github, 30, "github-actions[bot]", &format!("{MARKER}\nof the other run"));
    github.next_on("/repos", Fault::Status { code: 200, headers: Vec::new(), body: "[]".to_owned() });
    let client = client(&github).0;
    assert_eq!(client.sticky_comment(&seven(), MARKER, "mine").await.unwrap(), Ok(Comment::Updated));
    assert_eq!(bodies(&github), [(30, format!("{MARKER}\nmine"))]);
}

#[tokio::test]
async fn a_comment_behind_the_first_page_is_found() {
    let github = shop();
    (0..150).for_each(|id| write(&github, id, "grace", "talk"));
    write(&github, 500, "github-actions[bot]", &format!("{MARKER}\nsame"));
    let client = client(&github).0;
    assert_eq!(client.sticky_comment(&seven(), MARKER, "same").await.unwrap(), Ok(Comment::Unchanged));
}

#[tokio::test]
async fn a_comment_that_may_not_be_written_is_a_refusal() {
    let github = shop();
    let client = client(&github).0;
    for fault in
        [Fault::status(403, "Resource not accessible by integration"), Fault::status(404, "Not Found")]
    {
        github.next_on("/repos", fault);
        assert!(client.sticky_comment(&seven(), MARKER, "x").await.unwrap().is_err());
    }
    github.next_on("/repos", Fault::Status { code: 200, headers: Vec::new(), body: "{}".to_owned() });
    assert!(client.sticky_comment(&seven(), MARKER, "x").await.is_err(), "half a list may hide our own");
    assert_eq!(bodies(&github), []);
}

#[tokio::test]
async fn a_draft_is_marked_ready_once() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let client = client(&github).0;
    assert_eq!(client.ready_for_review(&seven()).await.unwrap(), Ok(true));
    assert!(!github.edit(|world| world.repo("example", "shop").pull(7).draft));
    assert_eq!(client.ready_for_review(&seven()).await.unwrap(), Ok(false));
    assert_eq!(github.requests().len(), 3);
}

#[tokio::test]
async fn a_token_that_may_not_end_a_draft_is_refused() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let body = r#"{"data":{"markPullRequestReadyForReview":null},"errors":[{"type":"FORBIDDEN","path":["markPullRequestReadyForReview"],"message":"Resource not accessible by integration"}]}"#;
    let client = client(&github).0;
    let draft = r#"{"data":{"repository":{"pullRequest":{"id":"PR_x","isDraft":true}}}}"#;
    for body in [draft, body] {
        github.next(Fault::Status { code: 200, headers: Vec::new(), body: body.to_owned() });
    }
    let refused = client.ready_for_review(&seven()).await.unwrap();
    assert!(matches!(refused, Err(Refusal::Forbidden { .. })), "{refused:?}");
}
