//! A part that is missing is named with the permission that would help, and the rest is kept.

use shiplane_core::gate::facts::{Section, Unread};
use shiplane_testkit::github::{Fault, RuleKind};

use super::setting::{client, facts, fault, shop};

async fn unread_without(path: &str) -> Vec<Unread> {
    let github = shop();
    github.edit(|world| {
        let pull = world.repo("example", "shop").pull(7);
        pull.thread("src/login.rs", 12, "why?");
    });
    github.next(Fault::forbidden(path));
    let facts = facts(&github).await;
    assert_eq!(facts.pull_request.source, "feature/login");
    facts.unread
}

fn named(unread: &[Unread]) -> Vec<(Section, String)> {
    unread.iter().map(|unread| (unread.section, unread.permissions.join(" + "))).collect()
}

#[tokio::test]
async fn a_list_that_may_not_be_read_is_named_with_its_permission() {
    let pulls = "pull-requests: read";
    for (path, section, permission) in [
        ("repository.pullRequest.latestOpinionatedReviews", Section::Reviews, pulls),
        ("repository.pullRequest.latestOpinionatedReviews.nodes.0.commit", Section::Reviews, pulls),
        ("repository.pullRequest.timelineItems", Section::Reviews, pulls),
        ("repository.pullRequest.reviewThreads.nodes.0", Section::Threads, pulls),
        ("repository.pullRequest.commits.nodes.0", Section::Commits, "contents: read"),
    ] {
        assert_eq!(named(&unread_without(path).await), [(section, permission.to_owned())], "{path}");
    }
}

#[tokio::test]
async fn newer_parts_that_may_not_be_read_are_named_too() {
    let base = "repository.pullRequest.baseRef";
    let administration = "administration: read".to_owned();
    let checks = "checks: read + statuses: read".to_owned();
    for (path, expected) in [
        (base.to_owned(), vec![(Section::Protection, administration.clone())]),
        (format!("{base}.rules"), vec![(Section::Protection, administration.clone())]),
        (format!("{base}.rules.nodes.0"), vec![(Section::Protection, administration)]),
        (
            "repository.pullRequest.potentialMergeCommit".to_owned(),
            vec![(Section::TestMerge, checks.clone())],
        ),
        (
            "repository.pullRequest.potentialMergeCommit.statusCheckRollup.contexts.nodes.0".to_owned(),
            vec![(Section::TestMerge, checks)],
        ),
        ("repository.pullRequest.tip.nodes.0.commit.checkSuites.nodes.0.push".to_owned(), Vec::new()),
        ("repository.pullRequest.labels".to_owned(), Vec::new()),
    ] {
        let github = shop();
        github.edit(|world| {
            let shop = world.repo("example", "shop");
            shop.branch("develop", "m1").rule("main", RuleKind::approvals(1));
            shop.pull(7).test_merge = Some("t1".to_owned());
            shop.commit("t1").checks_passed(&["lint"]);
        });
        github.next(Fault::forbidden(&path));
        assert_eq!(named(&facts(&github).await.unread), expected, "{path}");
    }
}

#[tokio::test]
async fn checks_that_may_not_be_read_are_never_taken_for_none() {
    let contexts = "repository.pullRequest.tip.nodes.0.commit.statusCheckRollup";
    for (path, permission) in [
        (contexts.to_owned(), "checks: read + statuses: read"),
        (format!("{contexts}.contexts.nodes.1"), "checks: read + statuses: read"),
        (format!("{contexts}.contexts.nodes.0.checkSuite.workflowRun"), "actions: read"),
        ("repository.pullRequest.tip".to_owned(), "checks: read + statuses: read"),
    ] {
        let unread = unread_without(&path).await;
        assert_eq!(named(&unread), [(Section::Checks, permission.to_owned())], "{path}");
        assert_eq!(unread[0].why, "Resource not accessible by integration (FORBIDDEN)");
    }
}

#[tokio::test]
async fn a_pull_request_that_may_not_be_read_at_all_is_a_missing_permission() {
    for path in ["repository", "repository.pullRequest"] {
        let github = shop();
        github.next(Fault::forbidden(path));
        let (fault, _) = fault(&client(&github).0).await;
        assert_eq!((fault.code, fault.exit.code()), ("permission-missing", 1));
        assert!(fault.help.unwrap().contains("pull-requests: read"));
    }
}
