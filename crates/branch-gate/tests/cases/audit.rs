//! The settings of a repository are held against the config, and put right where a token may.

use std::fs;

use serde_json::{Value, json};
use shiplane_testkit::github::{Access, DeployBranches, Fault, Granted, Protection, RuleKind};
use shiplane_testkit::process::Run;

use super::setting::{Setting, expect, run};

const CONFIG: &str = "\
branches:
  main: { from: [develop], approvals: 2, checks: [lint, test] }
  release/1: { approvals: 1, checks: [lint] }
environments:
  production:
    branch: main
    secrets: [SSH_PRIVATE_KEY]
    approval: { from: [ada, '@example/leads'], deny-author: true }
";

const CI: &str = "on: pull_request\njobs: { lint: {}, test: {} }\n";

/// A repository that is protected as the config says, and a person's token to see it with.
fn shop() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| {
        world.granted = Granted::all();
        let shop = world.repo("example", "shop");
        shop.branch("main", "m1");
        shop.branch("release/1", "r1");
        for (branch, approvals) in [("main", 2), ("release/1", 1)] {
            shop.settings.ruleset(branch, branch, &rules(approvals));
        }
        let production = shop.settings.environment("Production");
        production.people.push("Ada".to_owned());
        production.teams.push("leads".to_owned());
        production.prevent_self_review = true;
        production.admins_bound = true;
        production.branches = DeployBranches::Selected(vec![("main".to_owned(), "branch".to_owned())]);
        production.secrets.push("SSH_PRIVATE_KEY".to_owned());
    });
    fs::write(setting.path("shiplane.yml"), CONFIG).unwrap();
    fs::create_dir_all(setting.path(".github/workflows")).unwrap();
    fs::write(setting.path(".github/workflows/ci.yml"), CI).unwrap();
    setting
}

fn rules(approvals: u64) -> Vec<RuleKind> {
    let reviews = RuleKind::PullRequest {
        approvals,
        dismiss_stale: true,
        code_owners: false,
        last_push_approval: false,
        conversations: true,
    };
    let other = ["deletion", "non_fast_forward"].map(|name| RuleKind::Other(name.to_owned()));
    [reviews, RuleKind::checks(&["lint", "test"])].into_iter().chain(other).collect()
}

/// Nothing protects anything.
fn open() -> Setting {
    let setting = shop();
    setting.github.edit(|world| world.repo("example", "shop").settings.rulesets.clear());
    setting
}

fn audit(setting: &Setting, args: &[&str]) -> Run {
    let args: Vec<&str> = [&["audit", "--config", "shiplane.yml", "--verbose"], args].concat();
    setting
        .bare(&args)
        .env("SHIPLANE_TOKEN", "test-token")
        .env("SHIPLANE_REPOSITORY", "example/shop")
        .env("GITHUB_OUTPUT", setting.path("output"))
        .env("GITHUB_STEP_SUMMARY", setting.path("summary"))
}

fn writes(setting: &Setting) -> Vec<String> {
    let requests = setting.github.requests();
    requests.iter().filter(|it| it.method != "GET").map(|it| format!("{} {}", it.method, it.path)).collect()
}

#[test]
fn what_is_protected_as_the_config_says_is_in_order() {
    let setting = shop();
    let outcome = expect(0, &audit(&setting, &[]));
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("ok", ""), "{}", outcome.stdout);
    assert_eq!(
        (outputs["failed"].as_str(), outputs["unknown"].as_str(), outputs["diff"].as_str()),
        ("0", "0", "")
    );
    for said in [
        "2 approvals required before a merge into `main`",
        "nobody may pass by the protection of `release/1`",
        "`production`: `SSH_PRIVATE_KEY` is set for the environment",
        "deployments to `production` wait for an approval by `Ada`, `@example/leads`",
    ] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
    assert_eq!(writes(&setting), [""; 0]);
    let summary = fs::read_to_string(setting.path("summary")).unwrap();
    assert!(summary.contains("### Left to people"), "{summary}");
}

#[test]
fn every_difference_is_said_at_once() {
    let setting = shop();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        let settings = &mut shop.settings;
        settings.rulesets[0].rules.remove(0);
        settings.rulesets[1].bypass =
            vec![json!({ "actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always" })];
        let production = settings.environment("Production");
        production.branches = DeployBranches::Any;
        production.prevent_self_review = false;
        production.secrets.clear();
        production.people = vec!["mallory".to_owned()];
    });
    fs::create_dir_all(setting.path(".github/workflow")).unwrap();
    fs::rename(setting.path(".github/workflows/ci.yml"), setting.path(".github/workflow/ci.yml")).unwrap();
    fs::write(setting.path(".github/workflows/broken.yml"), "on: push\njobs: [\n").unwrap();
    let outcome = expect(10, &audit(&setting, &[]));
    let outputs = setting.outputs();
    let codes = "workflow-misplaced,workflow-broken,direct-push-allowed,protection-weaker,protection-bypass,\
                 env-no-reviewers,env-extra-reviewer,env-self-review,env-any-branch,secrets-missing";
    assert_eq!(outputs["verdict"], "unprotected");
    // What reported lately is on record (the setting's pull request), so that no check is a phantom but `test`.
    assert_eq!(outputs["codes"].replace("phantom-check,", ""), codes, "{}", outcome.stdout);
    for said in [
        "no approval required before a merge into `main`; the config asks for 2",
        "role admin may pass by ruleset `release/1` of `release/1`",
        "`test` has to pass before a merge into `main`, `release/1`, but no workflow has a job of that name",
        ".github/workflows/broken.yml:3:1: jobs",
        "https://github.com/example/shop/settings/environments",
    ] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
}

