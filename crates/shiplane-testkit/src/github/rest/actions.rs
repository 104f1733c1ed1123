//! Workflow runs, their jobs, deployments and the pull requests of a commit, as REST shows them.

use serde_json::{Value, json};

use super::page::Page;
use super::shapes;
use crate::github::actor::{Actor, id_of, node_id};
use crate::github::pull::PullState;
use crate::github::runs::{Deployment, Job, Run};
use crate::github::server::Answer;
use crate::github::world::Repo;

/// A search ends after so many results (docs, "List workflow runs for a repository").
const MOST_FOUND: usize = 1000;

/// Below `actions/runs`.
pub(super) fn runs(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    match steps {
        [] => Some(list(repo, page)),
        [id] => find(repo, id).map(|run| Answer::ok(shape(repo, run))),
        [id, "jobs"] => find(repo, id).map(|run| jobs(repo, run, page)),
        _ => None,
    }
}

fn find<'a>(repo: &'a Repo, id: &str) -> Option<&'a Run> {
    repo.runs.iter().find(|run| run.id.to_string() == id)
}

/// Newest first, with `branch`, `event`, `head_sha` and `status`, which takes conclusions, too.
fn list(repo: &Repo, page: &Page) -> Answer {
    let wanted = |name: &str, value: &str| page.parameter(name).is_none_or(|asked| asked == value);
    let searched =
        ["branch", "event", "head_sha", "status"].iter().any(|name| page.parameter(name).is_some());
    let found = repo.runs.iter().rev().filter(|run| {
        wanted("branch", &run.branch)
            && wanted("event", &run.event)
            && wanted("head_sha", &run.sha)
            && (wanted("status", &run.status) || wanted("status", run.conclusion.as_deref().unwrap_or("")))
    });
    let most = if searched { MOST_FOUND } else { usize::MAX };
    page.counted("workflow_runs", found.take(most).map(|run| shape(repo, run)).collect())
}

/// Of the latest attempt, or of all with `filter=all`.
fn jobs(repo: &Repo, run: &Run, page: &Page) -> Answer {
    let all = page.parameter("filter") == Some("all");
    let shown = run.jobs.iter().enumerate().filter(|(at, job)| {
        all || !run
            .jobs
            .iter()
            .skip(at + 1)
            .any(|other| other.name == job.name && other.attempt > job.attempt)
    });
    page.counted("jobs", shown.map(|(at, job)| job_shape(repo, run, (at, job))).collect())
}

fn shape(repo: &Repo, run: &Run) -> Value {
    let api = format!("{}/actions/runs/{}", shapes::api(repo), run.id);
    let workflow = id_of(&["workflow", &run.file]);
    let number = repo.runs.iter().filter(|other| other.file == run.file && other.id <= run.id).count();
    let mut head_repository = shapes::repository(repo);
    if let Some(fork) = &run.fork {
        head_repository["full_name"] = fork.as_str().into();
        head_repository["fork"] = true.into();
    }
    json!({
        "id": run.id, "node_id": node_id("WFR", &[&run.id.to_string()]),
        "name": run.workflow, "path": format!(".github/workflows/{}", run.file),
        "display_title": repo.commits.get(&run.sha).map(|commit| commit.message.as_str()),
        "run_number": number, "run_attempt": run.attempt, "event": run.event,
        "status": run.status, "conclusion": run.conclusion, "workflow_id": workflow,
        "check_suite_id": id_of(&["suite", &api]), "check_suite_node_id": node_id("CS", &[&api]),
        "head_branch": run.branch, "head_sha": run.sha,
        "head_commit": { "id": run.sha, "tree_id": run.sha, "message": "", "timestamp": run.created_at,
            "author": { "name": "dev", "email": "dev@example.org" },
            "committer": { "name": "dev", "email": "dev@example.org" } },
        "repository": shapes::repository(repo), "head_repository": head_repository,
        "actor": shapes::account(&Actor::user("dev")), "triggering_actor": shapes::account(&Actor::user("dev")),
        "created_at": run.created_at, "run_started_at": run.started_at, "updated_at": run.updated_at,
        "pull_requests": [], "referenced_workflows": [], "previous_attempt_url": null,
        "url": api, "html_url": format!("{}/actions/runs/{}", shapes::html(repo), run.id),
        "jobs_url": format!("{api}/jobs"), "logs_url": format!("{api}/logs"),
        "check_suite_url": format!("{}/check-suites/{}", shapes::api(repo), id_of(&["suite", &api])),
        "artifacts_url": format!("{api}/artifacts"), "cancel_url": format!("{api}/cancel"),
        "rerun_url": format!("{api}/rerun"),
        "workflow_url": format!("{}/actions/workflows/{workflow}", shapes::api(repo)),
    })
}

