//! What is told to GitHub: a status, one comment, the end of a draft. It never changes the answer.

use serde_json::{Value, json};
use shiplane_testkit::github::{Actor, FakeGitHub, Fault};

use super::setting::{Setting, expect, payload, queued};

const NO: &str = "Resource not accessible by integration";

/// The bodies that were posted as a status of that commit.
fn statuses(github: &FakeGitHub, commit: &str) -> Vec<Value> {
    let path = format!("/repos/example/shop/statuses/{commit}");
    let posted = github.requests().into_iter().filter(|asked| asked.path == path && asked.method == "POST");
    posted.map(|asked| serde_json::from_str(&asked.body).unwrap()).collect()
}

fn comments(github: &FakeGitHub) -> Vec<String> {
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.comments
            .iter()
            .filter(|it| it.author == Actor::bot("github-actions"))
            .map(|it| it.body.clone())
            .collect()
    })
}

fn writes(github: &FakeGitHub) -> Vec<String> {
    let written = |path: &str| path != "/graphql";
    let asked = github.requests().into_iter().filter(|asked| asked.method != "GET" && written(&asked.path));
    asked.map(|asked| format!("{} {}", asked.method, asked.path)).collect()
}

#[test]
fn the_status_says_the_answer_of_the_judged_commit_and_where_to_read_more() {
    let setting = Setting::new();
    let tell = || {
        setting
            .job("pull_request", &payload())
            .arg("--set-status")
            .env("GITHUB_SERVER_URL", "https://github.example")
            .env("GITHUB_RUN_ID", "77")
    };
    expect(0, &tell());
    setting.github.edit(|world| world.repo("example", "shop").commit("d1").checks[1].in_progress().id);
    expect(10, &tell());
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    expect(10, &tell());
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = false);
    setting
        .github
        .next(Fault::forbidden("repository.pullRequest.tip.nodes.0.commit.statusCheckRollup.contexts"));
    expect(1, &tell());
    let told = |state: &str, description: &str| {
        json!({
            "state": state, "description": description, "context": "shiplane/gate",
            "target_url": "https://github.example/example/shop/actions/runs/77",
        })
    };
    let expected = [
        told("success", "pass"),
        told("pending", "pending: check-pending"),
        told("failure", "blocked: draft, check-pending"),
        told("error", "undetermined: checks-unreadable"),
    ];
    assert_eq!(statuses(&setting.github, "d1"), expected);
}

#[test]
fn its_own_status_is_no_check() {
    let setting = Setting::new();
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    for state in ["failure", "pending", "error"] {
        setting.github.edit(|world| {
            drop(world.repo("example", "shop").commit("d1").status("shiplane/gate", state).clone())
        });
        expect(0, &setting.check(&["--set-status"]));
    }
    setting.github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        commit.checks.clear();
    });
    expect(10, &setting.check(&["--set-status"]));
    assert_eq!(setting.outputs()["codes"], "no-checks");
}

#[test]
fn a_group_of_the_queue_gets_the_status_on_its_own_commit() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        world.repo("example", "shop").commit("q1").checks_passed(&["lint", "test (sqlite, local)"]);
    });
    expect(0, &setting.job("merge_group", &queued("q1")).arg("--set-status"));
    assert_eq!((statuses(&setting.github, "q1").len(), statuses(&setting.github, "d1").len()), (1, 0));
}

#[test]
fn a_long_status_is_cut() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        let pull = shop.pull(7).from("hotfix/x", "d1");
        (pull.draft, pull.from_fork) = (true, true);
        pull.reviews.clear();
        pull.request_changes("margaret").thread("a.rs", 1, "why?");
        pull.mergeable(shiplane_testkit::github::Mergeable::Conflicting);
        shop.commit("d1").checks.remove(1);
        shop.commit("d1").checks[0].conclude("failure");
    });
    expect(10, &setting.check(&["--set-status", "--last-push-approval", "--changelog", "required"]));
    let description = statuses(&setting.github, "d1")[0]["description"].as_str().unwrap().to_owned();
    assert!(description.starts_with("blocked: draft, source-branch, fork-source"), "{description}");
    assert!((130..=140).contains(&description.chars().count()), "{description}");
}

#[test]
fn one_comment_is_kept_up_to_date() {
    let setting = Setting::new();
    let marker = "<!-- shiplane:gate -->";
    // Someone else's comment with the marker in it is not ours to change.
    setting
        .github
        .edit(|world| drop(world.repo("example", "shop").comment(7, ("mallory", marker), 0).clone()));
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    expect(10, &setting.check(&["--comment"]));
    let first = comments(&setting.github);
    assert_eq!(first.len(), 1);
    for said in [marker, "blocked", "the pull request is a draft"] {
        assert!(first[0].contains(said), "{said}\n{}", first[0]);
    }
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = false);
    expect(0, &setting.check(&["--comment"]));
    let second = comments(&setting.github);
    assert_eq!(second.len(), 1);
    assert!(second[0].contains("pass") && !second[0].contains("blocked"), "{}", second[0]);
    setting.github.forget_requests();
    expect(0, &setting.check(&["--comment"]));
    assert_eq!(writes(&setting.github), Vec::<String>::new(), "it says so already");
}

