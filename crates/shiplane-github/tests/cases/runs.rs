//! The runs of a branch: few requests, complete lists, and a word about what could not be read.

use serde_json::{Value, json};
use shiplane_core::fault::Fault as Refusal;
use shiplane_core::runs::facts::{Facts, Section};
use shiplane_core::runs::{self, Policy};
use shiplane_github::{Repository, RunsQuestion};
use shiplane_testkit::github::{FakeGitHub, Fault, Mergeable, PullState};

use super::setting::client;

const BRANCH: &str = "release/1.x #2";

/// A branch with a green run of `CI` on its head and an older one.
fn shop() -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        // Mon, 05 Jan 2026 13:00:00 GMT
        world.clock = 1_767_618_000;
        let shop = world.repo("example", "shop");
        shop.branch(BRANCH, "d1e2f3a");
        shop.run(("CI", "ci.yml"), (BRANCH, "0ldc0de"), &["lint"]);
        shop.run(("CI", "ci.yml"), (BRANCH, "d1e2f3a"), &["lint", "test"]);
    });
    github
}

fn question() -> RunsQuestion {
    RunsQuestion {
        repository: Repository::new("example/shop").unwrap(),
        branch: BRANCH.to_owned(),
        commit: None,
        pinned: false,
        own_run: None,
    }
}

fn policy(workflows: &[&str]) -> Policy {
    Policy { workflows: workflows.iter().map(|&name| name.to_owned()).collect(), ..Policy::default() }
}

async fn facts(github: &FakeGitHub, policy: &Policy) -> Facts {
    client(github).0.run_facts(&question(), policy).await.unwrap()
}

async fn refusal(github: &FakeGitHub) -> Refusal {
    let error = client(github).0.run_facts(&question(), &policy(&[])).await.unwrap_err();
    error.chain().find_map(|cause| cause.downcast_ref::<Refusal>()).expect("a fault").clone()
}

fn codes(policy: &Policy, facts: &Facts) -> Vec<String> {
    let findings = runs::evaluate(policy, facts);
    let word = runs::verdict(&findings).word;
    let codes =
        findings.into_iter().filter(|it| it.level > shiplane_core::report::Level::Ok).map(|it| it.code);
    std::iter::once(word).chain(codes).collect()
}

#[tokio::test]
async fn a_green_branch_costs_three_requests() {
    let github = shop();
    let facts = facts(&github, &policy(&["CI"])).await;
    assert_eq!(facts.head.as_deref(), Some("d1e2f3a"));
    assert_eq!(facts.seen_at, "2026-01-05T13:00:00Z".parse().ok());
    assert_eq!((facts.runs.len(), facts.older_runs.len()), (1, 0));
    let run = &facts.runs[0];
    assert_eq!((run.file.as_deref(), run.attempt, run.fork), (Some("ci.yml"), 1, false));
    assert_eq!(run.jobs.as_ref().unwrap()[1].name, "test");
    assert_eq!(run.url.as_deref(), Some("https://github.com/example/shop/actions/runs/9001"));
    assert_eq!(codes(&policy(&["CI"]), &facts), ["pass"]);
    let paths: Vec<String> = github.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(
        paths,
        [
            "/repos/example/shop/branches/release%2F1.x%20%232",
            "/repos/example/shop/actions/runs",
            "/repos/example/shop/actions/runs/9001/jobs",
        ]
    );
    assert!(github.requests()[1].query.starts_with("branch=release%2F1.x%20%232&head_sha=d1e2f3a&"));
}

#[tokio::test]
async fn what_there_was_is_asked_only_when_a_workflow_has_not_run() {
    let github = shop();
    github.edit(|world| {
        world.repo("example", "shop").branch(BRANCH, "f00ba42");
    });
    let facts = facts(&github, &policy(&["CI"])).await;
    assert_eq!((facts.runs.len(), facts.older_runs.len()), (0, 2));
    assert_eq!(codes(&policy(&["CI"]), &facts), ["blocked", "run-stale"]);
    assert_eq!(github.requests().len(), 3);
}

#[tokio::test]
async fn a_branch_that_is_not_there_is_an_answer_and_a_hidden_repository_is_none() {
    let github = shop();
    let gone = RunsQuestion { branch: "gone".to_owned(), ..question() };
    let facts = client(&github).0.run_facts(&gone, &policy(&[])).await.unwrap();
    assert_eq!(codes(&policy(&[]), &facts), ["blocked", "branch-missing"]);
    assert_eq!(github.requests().len(), 1);

    github.next(Fault::status(404, "Not Found"));
    assert_eq!(refusal(&github).await.code, "not-found");
    github.next(Fault::status(403, "Resource not accessible by integration"));
    let refused = refusal(&github).await;
    assert_eq!((refused.code, refused.exit.code()), ("permission-missing", 1));
    assert!(refused.help.unwrap().contains("`contents: read`"));
}