fn job_shape(repo: &Repo, run: &Run, (at, job): (usize, &Job)) -> Value {
    let id = run.id * 1000 + at as u64;
    let began = job.status == "completed" || job.status == "in_progress";
    json!({
        "id": id, "node_id": node_id("CR", &[&id.to_string()]),
        "run_id": run.id, "run_attempt": job.attempt, "workflow_name": run.workflow,
        "run_url": format!("{}/actions/runs/{}", shapes::api(repo), run.id),
        "head_branch": run.branch, "head_sha": run.sha,
        "name": job.name, "status": job.status, "conclusion": job.conclusion,
        "created_at": run.started_at, "started_at": job.started_at, "completed_at": job.completed_at,
        "steps": [], "labels": ["ubuntu-latest"],
        "runner_id": began.then_some(1), "runner_name": began.then_some("GitHub Actions 1"),
        "runner_group_id": began.then_some(0), "runner_group_name": began.then_some("GitHub Actions"),
        "url": format!("{}/actions/jobs/{id}", shapes::api(repo)),
        "html_url": format!("{}/actions/runs/{}/job/{id}", shapes::html(repo), run.id),
        "check_run_url": format!("{}/check-runs/{id}", shapes::api(repo)),
    })
}

/// Below `deployments`: newest first, with `sha` and `environment`.
pub(super) fn deployments(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    let wanted = |name: &str, value: &str| page.parameter(name).is_none_or(|asked| asked == value);
    let find = |id: &str| repo.deployments.iter().find(|deployment| deployment.id.to_string() == id);
    match steps {
        [] => {
            let found = repo.deployments.iter().rev();
            let found = found.filter(|it| {
                let place = wanted("environment", &it.environment) && wanted("task", &it.task);
                place && wanted("sha", &it.sha)
            });
            Some(page.list(found.map(|it| deployment_shape(repo, it)).collect()))
        }
        [id] => find(id).map(|it| Answer::ok(deployment_shape(repo, it))),
        [id, "statuses"] => find(id).map(|it| page.list(statuses(repo, it))),
        _ => None,
    }
}

fn deployment_shape(repo: &Repo, deployment: &Deployment) -> Value {
    let (id, api) = (deployment.id, format!("{}/deployments/{}", shapes::api(repo), deployment.id));
    json!({
        "id": id, "node_id": node_id("DE", &[&id.to_string()]), "url": api,
        "sha": deployment.sha, "ref": deployment.sha, "task": deployment.task, "payload": {},
        "environment": deployment.environment, "original_environment": deployment.environment,
        "description": null, "creator": shapes::account(&Actor::bot("github-actions")),
        "created_at": deployment.created_at, "updated_at": deployment.created_at,
        "statuses_url": format!("{api}/statuses"), "repository_url": shapes::api(repo),
        "transient_environment": false, "production_environment": deployment.environment == "production",
        "performed_via_github_app": null,
    })
}

fn statuses(repo: &Repo, deployment: &Deployment) -> Vec<Value> {
    let api = format!("{}/deployments/{}", shapes::api(repo), deployment.id);
    let shape = |(at, (state, time)): (usize, &(String, String))| {
        let id = deployment.id * 1000 + at as u64;
        json!({
            "id": id, "node_id": node_id("DES", &[&id.to_string()]), "url": format!("{api}/statuses/{id}"),
            "state": state, "environment": deployment.environment, "description": "",
            "creator": shapes::account(&Actor::bot("github-actions")), "created_at": time, "updated_at": time,
            "deployment_url": api, "repository_url": shapes::api(repo),
            "target_url": "", "log_url": "", "environment_url": deployment.url, "performed_via_github_app": null,
        })
    };
    deployment.statuses.iter().enumerate().rev().map(shape).collect()
}

/// `GET commits/{sha}/pulls`: the merged one that brought it, and any that has it.
pub(super) fn pulls_of(repo: &Repo, sha: &str, page: &Page) -> Answer {
    let has = repo.pulls.values().filter(|pull| {
        let merged = pull.state == PullState::Merged && pull.test_merge.as_deref() == Some(sha);
        merged || pull.commits.iter().any(|commit| commit == sha)
    });
    page.list(has.map(|pull| shapes::pull(repo, pull)).collect())
}

/// A deployment by its number.
pub(super) fn deployment(repo: &Repo, id: &str) -> Option<Value> {
    let found = repo.deployments.iter().find(|deployment| deployment.id.to_string() == id)?;
    Some(deployment_shape(repo, found))
}

/// The state that a deployment came into last.
pub(super) fn newest_status(repo: &Repo, id: &str) -> Option<Value> {
    let found = repo.deployments.iter().find(|deployment| deployment.id.to_string() == id)?;
    statuses(repo, found).into_iter().next()
}
