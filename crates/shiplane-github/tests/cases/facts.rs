//! What GitHub says of a pull request arrives as facts, in one request.

use serde_json::{Value, json};
use shiplane_core::gate::facts::{Check, CheckRun, CommitStatus, Mergeable, ReviewState, State};
use shiplane_testkit::github::{Compare, Mergeable as Merging, Person, PullState, TOKEN};

use super::setting::{client, client_that, facts, seven, shop};

#[tokio::test]
async fn a_plain_pull_request_takes_one_request() {
    let github = shop();
    let facts = facts(&github).await;
    assert_eq!(github.requests().len(), 1);
    assert_eq!(facts.unread, []);
    assert_eq!(facts.repository, "example/shop");
    let pull = &facts.pull_request;
    assert_eq!((pull.number, pull.title.as_str(), pull.author.as_str()), (7, "Add login", "ada"));
    assert_eq!(
        (pull.source.as_str(), pull.head.as_str(), pull.base.as_str()),
        ("feature/login", "d1", "develop")
    );
    assert_eq!(
        (pull.state, pull.mergeable, pull.draft, pull.fork),
        (State::Open, Mergeable::Yes, false, false)
    );
    assert_eq!(pull.moved_to, None);
    assert_eq!((facts.reviews.len(), facts.checks.len(), facts.commits.len()), (2, 2, 1));
}

#[tokio::test]
async fn the_question_costs_one_point() {
    let github = shop();
    let query = concat!(
        include_str!("../../src/gate/gate.graphql"),
        include_str!("../../src/gate/head.graphql"),
        include_str!("../../src/gate/check.graphql"),
    );
    let query = query.replacen("repository(", "rateLimit { cost } repository(", 1);
    let octocrab =
        octocrab::Octocrab::builder().base_uri(github.url()).unwrap().personal_token(TOKEN).build().unwrap();
    let variables = json!({ "owner": "example", "name": "shop", "number": 7, "head": "d1", "compare": true });
    let answer: Value =
        octocrab.post("/graphql", Some(&json!({ "query": query, "variables": variables }))).await.unwrap();
    assert_eq!(answer.pointer("/data/rateLimit/cost"), Some(&json!(1)), "{answer}");
    assert_eq!(answer.get("errors"), None, "{answer}");
}

#[tokio::test]
async fn where_the_pull_request_stands_arrives() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        (pull.state, pull.draft, pull.from_fork) = (PullState::Closed, true, true);
        pull.by("robot[bot]").mergeable(Merging::Conflicting);
    });
    let pull = facts(&github).await.pull_request;
    assert_eq!((pull.state, pull.draft, pull.fork), (State::Closed, true, true));
    assert_eq!((pull.author.as_str(), pull.mergeable), ("robot[bot]", Mergeable::Conflicting));
}

#[tokio::test]
async fn reviews_arrive_with_right_to_write_commit_and_bots_marked() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        pull.reviews.clear();
        pull.review("helper[bot]", "APPROVED").commit = "0ldc0de".to_owned();
        pull.review("passerby", "CHANGES_REQUESTED").can_push = false;
        pull.review("linus", "DISMISSED").id = 77;
    });
    let mut reviews = facts(&github).await.reviews;
    reviews.sort_by(|left, right| left.author.cmp(&right.author));
    let states: Vec<_> = reviews.iter().map(|it| (it.author.as_str(), it.state, it.writer)).collect();
    assert_eq!(
        states,
        [
            ("helper[bot]", ReviewState::Approved, true),
            ("linus", ReviewState::Dismissed, true),
            ("passerby", ReviewState::ChangesRequested, false),
        ]
    );
    assert_eq!(reviews[0].commit.as_deref(), Some("0ldc0de"));
    assert_eq!(reviews[0].submitted_at, "2026-01-05T11:00:00Z".parse().ok());
    assert_eq!(reviews[1].id, 0, "the field that has it is too narrow for it");
}

#[tokio::test]
async fn conversations_arrive_with_place_and_author() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        pull.thread("src/login.rs", 12, "why?").author = "grace".into();
        let old = pull.thread("README.md", 3, "typo");
        (old.line, old.outdated, old.resolved) = (None, true, true);
    });
    let threads = facts(&github).await.threads;
    let seen: Vec<_> = threads
        .iter()
        .map(|it| (it.path.as_str(), it.line, it.author.as_str(), it.resolved, it.outdated))
        .collect();
    assert_eq!(
        seen,
        [("src/login.rs", Some(12), "grace", false, false), ("README.md", None, "reviewer", true, true),]
    );
}

