//! `plan`: the tests of a base branch as a matrix, without a network and without a token.

use serde_json::{Value, json};

use super::setting::{Setting, expect};

const CONFIG: &str = "\
branches:
  develop: { tier: fast }
  main: { tier: full }
  legacy: {}
  lost: { tier: ful }
  small: { tier: bare }
tiers:
  fast:
    budget: 10m
    matrix: { database: [sqlite], storage: [local, s3] }
  full:
    matrix: { database: [sqlite, postgres], storage: [local, s3], python: ['3.9'] }
  bare: { budget: 90s }
";

fn setting() -> Setting {
    let setting = Setting::new();
    std::fs::write(setting.path("shiplane.yml"), CONFIG).unwrap();
    setting
}

/// `plan` with a GITHUB_OUTPUT, and no token.
fn plan(setting: &Setting, args: &[&str]) -> shiplane_testkit::process::Run {
    let args: Vec<&str> = [&["plan", "--config", "shiplane.yml"], args].concat();
    setting.bare(&args).env("GITHUB_OUTPUT", setting.path("output"))
}

#[test]
fn a_tier_becomes_a_matrix_that_github_reads() {
    let setting = setting();
    let outcome = expect(0, &plan(&setting, &["--base", "develop"]));
    let wanted = "\
branch-gate: planned — develop: tier fast
  ✅ plan: a pull request to `develop` is tested by tier `fast`: 2 jobs, budget 10m

Jobs:
(sqlite, local)
(sqlite, s3)
";
    assert_eq!(outcome.stdout, wanted);
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("planned", ""));
    assert_eq!((outputs["base"].as_str(), outputs["tier"].as_str()), ("develop", "fast"));
    assert_eq!((outputs["cells"].as_str(), outputs["budget"].as_str()), ("2", "600"));
    assert_eq!(outputs["names"], "(sqlite, local)\n(sqlite, s3)");
    let matrix: Value = serde_json::from_str(&outputs["matrix"]).unwrap();
    let cell = |storage: &str| json!({ "database": "sqlite", "storage": storage });
    assert_eq!(matrix, json!({ "include": [cell("local"), cell("s3")] }));
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn the_full_tier_is_every_combination_once_in_the_order_of_the_file() {
    let setting = setting();
    expect(0, &plan(&setting, &["--base", "main"]));
    let outputs = setting.outputs();
    assert_eq!(
        (outputs["tier"].as_str(), outputs["cells"].as_str(), outputs["budget"].as_str()),
        ("full", "4", "")
    );
    assert_eq!(
        outputs["names"],
        "(sqlite, local, 3.9)\n(sqlite, s3, 3.9)\n(postgres, local, 3.9)\n(postgres, s3, 3.9)"
    );
    assert!(
        outputs["matrix"]
            .starts_with(r#"{"include":[{"database":"sqlite","storage":"local","python":"3.9"},"#)
    );
}

#[test]
fn a_tier_without_a_matrix_says_that_there_is_none() {
    let setting = setting();
    let outcome = expect(0, &plan(&setting, &["--base", "small"]));
    assert!(outcome.stdout.contains("tier `bare`: no matrix, budget 90s"), "{}", outcome.stdout);
    let outputs = setting.outputs();
    assert_eq!((outputs["cells"].as_str(), outputs["matrix"].as_str()), ("0", r#"{"include":[]}"#));
}

#[test]
fn the_base_is_the_event_s_and_else_the_branch_that_the_run_is_on() {
    let setting = setting();
    let base = |event: &str, payload: &Value, variables: [(&str, &str); 2]| {
        std::fs::write(setting.path("event.json"), payload.to_string()).unwrap();
        let run = plan(&setting, &[])
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_EVENT_PATH", setting.path("event.json"));
        expect(0, &variables.into_iter().fold(run, |run, (name, value)| run.env(name, value)));
        setting.outputs()["base"].clone()
    };
    let pull = json!({ "pull_request": { "number": 7, "base": { "ref": "main" } } });
    assert_eq!(
        base("pull_request", &pull, [("GITHUB_BASE_REF", "develop"), ("GITHUB_REF_NAME", "7/merge")]),
        "main"
    );
    let group = json!({ "merge_group": { "base_ref": "refs/heads/main" } });
    assert_eq!(
        base(
            "merge_group",
            &group,
            [("GITHUB_BASE_REF", ""), ("GITHUB_REF_NAME", "gh-readonly-queue/main/x")]
        ),
        "main"
    );
    assert_eq!(
        base("pull_request", &json!({}), [("GITHUB_BASE_REF", "main"), ("GITHUB_REF_NAME", "7/merge")]),
        "main"
    );
    assert_eq!(
        base("push", &json!({}), [("GITHUB_BASE_REF", ""), ("GITHUB_REF_NAME", "develop")]),
        "develop"
    );
}

#[test]
fn what_the_config_does_not_say_is_asked_for() {
    let setting = setting();
    let refused = |args: &[&str], words: &[&str]| {
        let outcome = expect(2, &plan(&setting, args));
        for word in words {
            assert!(outcome.stdout.contains(word), "{word}\n{}", outcome.stdout);
        }
    };
    refused(&[], &["base-missing: no base branch is named", "--base BRANCH"]);
    refused(
        &["--base", "legacy"],
        &["tier-missing: the config names no tier for branch `legacy`", "`bare`, `fast`"],
    );
    refused(&["--base", "lost"], &["unknown-tier: the config has no tier `ful`", "bare, fast, full"]);
    refused(&["--base", "x\n::error::y"], &["base-not-configured: ", "x⏎::error::y", "`develop`"]);
}
