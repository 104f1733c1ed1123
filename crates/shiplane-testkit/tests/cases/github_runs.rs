//! The fake GitHub tells of workflow runs, jobs and deployments as GitHub does.

use serde_json::Value;
use shiplane_testkit::github::{FakeGitHub, PullState, TOKEN};
use shiplane_testkit::http::Call;

fn shop() -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        let shop = world.repo("example", "shop");
        shop.branch("develop", "d1");
        shop.run(("CI", "ci.yml"), ("develop", "c1"), &["lint"]).conclude("failure");
        let run = shop.run(("CI", "ci.yml"), ("develop", "d1"), &["lint", "test"]);
        run.jobs[1].conclude("failure");
        run.again().job("test").between("2026-01-05T11:00:00Z", "2026-01-05T11:01:00Z");
        shop.run(("CI", "ci.yml"), ("develop", "d1"), &[]).of_fork("mallory/shop").unfinished("queued");
        let deployment = shop.deployment("production", "d1");
        deployment.came("waiting", "2026-01-05T12:05:00Z").came("success", "2026-01-05T12:25:00Z");
        shop.pull(7).from("feature/x", "d1").into_branch("develop", "m1").state = PullState::Merged;
    });
    github
}

fn get(github: &FakeGitHub, below: &str) -> Value {
    let call = Call::get(&format!("{}/repos/example/shop/{below}", github.url()));
    let reply = call.header("authorization", &format!("Bearer {TOKEN}")).send().unwrap();
    assert_eq!(reply.status, 200, "{below}: {}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

fn ids(answer: &Value) -> Vec<u64> {
    answer["workflow_runs"].as_array().unwrap().iter().map(|run| run["id"].as_u64().unwrap()).collect()
}

#[test]
fn runs_come_newest_first_and_are_found_by_branch_commit_event_and_state() {
    let github = shop();
    let found = |query: &str| ids(&get(&github, &format!("actions/runs?{query}")));
    assert_eq!(found(""), [9002, 9001, 9000]);
    assert_eq!(found("branch=develop&head_sha=d1"), [9002, 9001]);
    assert_eq!(found("event=push"), [9001, 9000]);
    assert_eq!((found("status=failure"), found("status=queued")), (vec![9000], vec![9002]));
    assert_eq!(found("branch=main"), [0_u64; 0]);
    let page = get(&github, "actions/runs?per_page=2&page=2");
    assert_eq!((page["total_count"].as_u64(), ids(&page)), (Some(3), vec![9000]));
    let run = &get(&github, "actions/runs")["workflow_runs"][0];
    assert_eq!(run["head_repository"]["full_name"], "mallory/shop");
    assert_eq!((&run["run_number"], &run["path"]), (&3.into(), &".github/workflows/ci.yml".into()));
}

#[test]
fn jobs_are_of_the_latest_attempt_unless_all_are_asked_for() {
    let github = shop();
    let latest = get(&github, "actions/runs/9001/jobs");
    assert_eq!((&latest["total_count"], &latest["jobs"][1]["conclusion"]), (&2.into(), &"success".into()));
    assert_eq!(latest["jobs"][1]["run_attempt"], 2);
    assert_eq!(get(&github, "actions/runs/9001/jobs?filter=all")["total_count"], 3);
}

#[test]
fn deployments_tell_their_states_newest_first_and_commits_their_pull_requests() {
    let github = shop();
    let found = get(&github, "deployments?sha=d1&environment=production");
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert!(get(&github, "deployments?environment=staging").as_array().unwrap().is_empty());
    let statuses = get(&github, &format!("deployments/{}/statuses", found[0]["id"]));
    assert_eq!((&statuses[0]["state"], &statuses[1]["state"]), (&"success".into(), &"waiting".into()));
    let pulls = get(&github, "commits/d1/pulls");
    assert_eq!((&pulls[0]["number"], &pulls[0]["merged_at"]), (&7.into(), &"2026-01-05T12:00:00Z".into()));
}