#[tokio::test]
async fn check_runs_and_statuses_arrive_with_what_tells_them_apart() {
    let github = shop();
    github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        commit.checks.clear();
        commit.check("lint").workflow("ci", 500).conclude("timed_out").id = 5_000_000_000;
        commit.check("scan").app(9, "scanner").in_progress().id = 8;
        commit.status("deploy/preview", "pending");
    });
    let checks = facts(&github).await.checks;
    let lint = CheckRun {
        name: "lint".to_owned(),
        status: "completed".to_owned(),
        conclusion: Some("timed_out".to_owned()),
        app: Some("github-actions".to_owned()),
        app_id: Some(15368),
        workflow: Some("ci.yml".to_owned()),
        event: Some("pull_request".to_owned()),
        run: Some(500),
        id: 5_000_000_000,
        started_at: "2026-01-05T10:02:00Z".parse().ok(),
        completed_at: "2026-01-05T10:05:00Z".parse().ok(),
        url: Some("https://github.com/example/shop/runs/5000000000".to_owned()),
    };
    let scan = CheckRun {
        name: "scan".to_owned(),
        status: "in_progress".to_owned(),
        conclusion: None,
        app: Some("scanner".to_owned()),
        app_id: Some(9),
        workflow: None,
        event: None,
        run: None,
        id: 8,
        started_at: "2026-01-05T10:02:00Z".parse().ok(),
        completed_at: None,
        url: Some("https://github.com/example/shop/runs/8".to_owned()),
    };
    let preview = CommitStatus {
        name: "deploy/preview".to_owned(),
        state: "pending".to_owned(),
        by: Some("ci-service[bot]".to_owned()),
        at: "2026-01-05T10:05:00Z".parse().ok(),
    };
    assert_eq!(checks, [Check::Run(lint), Check::Run(scan), Check::Status(preview)]);
}

#[tokio::test]
async fn the_head_is_dated_by_the_server_and_by_the_last_force_push() {
    let github = shop();
    assert_eq!(facts(&github).await.head_seen_at, "2026-01-05T10:01:00Z".parse().ok());
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.force_push("feature/login", "d2", "2026-01-05T11:30:00Z").checks_passed(&["lint"]);
    });
    let after = facts(&github).await;
    assert_eq!(
        (after.pull_request.head.as_str(), after.head_seen_at),
        ("d2", "2026-01-05T11:30:00Z".parse().ok())
    );
}

#[tokio::test]
async fn a_head_that_nothing_has_reported_on_has_no_checks_and_no_date() {
    let github = shop();
    github.edit(|world| world.repo("example", "shop").commit("d1").checks.clear());
    let facts = facts(&github).await;
    assert_eq!((facts.checks.len(), facts.head_seen_at, facts.unread.len()), (0, None, 0));
}

#[tokio::test]
async fn commits_arrive_by_account_and_unknown_addresses_stay_unknown() {
    let github = shop();
    github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        commit.author = Person::unknown("49699333+dependabot[bot]@users.noreply.github.com");
        commit.committer = Person::unknown("noreply@github.com");
        world.repo("example", "shop").push("feature/login", "d2").by(Person::unknown("me@example.org"));
    });
    let commits = facts(&github).await.commits;
    let people: Vec<_> = commits.iter().map(|it| (it.author.as_deref(), it.committer.as_deref())).collect();
    assert_eq!(people, [(Some("dependabot[bot]"), Some("web-flow")), (None, None)]);
}

#[tokio::test]
async fn labels_dates_and_messages_arrive() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.commit("d1").message("feat: log in\n\nBREAKING CHANGE: all");
        let pull = shop.pull(7).label("feature").label("skip\n::error::");
        pull.state = PullState::Merged;
    });
    let facts = facts(&github).await;
    let pull = &facts.pull_request;
    assert_eq!(pull.labels, ["feature", "skip\n::error::"]);
    assert_eq!(pull.opened_at, "2026-01-05T10:00:00Z".parse().ok());
    assert_eq!(pull.merged_at, "2026-01-05T12:00:00Z".parse().ok());
    assert_eq!(facts.commits[0].message, "feat: log in\n\nBREAKING CHANGE: all");
    assert!(facts.seen_at.is_some(), "the server dates its answers");
}

#[tokio::test]
async fn the_distance_to_the_base_comes_along_where_the_head_is_known() {
    let github = shop();
    github.edit(|world| {
        world.repo("example", "shop").compare("develop", "d1", Compare { ahead: 1, behind: 4 });
    });
    let client = client(&github).0;
    for (head, behind) in [(Some("d1"), Some(4)), (None, None), (Some("m1"), None), (Some("n0ne"), None)] {
        let facts = client.gate_facts(&seven(), head).await.unwrap();
        assert_eq!((facts.pull_request.behind_by, facts.unread.len()), (behind, 0), "{head:?}");
    }
    assert_eq!(github.requests().len(), 4);
}

