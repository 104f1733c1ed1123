//! An approval is asked for in one run, given by people, and found by a later run.

use serde_json::{Value, json};
use shiplane_testkit::github::{Actor, FakeGitHub, Fault, Person, PullState, TOKEN, Teams};
use shiplane_testkit::process::{Outcome, Run};

use super::setting::{Setting, expect};

const A1: &str = "a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5";
const B2: &str = "b2c3d4e5f6b2c3d4e5f6b2c3d4e5f6b2c3d4e5f6";

/// Noon of 5 January 2026, the clock of the fake from the start.
const NOON: u64 = 1_767_614_400;
const HOUR: u64 = 3600;

/// Pull request 7 by ada is merged as `A1`; grace and linus may write.
fn shop() -> Setting {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.role("grace", "maintain").role("linus", "write").role("ada", "admin").role("mallory", "triage");
        shop.commit(A1).by(Person::known("ada"));
        shop.commit(B2).by(Person::known("ada"));
        let pull = shop.pull(9).by("ada").from("develop", "d9").into_branch("main", A1);
        pull.state = PullState::Merged;
        pull.test_merge = Some(A1.to_owned());
    });
    std::fs::remove_file(setting.path("shiplane.yml")).unwrap();
    setting
}

/// A step in a job on a push of `A1` that ada started.
fn step(setting: &Setting, args: &[&str]) -> Run {
    let args: Vec<&str> = [&["approve"], args, &["--environment", "production"]].concat();
    setting
        .bare(&args)
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", "example/shop")
        .env("GITHUB_EVENT_NAME", "push")
        .env("GITHUB_SHA", A1)
        .env("GITHUB_ACTOR", "ada")
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_RUN_ID", "42")
        .env("GITHUB_OUTPUT", setting.path("output"))
}

fn on_event(setting: &Setting, args: &[&str], (name, payload): (&str, Value)) -> Run {
    std::fs::write(setting.path("event.json"), payload.to_string()).unwrap();
    step(setting, args)
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", setting.path("event.json"))
        .env("GITHUB_SHA", "f".repeat(40))
}

/// `check` as a job that was started by a comment on a number.
fn on_comment(setting: &Setting, number: u64) -> Run {
    on_event(setting, &["check"], ("issue_comment", json!({ "issue": { "number": number } })))
}

fn says(github: &FakeGitHub, issue: u64, (who, body): (&str, &str)) {
    github.edit(|world| {
        world.clock += 60;
        let clock = world.clock;
        world.repo("example", "shop").comment(issue, (who, body), clock).id
    });
}

fn comments(github: &FakeGitHub, number: u64) -> Vec<String> {
    github.edit(|world| {
        let all = &world.repo("example", "shop").comments;
        all.iter().filter(|comment| comment.issue == number).map(|comment| comment.body.clone()).collect()
    })
}

fn ends(setting: &Setting, process: &Run, (code, codes): (i32, &str)) -> Outcome {
    let outcome = expect(code, process);
    assert_eq!(setting.outputs()["codes"], codes, "{}", outcome.stdout);
    outcome
}

#[test]
fn it_is_asked_given_and_found_for_exactly_that_commit() {
    let setting = shop();
    let asked = expect(0, &step(&setting, &["request", "--approvals", "2"]));
    assert!(asked.stdout.contains("branch-gate: requested"), "{}", asked.stdout);
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["commit"].as_str()), ("requested", A1));
    assert_eq!(outputs["request-url"], "https://github.com/example/shop/pull/9#issuecomment-3000000000");
    assert_eq!(outputs["expires"], "2026-01-06T12:00:00Z");
    let said = comments(&setting.github, 9).remove(0);
    for part in [
        "### Approval for `production`: `a1b2c3d`",
        "ada asks to bring commit a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5a1b2c3d4e5 to `production`",
        "Needed: 2 approvals of people who may write.",
        "- yes: comment `/approve a1b2c3d`",
        "- no: comment `/deny a1b2c3d`",
        "- open for 1d, until 2026-01-06T12:00:00Z",
        "- asked by https://github.com/example/shop/actions/runs/42",
        "<!-- shiplane:approval {\"kind\":\"request\"",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }

    ends(&setting, &on_comment(&setting, 9), (10, "approval-pending"));
    says(&setting.github, 9, ("grace", "/approve a1b2c3d"));
    let waits = ends(&setting, &on_comment(&setting, 9), (10, "approval-pending"));
    assert!(waits.stdout.contains("1 of 2 approvals of a1b2c3d: grace; waits for"), "{}", waits.stdout);
    says(&setting.github, 9, ("mallory", "/approve a1b2c3d"));
    says(&setting.github, 9, ("Ada", "/approve"));
    ends(&setting, &on_comment(&setting, 9), (10, "approval-self,approval-stranger,approval-pending"));
    says(&setting.github, 9, ("linus", "/approve"));
    expect(0, &on_comment(&setting, 9));
    let outputs = setting.outputs();
    assert_eq!((outputs["commit"].as_str(), outputs["approved-by"].as_str()), (A1, "grace\nlinus"));
    assert_eq!((outputs["environment"].as_str(), outputs["verdict"].as_str()), ("production", "pass"));
    expect(0, &step(&setting, &["check"]));
    ends(
        &setting,
        &step(&setting, &["check", "--pull-request", "9", "--commit", B2]),
        (10, "approval-other-commit"),
    );
    setting.github.edit(|world| world.clock += 25 * HOUR);
    ends(&setting, &on_comment(&setting, 9), (10, "approval-expired,approval-self,approval-stranger"));
}