#[test]
fn hostile_names_are_harmless_in_the_comment() {
    let setting = Setting::new();
    let name = "<img src=x> | @ada [a](https://evil.example) `x`\n## ::error::";
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.commit("d1").check(name).conclude("failure");
        shop.pull(7).thread("a|b.rs", 1, "why?").author = "grace".into();
    });
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    expect(10, &setting.check(&["--comment"]));
    let comment = comments(&setting.github).remove(0);
    for raw in ["<img", "@ada", "[a](", "https://evil", "\n## ::", "`x`\n"] {
        assert!(!comment.contains(raw), "{raw}\n{comment}");
    }
    assert!(comment.contains("img src=x"), "{comment}");
}

#[test]
fn the_comment_is_never_longer_than_github_takes() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        for number in 0..400 {
            commit.check(&format!("{number} {}", "😀".repeat(90))).conclude("failure");
        }
    });
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    expect(10, &setting.check(&["--comment"]));
    let comment = comments(&setting.github).remove(0);
    assert!((20_000..=65_536).contains(&comment.len()), "{}", comment.len());
}

#[test]
fn a_draft_is_marked_ready_when_that_is_all_that_is_missing() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let is_draft = || setting.github.edit(|world| world.repo("example", "shop").pull(7).draft);
    expect(10, &setting.check(&["--mark-ready", "--approvals", "3"]));
    assert!(is_draft());
    setting.outputs();
    let outcome = expect(0, &setting.check(&["--mark-ready"]));
    assert!(!is_draft());
    assert_eq!(setting.outputs()["verdict"], "pass");
    assert!(outcome.stdout.contains("is marked as ready for review now"), "{}", outcome.stdout);
    setting.github.forget_requests();
    expect(0, &setting.check(&["--mark-ready"]));
    setting.outputs();
    // One reason alone that is none of a draft's stays.
    expect(10, &setting.check(&["--mark-ready", "--approvals", "3"]));
    assert_eq!(setting.outputs()["codes"], "approvals");
    assert_eq!(setting.github.requests().len(), 2, "there is nothing to mark");
}

#[test]
fn what_may_not_be_told_is_a_warning_that_names_the_permission() {
    let setting = Setting::new();
    for (draft, code, verdict) in [(false, 0, "pass"), (true, 10, "blocked")] {
        setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = draft);
        setting.github.next_on("/repos/example/shop/statuses", Fault::status(403, NO));
        setting.github.next_on("/repos/example/shop/issues", Fault::status(403, NO));
        let outcome = expect(code, &setting.check(&["--set-status", "--comment"]));
        let outputs = setting.outputs();
        let codes = if draft { "draft,not-told" } else { "not-told" };
        assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), (verdict, codes));
        for said in [
            "the commit status was not written: Resource not accessible by integration",
            "the comment was not written: Resource not accessible by integration",
            "grant the job `statuses: write`",
            "grant the job `pull-requests: write`",
        ] {
            assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
        }
        assert_eq!(setting.github.faults_left(), 0);
    }
}

#[test]
fn a_draft_that_may_not_be_marked_stays_one() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let record = setting.path("facts.json");
    expect(10, &setting.check(&["--save-facts", record.to_str().unwrap()]));
    setting.outputs();
    // The question for the gate, the one for the draft, and then the deed.
    setting.github.next_on("/graphql", Fault::Late(std::time::Duration::ZERO));
    setting.github.next_on("/graphql", Fault::Late(std::time::Duration::ZERO));
    setting.github.next_on("/graphql", Fault::forbidden("markPullRequestReadyForReview"));
    let outcome = expect(10, &setting.check(&["--mark-ready"]));
    assert_eq!(setting.outputs()["codes"], "draft,not-told");
    assert!(outcome.stdout.contains("the end of the draft was not written"), "{}", outcome.stdout);
}

#[test]
fn trouble_in_telling_does_not_change_the_answer() {
    let setting = Setting::new();
    setting.github.next_on("/repos/example/shop/statuses", Fault::status(422, "Validation Failed"));
    expect(0, &setting.check(&["--set-status"]));
    assert_eq!(setting.outputs()["codes"], "not-told");
}

#[test]
fn a_decision_from_a_record_tells_nothing() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").pull(7).draft = true);
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    expect(10, &setting.check(&["--save-facts", record]));
    setting.github.forget_requests();
    let all = ["--facts", record, "--set-status", "--comment", "--mark-ready"];
    expect(10, &setting.check(&all));
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_push_gets_a_status_and_no_comment() {
    let setting = Setting::new();
    setting.github.edit(|world| drop(world.repo("example", "shop").branch("develop", "m2").clone()));
    let push = json!({ "ref": "refs/heads/develop", "after": "m2", "sender": { "login": "grace" } });
    expect(10, &setting.job("push", &push).args(["--set-status", "--comment"]));
    assert_eq!(writes(&setting.github), ["POST /repos/example/shop/statuses/m2"]);
    assert_eq!(statuses(&setting.github, "m2")[0]["description"], "blocked: direct-push");
}