#[tokio::test]
async fn a_missing_permission_is_named_and_never_a_pass() {
    for (path, section, code) in [
        ("/repos/example/shop/actions/runs", Section::Runs, "runs-unreadable"),
        ("/repos/example/shop/actions/runs/9001/jobs", Section::Jobs, "jobs-unreadable"),
    ] {
        for status in [403, 404] {
            let github = shop();
            github.next_on(path, Fault::status(status, "Resource not accessible by integration"));
            let facts = facts(&github, &policy(&["CI"])).await;
            assert_eq!((facts.unread[0].section, facts.unread.len()), (section, 1));
            assert_eq!(facts.unread[0].permissions, ["actions: read"]);
            assert_eq!(codes(&policy(&["CI"]), &facts), ["undetermined", code]);
        }
    }
}

#[tokio::test]
async fn every_page_counts_and_a_short_list_is_not_whole() {
    let github = shop();
    github.edit(|world| {
        let run = &mut world.repo("example", "shop").runs[1];
        (0..148).for_each(|number| run.job(&format!("leg {number}")).attempt = 1);
        run.job("last").conclude("failure");
    });
    let full = facts(&github, &policy(&["CI"])).await;
    assert_eq!(full.runs[0].jobs.as_ref().unwrap().len(), 151);
    assert_eq!(codes(&policy(&["CI"]), &full), ["blocked", "job-failed"]);
    assert_eq!(github.requests().len(), 4);

    let first = json!({ "name": "lint", "id": 1, "status": "completed", "conclusion": "success" });
    for jobs in [
        json!({ "total_count": 2, "jobs": [first] }),
        json!({ "total_count": 2, "jobs": [first, first] }),
        json!({ "total_count": 2, "jobs": [first, { "name": 7, "status": "completed" }] }),
        json!({ "total_count": 2, "jobs": [first, { "name": "test" }] }),
        json!({ "total_count": 1, "jobs": first }),
        json!(["what"]),
    ] {
        let answer = Fault::Status { code: 200, headers: Vec::new(), body: jobs.to_string() };
        github.next_on("/repos/example/shop/actions/runs/9001/jobs", answer);
        let facts = facts(&github, &policy(&["CI"])).await;
        assert_eq!(codes(&policy(&["CI"]), &facts), ["undetermined", "jobs-unreadable"], "{jobs}");
    }
}

/// A run as GitHub sends it, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Fault {
    let mut run = json!({
        "id": 9001, "name": "CI", "path": ".github/workflows/ci.yml@refs/heads/x", "event": "push", "run_attempt": 1,
        "status": "completed", "conclusion": "success", "head_branch": BRANCH, "head_sha": "d1e2f3a",
        "head_repository": { "full_name": "Example/Shop" }, "brand_new": { "key": [] },
    });
    change(&mut run);
    let body = json!({ "total_count": 1, "workflow_runs": [run] }).to_string();
    Fault::Status { code: 200, headers: Vec::new(), body }
}

#[tokio::test]
async fn wrong_types_and_new_words_are_no_pass_and_no_crash() {
    type Change = fn(&mut Value);
    let changes: [(Change, &[&str]); 9] = [
        (|_| {}, &["pass"]),
        (|run| run["conclusion"] = json!("exploded"), &["blocked", "run-failed"]),
        (|run| run["conclusion"] = json!(7), &["undetermined", "run-pending"]),
        (|run| run["status"] = json!(null), &["pass"]),
        (|run| run["id"] = json!("9001"), &["undetermined", "runs-unreadable"]),
        (|run| run["head_sha"] = json!(null), &["undetermined", "runs-unreadable"]),
        (|run| run["head_sha"] = json!("0ther"), &["blocked", "run-stale"]),
        (|run| run["head_repository"] = json!({ "full_name": "mallory/shop" }), &["blocked", "run-missing"]),
        (|run| *run = json!(null), &["undetermined", "runs-unreadable"]),
    ];
    for (at, (change, expected)) in changes.into_iter().enumerate() {
        let github = shop();
        github.edit(|world| world.repo("example", "shop").runs[0].branch = "other".to_owned());
        github.next_on("/repos/example/shop/actions/runs", changed(change));
        let policy = policy(&["ci.yml"]);
        let mut facts = facts(&github, &policy).await;
        if expected.contains(&"run-stale") {
            // The server's own list, asked for next, knows the run under its true commit.
            facts.older_runs.iter_mut().for_each(|run| run.commit = "0ther".to_owned());
            facts.older_runs.push(runs::facts::Run {
                id: 1,
                workflow: "CI".into(),
                file: Some("ci.yml".into()),
                event: "push".into(),
                commit: "0ther".into(),
                ..runs::facts::Run::default()
            });
        }
        assert_eq!(codes(&policy, &facts), expected, "change {at}");
    }
}