#[test]
fn the_same_request_is_stored_once_and_a_newer_one_takes_its_place() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    let again = expect(0, &step(&setting, &["request", "--verbose"]));
    assert!(again.stdout.contains("was asked for already"), "{}", again.stdout);
    assert_eq!(comments(&setting.github, 9).len(), 1);
    expect(0, &step(&setting, &["request", "--pull-request", "9", "--commit", B2]));
    assert!(comments(&setting.github, 9)[1].contains("takes the place of the request for `a1b2c3d`"));
    says(&setting.github, 9, ("grace", "/approve a1b2c3d"));
    ends(&setting, &step(&setting, &["check"]), (10, "approval-other-commit"));
    setting.github.edit(|world| world.clock += 25 * HOUR);
    expect(0, &step(&setting, &["request", "--pull-request", "9", "--commit", B2]));
    assert_eq!(comments(&setting.github, 9).len(), 4);
}

#[test]
fn a_commit_without_a_pull_request_gets_an_issue() {
    let setting = shop();
    let of_b2 = |step_name| step(&setting, &[step_name, "--commit", B2]);
    ends(&setting, &of_b2("check"), (10, "approval-missing"));
    expect(0, &of_b2("request"));
    expect(0, &of_b2("request"));
    let titles: Vec<String> = setting.github.edit(|world| {
        world.repo("example", "shop").issues.values().map(|issue| issue.title.clone()).collect()
    });
    assert_eq!(titles, ["Approve production: b2c3d4e"]);
    assert_eq!(comments(&setting.github, 10).len(), 1);
    says(&setting.github, 10, ("grace", "/approve b2c3d4e\n\nfine"));
    expect(0, &of_b2("check"));
    assert_eq!(setting.outputs()["commit"], B2);
    expect(0, &on_comment(&setting, 10));
}