#[tokio::test]
async fn who_pushed_the_head_is_told_by_the_server() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.commit("d1").pushed_by = Some("deploy[bot]".into());
    });
    assert_eq!(facts(&github).await.head_pushed_by.as_deref(), Some("deploy[bot]"));
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).by("mallory");
        shop.force_push("feature/login", "d2", "2026-01-05T11:30:00Z").checks_passed(&["lint"]);
    });
    assert_eq!(facts(&github).await.head_pushed_by.as_deref(), Some("mallory"), "by the force push");
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.push("feature/login", "d3").checks_passed(&["lint"]).pushed_by = None;
    });
    assert_eq!(facts(&github).await.head_pushed_by, None);
}

#[tokio::test]
async fn checks_of_the_test_merge_arrive_in_full() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).test_merge = Some("t1".to_owned());
        let commit = shop.commit("t1");
        (0..150).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
    });
    let facts = facts(&github).await;
    let merge = facts.test_merge.unwrap();
    assert_eq!((merge.commit.as_str(), merge.checks.len(), facts.checks.len()), ("t1", 150, 2));
    assert_eq!((facts.unread.len(), github.requests().len()), (0, 2));
}

#[tokio::test]
async fn a_test_merge_that_is_made_while_we_ask_is_read_too() {
    let github = std::sync::Arc::new(shop());
    github.edit(|world| {
        world.repo("example", "shop").pull(7).computing_for(1);
    });
    let making = std::sync::Arc::downgrade(&github);
    let (client, _) = client_that(&github, move || {
        making.upgrade().unwrap().edit(|world| {
            let shop = world.repo("example", "shop");
            shop.pull(7).test_merge = Some("t1".to_owned());
            let commit = shop.commit("t1");
            (0..150).for_each(|number| drop(commit.check(&format!("leg {number}")).clone()));
        });
    });
    let facts = client.gate_facts(&seven(), None).await.unwrap();
    assert_eq!(facts.test_merge.unwrap().checks.len(), 150);
    assert_eq!((facts.unread.len(), github.requests().len()), (0, 3));
    assert_eq!(facts.reviews.len(), 2, "what was complete is not read twice");
}

#[tokio::test]
async fn two_hundred_and_fifty_commits_may_be_more() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).commits = (0..249).map(|number| format!("c{number}")).chain(["d1".to_owned()]).collect();
    });
    let facts = facts(&github).await;
    assert_eq!(facts.commits.len(), 250);
    assert_eq!(facts.unread[0].why, "GitHub lists no more than 250 commits");
}

#[tokio::test]
async fn whether_it_merges_is_asked_again_until_it_is_computed() {
    let github = shop();
    github.edit(|world| {
        world.repo("example", "shop").pull(7).computing_for(3);
    });
    let (client, waits) = client(&github);
    let facts = client.gate_facts(&seven(), None).await.unwrap();
    assert_eq!(facts.pull_request.mergeable, Mergeable::Yes);
    assert_eq!(*waits.lock().unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!(github.requests().len(), 4);
}

#[tokio::test]
async fn whether_it_merges_stays_unknown_after_a_bounded_wait() {
    let github = shop();
    github.edit(|world| {
        world.repo("example", "shop").pull(7).mergeable(Merging::Unknown);
    });
    let (client, waits) = client(&github);
    let facts = client.gate_facts(&seven(), None).await.unwrap();
    assert_eq!(facts.pull_request.mergeable, Mergeable::Unknown);
    assert_eq!(waits.lock().unwrap().iter().sum::<f64>(), 15.0);
    assert_eq!(github.requests().len(), 6);
}

#[tokio::test]
async fn a_closed_pull_request_is_not_waited_for() {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7).mergeable(Merging::Unknown);
        pull.state = PullState::Merged;
    });
    assert_eq!(facts(&github).await.pull_request.state, State::Merged);
    assert_eq!(github.requests().len(), 1);
}

#[tokio::test]
async fn a_head_that_moves_meanwhile_is_noticed() {
    let github = std::sync::Arc::new(shop());
    github.edit(|world| {
        world.repo("example", "shop").pull(7).computing_for(1);
    });
    let pushing = std::sync::Arc::downgrade(&github);
    let (client, _) = client_that(&github, move || {
        let github = pushing.upgrade().unwrap();
        github.edit(|world| drop(world.repo("example", "shop").push("feature/login", "d2").clone()));
    });
    let pull = client.gate_facts(&seven(), None).await.unwrap().pull_request;
    assert_eq!((pull.head.as_str(), pull.moved_to.as_deref()), ("d1", Some("d2")));
}
