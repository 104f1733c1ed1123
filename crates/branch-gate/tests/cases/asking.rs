//! Which pull request is meant, and what is said when it is not clear: nothing is contacted then.

use serde_json::json;
use shiplane_testkit::github::TOKEN;

use super::setting::{Setting, expect, payload};

#[test]
fn the_event_says_which_pull_request() {
    let commented = json!({ "issue": { "number": 7, "pull_request": { "url": "…" } } });
    for (event, payload) in [
        ("pull_request", payload()),
        ("pull_request_target", payload()),
        ("pull_request_review", payload()),
        ("issue_comment", commented),
    ] {
        let setting = Setting::new();
        expect(0, &setting.job(event, &payload));
        assert_eq!(setting.outputs()["verdict"], "pass", "{event}");
    }
}

#[test]
fn what_is_typed_goes_before_the_event() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.pull(8).by("ada").from("fix/typo", "f1").into_branch("develop", "m1");
    });
    expect(10, &setting.job("pull_request", &payload()).args(["--pull-request", "8"]));
    assert_eq!(setting.outputs()["source"], "fix/typo");
}

#[test]
fn an_event_about_no_pull_request_is_a_usage_error() {
    let setting = Setting::new();
    let outcome = expect(2, &setting.job("push", &json!({ "ref": "refs/heads/main" })));
    assert!(
        outcome.stdout.contains("no pull request is named; event `push` is about none"),
        "{}",
        outcome.stdout
    );
    assert_eq!(setting.outputs()["codes"], "pull-request-missing");
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn what_is_missing_or_wrong_is_a_usage_error_before_anything_is_contacted() {
    let setting = Setting::new();
    let bare = |args: &[&str]| {
        setting.bare(&[&["check"], args].concat()).env("GITHUB_OUTPUT", setting.path("output"))
    };
    for (run, code) in [
        (bare(&["--pull-request", "7"]), "repository-missing"),
        (bare(&["--repository", "example/shop"]), "pull-request-missing"),
        (bare(&["--repository", "example/shop", "--pull-request", "7"]), "token-missing"),
        (
            bare(&["--repository", "shop", "--pull-request", "7"]).env("SHIPLANE_TOKEN", "t"),
            "repository-invalid",
        ),
        (bare(&["--token", "t"]), "secret-in-argv"),
        (bare(&["--repository", "example/shop", "--pull-request", "0"]), "usage"),
        (bare(&["--approvals", "many"]), "usage"),
        (bare(&["--conversations", "loud"]), "usage"),
        (bare(&["--facts", "nowhere.json"]), "facts-unreadable"),
        (bare(&["--config", "nowhere.yml"]), "config-unreadable"),
    ] {
        expect(2, &run);
        let outputs = setting.outputs();
        assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("usage", code));
    }
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_base_branch_without_rules_names_those_that_have_some() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        world.repo("example", "shop").pull(7).into_branch("stage", "s1");
    });
    let outcome = expect(2, &setting.check(&[]));
    assert_eq!(setting.outputs()["codes"], "base-not-configured");
    for said in ["the config has no rules for base branch `stage`", "it has rules for `develop`, `main`"] {
        assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
    }
}

#[test]
fn the_token_of_the_job_will_do_and_ours_goes_first() {
    let setting = Setting::new();
    expect(0, &setting.job("pull_request", &payload()));
    let wrong = setting.job("pull_request", &payload()).env("SHIPLANE_TOKEN", "another");
    expect(1, &wrong);
    let outputs = setting.outputs();
    assert_eq!(outputs["codes"], "token-refused");
    let right =
        setting.job("pull_request", &payload()).env("GITHUB_TOKEN", "another").env("SHIPLANE_TOKEN", TOKEN);
    expect(0, &right);
}

#[test]
fn an_enterprise_server_is_found_by_its_rest_address_alone() {
    let setting = Setting::new();
    let urls = ["--api-url", &setting.github.enterprise_url()];
    expect(0, &setting.check(&urls).env("GITHUB_GRAPHQL_URL", ""));
    assert_eq!(setting.github.requests()[0].path, "/api/graphql");
}
