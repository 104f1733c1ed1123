//! Each event that a workflow runs on, and what is judged then.

use serde_json::{Value, json};
use shiplane_testkit::github::Compare;

use super::setting::{Setting, expect, payload, queued};

fn push(commit: &str, by: &str) -> Value {
    json!({ "ref": "refs/heads/develop", "before": "m1", "after": commit, "sender": { "login": by } })
}

/// Pull request 7 is merged as `m2`, which is where its base is now.
fn merged() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(7).merged_as("m2");
        shop.branch("develop", "m2");
    });
    setting
}

/// On the branch there is a commit that nobody asked for.
fn pushed() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| drop(world.repo("example", "shop").branch("develop", "m2").clone()));
    setting
}

fn codes(setting: &Setting) -> (String, String) {
    let outputs = setting.outputs();
    (outputs["verdict"].clone(), outputs["codes"].clone())
}

fn of(verdict: &str, codes: &str) -> (String, String) {
    (verdict.to_owned(), codes.to_owned())
}

#[test]
fn the_head_that_the_event_names_spares_the_question_how_far_it_is_behind() {
    for (head, requests) in [("d1", 1), ("d0", 2)] {
        let setting = Setting::new();
        setting.github.edit(|world| {
            let shop = world.repo("example", "shop");
            shop.compare("develop", "d1", Compare { ahead: 1, behind: 3 }).commit("d0");
        });
        let mut event = payload();
        event["pull_request"]["head"]["sha"] = head.into();
        let outcome = expect(10, &setting.job("pull_request", &event).arg("--up-to-date"));
        assert_eq!(codes(&setting), of("blocked", "behind"));
        assert!(outcome.stdout.contains("lacks 3 commits of `develop`"), "{}", outcome.stdout);
        assert_eq!(setting.github.requests().len(), requests, "{head}");
    }
}

#[test]
fn a_retargeted_pull_request_is_judged_by_where_it_goes_now() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("main", "n1");
        shop.pull(7).into_branch("main", "n1");
    });
    let mut event = payload();
    event["pull_request"]["base"] = json!({ "ref": "develop", "sha": "m1" });
    for name in ["pull_request", "pull_request_target"] {
        expect(10, &setting.job(name, &event).env("GITHUB_BASE_REF", "develop"));
        let outputs = setting.outputs();
        assert_eq!((outputs["base"].as_str(), outputs["codes"].as_str()), ("main", "source-branch"));
    }
}

#[test]
fn a_comment_on_an_issue_is_about_no_pull_request() {
    let setting = Setting::new();
    expect(2, &setting.job("issue_comment", &json!({ "issue": { "number": 7 } })));
    assert_eq!(codes(&setting), of("usage", "pull-request-missing"));
}

#[test]
fn a_merge_queue_judges_its_own_commit() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        // The head has not passed; the queue's commit has.
        shop.commit("d1").checks[0].conclude("failure");
        shop.commit("q1").checks_passed(&["lint", "test (sqlite, local)"]);
    });
    let outcome = expect(0, &setting.job("merge_group", &queued("q1")).arg("--up-to-date"));
    assert_eq!(setting.outputs()["head-sha"], "q1");
    assert!(outcome.stdout.contains("(#7, in the merge queue)"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 2);
    setting.github.edit(|world| world.repo("example", "shop").commit("q1").checks[1].conclude("failure").id);
    expect(10, &setting.job("merge_group", &queued("q1")));
    assert_eq!(codes(&setting), of("blocked", "check-failed"));
}

#[test]
fn a_group_that_is_named_otherwise_is_not_guessed() {
    let setting = Setting::new();
    let group = json!({ "merge_group": { "head_sha": "q1", "head_ref": "refs/heads/queue/7" } });
    expect(2, &setting.job("merge_group", &group));
    assert_eq!(codes(&setting), of("usage", "pull-request-missing"));
}

#[test]
fn a_push_is_judged_by_the_pull_request_that_brought_it() {
    let setting = merged();
    // Whether it was up to date is settled by the merge: that is not asked.
    let outcome = expect(0, &setting.job("push", &push("m2", "grace")).arg("--up-to-date"));
    assert_eq!(setting.github.requests().len(), 2);
    let outputs = setting.outputs();
    assert_eq!((outputs["pull-request"].as_str(), outputs["head-sha"].as_str()), ("7", "m2"));
    assert!(outcome.stdout.contains("pull request 7 brought m2 to `develop`"), "{}", outcome.stdout);
    setting.github.edit(|world| world.repo("example", "shop").commit("d1").checks[0].conclude("failure").id);
    expect(10, &setting.job("push", &push("m2", "grace")));
    assert_eq!(codes(&setting), of("blocked", "check-failed"));
}