#[tokio::test]
async fn a_run_of_a_fork_or_of_an_earlier_attempt_does_not_count() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.run(("CI", "ci.yml"), (BRANCH, "d1e2f3a"), &["lint"])
            .of_fork("mallory/shop")
            .conclude("failure");
        shop.runs[1].jobs[1].conclude("failure");
        shop.runs[1].again().job("test");
    });
    let facts = facts(&github, &policy(&["CI"])).await;
    assert_eq!(codes(&policy(&["CI"]), &facts), ["pass"]);
    let run = facts.runs.iter().find(|run| run.id == 9001).unwrap();
    assert_eq!((run.attempt, run.jobs.as_ref().unwrap().len()), (2, 2));
    assert_eq!(github.requests().len(), 3);
}

#[tokio::test]
async fn the_way_to_production_is_measured() {
    let github = shop();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        let pull =
            shop.pull(7).from("develop", "d1e2f3a").into_branch(BRANCH, "0ldc0de").mergeable(Mergeable::Yes);
        pull.state = PullState::Merged;
        shop.branch(BRANCH, "d1e2f3a");
        shop.deployment("production", "0ldc0de").came("success", "2026-01-05T09:00:00Z");
        let deployment = shop.deployment("production", "d1e2f3a");
        deployment.came("waiting", "2026-01-05T12:05:00Z").came("in_progress", "2026-01-05T12:25:00Z");
        deployment.came("success", "2026-01-05T12:31:00Z");
    });
    let policy = Policy { environment: Some("production".to_owned()), ..policy(&["CI"]) };
    let measured = facts(&github, &policy).await;
    let lead = runs::lead(&measured).unwrap();
    assert_eq!((lead.total, lead.waiting, lead.machine()), (31 * 60, 20 * 60, 11 * 60));
    assert_eq!(codes(&policy, &measured), ["pass"]);
    assert_eq!(github.requests().len(), 6);

    github.next_on(
        "/repos/example/shop/deployments",
        Fault::status(403, "Resource not accessible by integration"),
    );
    let unread = facts(&github, &policy).await;
    assert_eq!(unread.unread[0].permissions, ["deployments: read"]);
    assert_eq!(codes(&policy, &unread), ["pass", "lead-time"]);
    github
        .next_on("/repos/example/shop/commits/d1e2f3a/pulls", Fault::status(403, "Resource not accessible"));
    assert_eq!(facts(&github, &policy).await.unread[0].permissions, ["pull-requests: read"]);
}

#[tokio::test]
async fn the_first_characters_of_the_head_are_the_head() {
    let github = shop();
    let asked = async |commit: &str| {
        let question = RunsQuestion { commit: Some(commit.to_owned()), pinned: true, ..question() };
        client(&github).0.run_facts(&question, &policy(&["CI"])).await.unwrap()
    };
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch(BRANCH, "d1e2f3a4b5c6");
        shop.runs[1].sha = "d1e2f3a4b5c6".to_owned();
    });
    assert_eq!(codes(&policy(&["CI"]), &asked("d1e2f3a").await), ["pass"]);
    assert_eq!(codes(&policy(&["CI"]), &asked("0ldc0de").await), ["pass", "head-moved"]);
}

#[tokio::test]
async fn passing_trouble_is_waited_out_and_lasting_trouble_is_a_fault() {
    let github = shop();
    github.next_on("/repos/example/shop/actions/runs", Fault::bad_gateway());
    github.next_on("/repos/example/shop/actions/runs/9001/jobs", Fault::Truncated);
    assert_eq!(codes(&policy(&["CI"]), &facts(&github, &policy(&["CI"])).await), ["pass"]);
    (0..9).for_each(|_| github.next_on("/repos/example/shop/actions/runs", Fault::bad_gateway()));
    assert_eq!(refusal(&github).await.code, "github-unavailable");
}