#[test]
fn a_workflows_own_token_leaves_open_what_it_may_not_see_and_says_what_would_help() {
    let setting = shop();
    setting.github.edit(|world| world.granted = Granted::default());
    let outcome = expect(1, &audit(&setting, &[]));
    let outputs = setting.outputs();
    assert_eq!(outputs["verdict"], "undetermined");
    assert_eq!(outputs["codes"], "protection-bypass-unknown,secrets-unreadable");
    for said in ["`administration: write`; GITHUB_TOKEN cannot be given it", "--environment production"] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
    // Where nothing is protected no secret list is needed to say so.
    setting.github.edit(|world| world.repo("example", "shop").settings.rulesets.clear());
    expect(10, &audit(&setting, &[]));
}

#[test]
fn a_secret_is_proven_from_inside_the_environments_own_job() {
    let setting = shop();
    setting.github.edit(|world| {
        world.granted = Granted { secrets: Access::None, environments: Access::None, ..Granted::all() }
    });
    expect(1, &audit(&setting, &[]).env("SSH_PRIVATE_KEY", "hunter2"));
    expect(1, &audit(&setting, &["--environment", "production"]).env("SSH_PRIVATE_KEY", " \n"));
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    let given = audit(&setting, &["--environment", "production", "--save-facts", record]);
    let outcome = expect(0, &given.env("SSH_PRIVATE_KEY", "hunter2"));
    assert!(
        outcome.stdout.contains("`SSH_PRIVATE_KEY` is set, as this job was given a value"),
        "{}",
        outcome.stdout
    );
    let facts = fs::read_to_string(record).unwrap();
    let written =
        [outcome.stdout, outcome.stderr, facts, fs::read_to_string(setting.path("summary")).unwrap()];
    assert!(!written.iter().any(|text| text.contains("hunter2")), "{written:?}");
}

#[test]
fn facts_on_record_are_answered_alike_without_contact() {
    let setting = open();
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    expect(10, &audit(&setting, &["--save-facts", record]));
    let first = setting.outputs();
    setting.github.forget_requests();
    expect(10, &audit(&setting, &["--facts", record]));
    assert_eq!(setting.outputs()["codes"], first["codes"]);
    expect(10, &audit(&setting, &["--facts", record, "--fix", "--dry-run"]));
    assert!(setting.outputs()["diff"].contains("+  rule pull_request: required_approving_review_count: 2"));
    expect(2, &audit(&setting, &["--facts", record, "--fix"]));
    assert_eq!(setting.outputs()["codes"], "facts-with-fix");
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let setting = open();
    let outcome = expect(10, &audit(&setting, &["--fix", "--dry-run"]));
    let diff = setting.outputs().remove("diff").unwrap();
    assert!(
        diff.contains("ruleset shiplane: main") && diff.contains("ruleset shiplane: release/1"),
        "{diff}"
    );
    assert!(outcome.stdout.contains("ruleset `shiplane: main` would be created"), "{}", outcome.stdout);
    assert_eq!(writes(&setting), [""; 0]);
    assert!(fs::read_to_string(setting.path("summary")).unwrap().contains("```diff"));
}

#[test]
fn a_fix_writes_what_is_missing_once_and_touches_nothing_of_others() {
    let setting = open();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.settings.ruleset("theirs", "main", &[RuleKind::Other("required_signatures".to_owned())]);
        shop.branch("main", "m1").protect(Protection::default().approvals(1));
    });
    let outcome = expect(0, &audit(&setting, &["--fix"]));
    assert_eq!(writes(&setting), ["POST /repos/example/shop/rulesets"; 2], "{}", outcome.stdout);
    assert!(outcome.stdout.contains("ruleset `shiplane: main` was created"), "{}", outcome.stdout);
    let names = setting.github.edit(|world| {
        let rulesets = &world.repo("example", "shop").settings.rulesets;
        rulesets.iter().map(|it| (it.name.clone(), it.rules.len())).collect::<Vec<_>>()
    });
    let ours = |branch: &str| (format!("shiplane: {branch}"), 4);
    assert_eq!(names, [("theirs".to_owned(), 1), ours("main"), ours("release/1")]);

    setting.github.forget_requests();
    let again = expect(0, &audit(&setting, &["--fix"]));
    assert_eq!(writes(&setting), [""; 0]);
    assert!(again.stdout.contains("nothing to change"), "{}", again.stdout);
}