#[test]
fn an_edited_comment_counts_for_nothing_and_an_edited_request_even_less() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    says(&setting.github, 9, ("grace", "thanks"));
    setting.github.edit(|world| {
        world.repo("example", "shop").comments[1].edit("/approve", NOON + HOUR);
    });
    ends(&setting, &on_comment(&setting, 9), (10, "approval-edited,approval-pending"));
    says(&setting.github, 9, ("grace", "/approve a1b2c3d"));
    expect(0, &on_comment(&setting, 9));
    setting.github.edit(|world| {
        let comment = &mut world.repo("example", "shop").comments[0];
        let body = comment.body.replace(A1, B2);
        comment.edit(&body, NOON + HOUR);
    });
    let outcome = expect(10, &on_comment(&setting, 9));
    assert!(
        outcome.stdout.contains("approval-edited: the request for b2c3d4e was edited"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_team_is_seen_only_by_a_token_that_may() {
    let setting = shop();
    expect(0, &step(&setting, &["request", "--approvers", "@example/leads"]));
    says(&setting.github, 9, ("grace", "/approve"));
    says(&setting.github, 9, ("linus", "/approve"));
    let unknown = ends(&setting, &on_comment(&setting, 9), (1, "approvers-unreadable"));
    assert!(unknown.stdout.contains("grace (@example/leads: Not Found)"), "{}", unknown.stdout);
    setting.github.edit(|world| {
        let mut teams = Teams::default();
        let leads = [("linus", "active"), ("grace", "pending")];
        let leads = leads.map(|(login, state)| (login.to_owned(), state.to_owned()));
        teams.insert("example/leads".to_owned(), leads.into());
        world.teams = Some(teams);
    });
    ends(&setting, &on_comment(&setting, 9), (0, "approval-stranger"));
    expect(0, &on_comment(&setting, 9));
    assert_eq!(setting.outputs()["approved-by"], "linus");
}

#[test]
fn the_config_is_the_floor_and_flags_go_before_it() {
    let setting = shop();
    let config =
        "environments: { production: { approval: { count: 2, from: [linus, grace], expires: 2h } } }\n";
    std::fs::write(setting.path("shiplane.yml"), config).unwrap();
    let with = |args: &[&str]| {
        step(&setting, &[args, &["--pull-request", "9", "--config", "shiplane.yml"]].concat())
    };
    expect(0, &with(&["request", "--commit", A1]));
    let asked = comments(&setting.github, 9).remove(0);
    assert!(asked.contains("2 approvals of linus, grace") && asked.contains("open for 2h"), "{asked}");
    says(&setting.github, 9, ("grace", "/approve"));
    ends(&setting, &with(&["check"]), (10, "approval-pending"));
    says(&setting.github, 9, ("linus", "/approve"));
    expect(0, &with(&["check"]));
    ends(&setting, &with(&["check", "--approvals", "3"]), (10, "approval-pending"));
    ends(&setting, &with(&["check", "--approvers", "margaret"]), (10, "approval-stranger,approval-pending"));
    setting.github.edit(|world| world.clock = NOON + 2 * HOUR);
    ends(&setting, &with(&["check"]), (10, "approval-expired"));
}

#[test]
fn a_button_counts_for_who_pressed_it_when_githubs_record_agrees() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    let pressed = |again: &str| {
        let event = ("workflow_dispatch", json!({ "sender": { "login": "grace" }, "inputs": {} }));
        on_event(&setting, &["grant", "--pull-request", "9"], event)
            .env("GITHUB_ACTOR", "grace")
            .env("GITHUB_TRIGGERING_ACTOR", again)
    };
    ends(&setting, &step(&setting, &["grant"]), (2, "grant-not-pressed"));
    ends(&setting, &pressed("mallory"), (2, "grant-not-pressed"));
    assert_eq!(comments(&setting.github, 9).len(), 1);
    expect(0, &pressed("grace"));
    assert_eq!(setting.outputs()["verdict"], "granted");
    ends(&setting, &step(&setting, &["check"]), (1, "approvers-unreadable"));
    setting.github.edit(|world| {
        world.repo("example", "shop").dispatched(42, "mallory");
    });
    ends(&setting, &step(&setting, &["check"]), (10, "approval-forged,approval-pending"));
    setting.github.edit(|world| {
        let run = world.repo("example", "shop").dispatched(42, "mallory");
        (run.actor, run.triggering_actor) = (Actor::user("grace"), Actor::user("grace"));
    });
    expect(0, &step(&setting, &["check"]));
    assert_eq!(setting.outputs()["approved-by"], "grace");
}

#[test]
fn it_is_withdrawn_by_who_asked_or_may_approve_and_by_nobody_else() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    let by = |who: &str| step(&setting, &["withdraw"]).env("GITHUB_ACTOR", who);
    ends(&setting, &by("mallory"), (10, "approval-stranger"));
    expect(0, &by("linus"));
    assert_eq!(setting.outputs()["verdict"], "withdrawn");
    says(&setting.github, 9, ("grace", "/approve a1b2c3d"));
    let closed = ends(&setting, &step(&setting, &["check"]), (10, "approval-denied"));
    assert!(closed.stdout.contains("linus withdrew the request for a1b2c3d"), "{}", closed.stdout);
    ends(&setting, &by("ada"), (10, "approval-missing"));
}

