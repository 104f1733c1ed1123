//! A pull request is refused with all its reasons, and passes when they are gone.

use serde_json::{Value, json};
use shiplane_testkit::github::{Fault, Mergeable};

use super::setting::{Setting, expect, payload};

#[test]
fn it_is_refused_with_all_reasons_and_passes_when_they_are_gone() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        let pull = shop.pull(7).from("hotfix/login", "d1").mergeable(Mergeable::Conflicting);
        pull.draft = true;
        pull.reviews.clear();
        pull.approve("grace").approve("ada").request_changes("margaret");
        pull.thread("src/login.rs", 12, "why?").author = "grace".into();
        shop.commit("d1").checks.remove(1);
        shop.commit("d1").checks[0].conclude("failure");
    });
    let refused = expect(10, &setting.check(&[]));
    let codes = "draft,source-branch,approvals,changes-requested,check-failed,check-missing,threads,conflict";
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("blocked", codes));
    assert_eq!(
        (outputs["approvals"].as_str(), outputs["missing-checks"].as_str()),
        ("1", "test (sqlite, local)")
    );
    assert_eq!(outputs["head-sha"], "d1");
    assert_eq!((outputs["source"].as_str(), outputs["base"].as_str()), ("hotfix/login", "develop"));
    for said in [
        "branch-gate: blocked — hotfix/login → develop (#7)",
        "approvals: 1 of 2 approvals: grace; not counted: ada (the author)",
        "changes-requested: margaret asks for changes",
        "check-failed: `lint` of ci.yml ended with failure",
        "check-missing: `test (sqlite, local)` has not been reported on d1",
        "threads: a conversation that grace began is not resolved (src/login.rs:12)",
    ] {
        assert!(refused.stdout.contains(said), "{said}\n{}", refused.stdout);
    }
    assert_eq!(setting.github.requests().len(), 1);

    setting.github.edit(|world| {
        let shop = world.repo("example", "shop");
        let pull = shop.pull(7).from("feature/login", "d1").mergeable(Mergeable::Yes);
        pull.draft = false;
        pull.resolve_all().approve("linus").approve("margaret");
        shop.commit("d1").checks.clear();
        shop.commit("d1").checks_passed(&["lint", "test (sqlite, local)"]);
    });
    let passed = expect(0, &setting.check(&[]));
    let outputs = setting.outputs();
    assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("pass", ""));
    assert_eq!((outputs["approvals"].as_str(), outputs["missing-checks"].as_str()), ("3", ""));
    assert!(passed.stdout.contains("branch-gate: pass — feature/login → develop (#7)"), "{}", passed.stdout);
    assert_eq!(setting.github.requests().len(), 2);
}

#[test]
fn a_check_that_still_runs_is_pending_and_exits_10() {
    let setting = Setting::new();
    setting.github.edit(|world| world.repo("example", "shop").commit("d1").checks[1].in_progress().id);
    expect(10, &setting.check(&[]));
    assert_eq!(setting.outputs()["verdict"], "pending");
}