#[test]
fn a_push_without_a_pull_request_is_what_the_policy_says() {
    for (answer, code, expected) in [
        ("", 10, of("blocked", "direct-push")),
        ("deny", 10, of("blocked", "direct-push")),
        ("warn", 0, of("pass", "direct-push")),
        ("allow", 0, of("pass", "")),
    ] {
        let setting = pushed();
        let outcome =
            expect(code, &setting.job("push", &push("m2", "grace")).env("SHIPLANE_DIRECT_PUSH", answer));
        assert_eq!(codes(&setting), expected, "{answer}");
        let said = "grace` pushed m2 to `develop` without a pull request";
        assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
        let written = if answer.is_empty() { "deny" } else { answer };
        let text = format!("branches: {{ develop: {{ direct-push: {written} }} }}\n");
        std::fs::write(setting.path("shiplane.yml"), text).unwrap();
        expect(code, &setting.job("push", &push("m2", "grace")));
        assert_eq!(codes(&setting), expected, "{written} in the config");
    }
}

#[test]
fn a_bot_that_is_named_may_push() {
    let setting = pushed();
    let event = push("m2", "release-robot[bot]");
    expect(10, &setting.job("push", &event));
    expect(10, &setting.job("push", &event).args(["--bots", "another"]));
    for name in ["release-robot", "release-robot[bot]"] {
        expect(0, &setting.job("push", &event).args(["--bots", name]));
    }
    // A person who has the bot's name is not the bot.
    expect(10, &setting.job("push", &push("m2", "release-robot")).args(["--bots", "release-robot"]));
}

#[test]
fn a_push_to_a_branch_without_rules_asks_nothing() {
    let setting = pushed();
    let mut event = push("m2", "grace");
    event["ref"] = "refs/heads/feature/login".into();
    let outcome = expect(2, &setting.job("push", &event));
    assert_eq!(codes(&setting), of("usage", "base-not-configured"));
    assert!(outcome.stdout.contains("feature/login"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn events_about_no_pull_request_are_usage_errors_that_name_the_event() {
    let zeros = "0".repeat(40);
    for (event, payload) in [
        ("push", json!({ "ref": "refs/tags/v1.0.0", "after": "m1" })),
        ("push", json!({ "ref": "refs/heads/develop", "after": zeros, "deleted": true })),
        ("workflow_run", json!({ "workflow_run": { "head_sha": "d1", "pull_requests": [{ "number": 7 }] } })),
        ("schedule", json!({ "schedule": "0 0 * * *" })),
        ("workflow_dispatch", json!({ "inputs": {} })),
        ("pull_request", json!({ "pull_request": { "number": "7" } })),
    ] {
        let setting = Setting::new();
        let outcome = expect(2, &setting.job(event, &payload));
        assert_eq!(codes(&setting), of("usage", "pull-request-missing"), "{event}");
        for said in [&format!("event `{event}` is about none"), "--pull-request"] {
            assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
        }
        assert_eq!(setting.github.requests().len(), 0);
    }
}

#[test]
fn a_commit_may_be_named() {
    let setting = merged();
    let check = || setting.check(&["--commit", "m2"]).env("SHIPLANE_PULL_REQUEST", "");
    expect(0, &check().args(["--branch", "develop"]));
    assert_eq!(setting.outputs()["pull-request"], "7");
    expect(0, &check().env("GITHUB_REF_NAME", "develop"));
    expect(2, &check());
    assert_eq!(setting.outputs()["codes"], "branch-missing");
    // A branch is said of a commit, and of nothing else.
    expect(2, &setting.check(&["--branch", "develop"]));
    expect(2, &setting.job("pull_request", &payload()).args(["--branch", "develop"]));
    assert_eq!(setting.outputs()["codes"], "usage");
    expect(2, &check().env("SHIPLANE_PULL_REQUEST", "7"));
    assert_eq!(setting.outputs()["codes"], "usage");
    let outcome = expect(
        1,
        &setting.job("push", &push("m2", "grace")).args(["--commit", "ffff", "--branch", "develop"]),
    );
    assert!(outcome.stdout.contains("GitHub found no commit ffff"), "{}", outcome.stdout);
}

#[test]
fn a_push_is_looked_at_once_however_long_it_may_wait() {
    let setting = pushed();
    expect(10, &setting.job("push", &push("m2", "grace")).args(["--wait", "20m"]));
    assert_eq!(setting.github.requests().len(), 1);
}