#[test]
fn what_is_asked_wrongly_is_said_before_anything_is_contacted() {
    let setting = shop();
    let bare = |args: &[&str]| {
        setting.bare(args).env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", "example/shop")
    };
    let nameless = expect(2, &bare(&["approve", "check"]));
    assert!(nameless.stdout.contains("no environment is named"), "{}", nameless.stdout);
    let homeless = expect(2, &bare(&["approve", "request", "--environment", "production"]));
    assert!(homeless.stdout.contains("no commit is named"), "{}", homeless.stdout);
    for (args, code) in [
        (vec!["request", "--commit", "a1b2c3d"], "commit-invalid"),
        (vec!["request", "--approvers", "a b"], "approver-invalid"),
    ] {
        ends(&setting, &step(&setting, &args), (2, code));
    }
    expect(2, &step(&setting, &["request", "--approvals", "0"]));
    expect(2, &step(&setting, &["ask"]));
    assert_eq!(setting.github.requests().len(), 0);
    let comment = on_event(&setting, &["request"], ("issue_comment", json!({ "issue": { "number": 9 } })));
    ends(&setting, &comment.env("SHIPLANE_STEP", "request"), (2, "commit-missing"));
}

#[test]
fn what_may_not_be_written_or_read_is_named() {
    let setting = shop();
    let no = || Fault::status(403, "Resource not accessible by integration");
    setting.github.next_on("/repos/example/shop/issues/9/comments", no());
    let refused = ends(&setting, &step(&setting, &["request"]), (1, "permission-missing"));
    assert!(refused.stdout.contains("grant the job `issues: write`"), "{}", refused.stdout);
    expect(0, &step(&setting, &["request"]));
    says(&setting.github, 9, ("grace", "/approve"));
    setting.github.next_on("/repos/example/shop/collaborators", no());
    ends(&setting, &on_comment(&setting, 9), (1, "approvers-unreadable"));
    setting.github.next_on("/graphql", Fault::forbidden("repository.issueOrPullRequest.comments"));
    let blind = expect(1, &on_comment(&setting, 9));
    assert!(blind.stdout.contains("grant the job `issues: read`"), "{}", blind.stdout);
    setting.github.next_on("/graphql", Fault::forbidden("repository.issueOrPullRequest.comments"));
    let before = comments(&setting.github, 9).len();
    expect(1, &step(&setting, &["request"]));
    assert_eq!(comments(&setting.github, 9).len(), before);
}

#[test]
fn a_long_talk_with_hostile_comments_is_read_to_its_end() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        for number in 0..240 {
            let body = ["x".repeat(65_536), "> /approve a1b2c3d".into(), "\u{202e}/approve\u{0}".into()];
            shop.comment(9, ("mallory", body[number % 3].as_str()), NOON + 60);
        }
        let forged = shop.comments[0].body.clone();
        shop.comment(9, ("mallory", forged.as_str()), NOON + 70);
        shop.comment(9, ("grace", "/approve a1b2c3d"), NOON + 80).id
    });
    setting.github.forget_requests();
    ends(&setting, &on_comment(&setting, 9), (0, "approval-forged"));
    assert_eq!(setting.github.count("/graphql"), 3);
    assert_eq!(setting.github.requests().len(), 6, "{:?}", setting.github.requests());
}

#[test]
fn a_record_decides_again_without_a_network() {
    let setting = shop();
    expect(0, &step(&setting, &["request"]));
    says(&setting.github, 9, ("grace", "/approve a1b2c3d"));
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    let first = expect(0, &step(&setting, &["check", "--save-facts", record]));
    assert!(!std::fs::read_to_string(record).unwrap().contains(TOKEN));
    setting.github.forget_requests();
    let args = ["approve", "check", "--environment", "production", "--facts", record];
    let again = expect(0, &setting.bare(&args));
    assert_eq!((again.stdout, setting.github.requests().len()), (first.stdout, 0));
}

#[test]
fn an_environment_that_the_config_does_not_have_is_a_slip() {
    let setting = shop();
    let config = "environments: { prod: { approval: { count: 2 } } }\n";
    std::fs::write(setting.path("approve.yml"), config).unwrap();
    let outcome = expect(2, &step(&setting, &["request", "--config", "approve.yml"]));
    assert!(outcome.stdout.contains("the config has no environment `production`"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("known are: prod"), "{}", outcome.stdout);
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn whether_somebody_may_withdraw_can_be_unknown() {
    let setting = shop();
    expect(0, &step(&setting, &["request", "--approvers", "@example/leads"]));
    setting.outputs();
    let other = step(&setting, &["withdraw", "--approvers", "@example/leads"]).env("GITHUB_ACTOR", "grace");
    let outcome = ends(&setting, &other, (1, "approvers-unreadable"));
    assert!(outcome.stdout.contains("whether grace may withdraw the request for a1b2c3d is not known"));
    assert_eq!(comments(&setting.github, 9).len(), 1);
}