#[test]
fn a_fix_of_our_own_ruleset_keeps_what_it_does_not_know() {
    let setting = open();
    setting.github.edit(|world| {
        let settings = &mut world.repo("example", "shop").settings;
        let own = settings.ruleset(
            "shiplane: main",
            "main",
            &[RuleKind::approvals(1), RuleKind::checks(&["lint"])],
        );
        own.rules.push(json!({ "type": "a_rule_of_tomorrow", "parameters": { "x": 1 } }));
        own.extra.insert("a_field_of_tomorrow".to_owned(), json!("kept"));
        settings.ruleset("release", "release/1", &rules(1));
    });
    expect(0, &audit(&setting, &["--fix"]));
    assert_eq!(writes(&setting), ["PUT /repos/example/shop/rulesets/900"]);
    let put = setting.github.requests().into_iter().find(|it| it.method == "PUT").unwrap();
    let body: Value = serde_json::from_str(&put.body).unwrap();
    assert_eq!(body["a_field_of_tomorrow"], "kept");
    assert!(body.get("id").is_none() && body.get("created_at").is_none(), "{body}");
    let kinds: Vec<&str> =
        body["rules"].as_array().unwrap().iter().map(|rule| rule["type"].as_str().unwrap()).collect();
    let all =
        ["pull_request", "required_status_checks", "a_rule_of_tomorrow", "deletion", "non_fast_forward"];
    assert_eq!(kinds, all);
    assert_eq!(body["rules"][0]["parameters"]["allowed_merge_methods"], json!(["merge", "squash", "rebase"]));
}

#[test]
fn a_fix_that_ends_half_way_says_what_was_written() {
    let setting = open();
    setting.github.edit(|world| {
        let settings = &mut world.repo("example", "shop").settings;
        settings.ruleset("shiplane: release/1", "release/1", &[RuleKind::approvals(0)]);
    });
    setting.github.next_on("/repos/example/shop/rulesets/900", Fault::Late(std::time::Duration::ZERO));
    setting.github.next_on("/repos/example/shop/rulesets/900", Fault::status(422, "Validation Failed"));
    let outcome = expect(1, &audit(&setting, &["--fix"]));
    assert_eq!(setting.outputs()["codes"], "fix-incomplete");
    for said in [
        "ruleset `shiplane: release/1` was not written",
        "Validation Failed",
        "written before it: `shiplane: main`",
    ] {
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
    }
    // A second run does the rest.
    expect(0, &audit(&setting, &["--fix"]));
}

#[test]
fn a_token_that_may_not_write_is_told_so() {
    let setting = open();
    setting.github.edit(|world| world.granted.administration = Access::Read);
    let outcome = expect(1, &audit(&setting, &["--fix"]));
    assert_eq!(setting.outputs()["codes"], "fix-incomplete");
    assert!(
        outcome.stdout.contains("`administration: write`; GITHUB_TOKEN cannot be given it"),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.contains("written before it: nothing"), "{}", outcome.stdout);
}

#[test]
fn what_is_asked_wrongly_is_said_before_anything_is_contacted() {
    let setting = shop();
    fs::write(setting.path("empty.yml"), "project: shop\n").unwrap();
    for (args, code) in [
        (vec!["--environment", "prod"], "unknown-environment"),
        (vec!["--config", "empty.yml"], "nothing-wanted"),
        (vec!["--repository", "shop"], "repository-invalid"),
    ] {
        let run = setting.bare(&[&["audit"], args.as_slice()].concat()).env("SHIPLANE_TOKEN", "test-token");
        let run = run.env("GITHUB_OUTPUT", setting.path("output")).env("GITHUB_REPOSITORY", "example/shop");
        let config = if args.contains(&"--config") { "" } else { "shiplane.yml" };
        expect(2, &run.env("SHIPLANE_CONFIG", config));
        assert_eq!(setting.outputs()["codes"], code);
    }
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_repository_that_cannot_be_seen_is_not_found() {
    let setting = shop();
    let outcome = expect(1, &audit(&setting, &["--repository", "example/other"]));
    assert_eq!(setting.outputs()["codes"], "not-found");
    assert!(outcome.stdout.contains("GitHub found no repository example/other"), "{}", outcome.stdout);
}

#[test]
fn workflows_of_init_that_were_changed_are_told() {
    let setting = shop();
    fs::create_dir(setting.path(".git")).unwrap();
    expect(0, &setting.bare(&["init", "--preset", "server"]).dir(setting.dir.path()));
    // What else the preset's own workflows make the audit say is not asked here.
    let (_, outcome) = run(&audit(&setting, &[]));
    assert!(outcome.stdout.contains("as `branch-gate init` "), "{}", outcome.stdout);
    setting.outputs();
    let mut written: Vec<_> =
        fs::read_dir(setting.path(".github/workflows")).unwrap().map(Result::unwrap).collect();
    written.retain(|entry| entry.file_name() != "ci.yml");
    let text = fs::read_to_string(written[0].path()).unwrap();
    fs::write(written[0].path(), text + "# mine\n").unwrap();
    run(&audit(&setting, &[]));
    assert!(setting.outputs()["codes"].contains("workflow-by-hand"));
}