#[test]
fn what_could_not_be_read_is_undetermined_and_exits_1() {
    let setting = Setting::new();
    setting
        .github
        .next(Fault::forbidden("repository.pullRequest.tip.nodes.0.commit.statusCheckRollup.contexts"));
    let outcome = expect(1, &setting.check(&[]));
    let outputs = setting.outputs();
    assert_eq!(
        (outputs["verdict"].as_str(), outputs["codes"].as_str()),
        ("undetermined", "checks-unreadable")
    );
    assert!(
        outcome.stdout.contains("grant the job `checks: read` and `statuses: read`"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn no_answer_is_neither_a_pass_nor_a_refusal() {
    let hour = Fault::rate_limited(1_767_612_600).header("date", "Mon, 05 Jan 2026 11:00:00 GMT");
    for (fault, code, said) in [
        (
            Fault::status(403, "Resource not accessible by integration"),
            "permission-missing",
            "`pull-requests: read`",
        ),
        (Fault::status(401, "Bad credentials"), "token-refused", "Bad credentials"),
        (hour, "rate-limited", "GitHub answers again at 2026-01-05T11:30:00Z"),
        (Fault::graphql_rate_limited(), "rate-limited", "within the hour"),
        (Fault::status(404, "Not Found"), "not-found", "example/shop#7"),
    ] {
        let setting = Setting::new();
        setting.github.next(fault);
        let outcome = expect(1, &setting.check(&[]));
        let outputs = setting.outputs();
        assert_eq!((outputs["verdict"].as_str(), outputs["codes"].as_str()), ("undetermined", code));
        assert!(outcome.stdout.contains(said), "{said}\n{}", outcome.stdout);
        assert_eq!(setting.github.requests().len(), 1);
    }
}

#[test]
fn passing_trouble_is_waited_out() {
    let setting = Setting::new();
    setting.github.next(Fault::secondary_limited(429, std::time::Duration::ZERO));
    setting.github.next(Fault::bad_gateway());
    expect(0, &setting.check(&[]));
    assert_eq!(setting.github.requests().len(), 3);
}

#[test]
fn a_required_check_on_the_second_page_counts() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let commit = world.repo("example", "shop").commit("d1");
        for number in 0..148 {
            commit.check(&format!("leg {number}"));
        }
        commit.check("last").conclude("failure");
    });
    expect(10, &setting.check(&["--checks", "lint,last"]));
    assert_eq!(setting.outputs()["codes"], "check-failed");
    assert_eq!(setting.github.requests().len(), 2);
}

#[test]
fn a_record_decides_again_without_a_network_and_holds_no_secret() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        world.repo("example", "shop").pull(7).draft = true;
    });
    let record = setting.path("facts.json");
    let record = record.to_str().unwrap();
    let first = expect(10, &setting.check(&["--save-facts", record]));
    assert!(!std::fs::read_to_string(record).unwrap().contains("test-token"));
    setting.github.forget_requests();
    let args = ["check", "--config", "shiplane.yml", "--facts", record];
    let again = expect(10, &setting.bare(&args));
    assert_eq!((again.stdout, setting.github.requests().len()), (first.stdout, 0));
}

#[test]
fn a_record_knows_which_check_was_the_gates_own() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let gate = world.repo("example", "shop").commit("d1").check("gate");
        gate.workflow("gate", 900).in_progress();
    });
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    let record = setting.path("facts.json");
    let job = setting.job("pull_request", &payload()).env("GITHUB_RUN_ID", "900").env("GITHUB_JOB", "gate");
    expect(0, &job.args(["--save-facts", record.to_str().unwrap()]));
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(&record).unwrap()).unwrap();
    assert_eq!(facts["own-check"], json!({ "run": 900, "job": "gate", "status": "shiplane/gate" }));
    expect(0, &setting.bare(&["check", "--config", "shiplane.yml", "--facts", record.to_str().unwrap()]));
}

#[test]
fn an_earlier_refusal_is_no_reason_where_the_gate_runs_for_another_commit() {
    let setting = Setting::new();
    setting.github.edit(|world| {
        let gate = world.repo("example", "shop").commit("d1").check("gate");
        gate.workflow("gate", 900).conclude("failure");
    });
    std::fs::write(setting.path("shiplane.yml"), "branches: { develop: { approvals: 2 } }\n").unwrap();
    let job =
        || setting.job("pull_request", &payload()).env("GITHUB_RUN_ID", "901").env("GITHUB_JOB", "gate");
    expect(10, &job());
    for (code, file) in [(0, "gate.yml"), (10, "other.yml")] {
        let workflow = format!("example/shop/.github/workflows/{file}@refs/heads/a/b");
        expect(code, &job().env("GITHUB_WORKFLOW_REF", workflow.as_str()));
    }
}
