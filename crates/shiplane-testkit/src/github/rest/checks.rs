//! Check runs and statuses as REST shows them.

use serde_json::{Value, json};

use super::page::Page;
use super::shapes;
use crate::github::actor::{id_of, node_id};
use crate::github::commit::{CheckRun, Commit, Status};
use crate::github::server::Answer;
use crate::github::world::Repo;

/// `GET commits/{ref}/check-runs`, with `check_name`, `status`, `app_id` and `filter`.
pub(super) fn check_runs(commit: &Commit, page: &Page) -> Option<Answer> {
    let wanted = |name: &str, value: &str| page.parameter(name).is_none_or(|asked| asked == value);
    let all = page.parameter("filter") == Some("all");
    let newest = |at: usize, run: &CheckRun| {
        let later = &commit.checks[at + 1..];
        !later.iter().any(|other| other.name == run.name && other.suite == run.suite)
    };
    let chosen = commit.checks.iter().enumerate().filter(|(at, run)| {
        wanted("check_name", &run.name)
            && wanted("status", &run.status)
            && wanted("app_id", &run.app.0.to_string())
            && (all || newest(*at, run))
    });
    Some(page.counted("check_runs", chosen.map(|(_, run)| check_run(commit, run)).collect()))
}

fn check_run(commit: &Commit, run: &CheckRun) -> Value {
    let id = run.id;
    json!({
        "id": id,
        "node_id": node_id("CR", &[&id.to_string()]),
        "head_sha": commit.sha,
        "external_id": "",
        "name": run.name,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "url": format!("https://api.github.com/check-runs/{id}"),
        "html_url": format!("https://github.com/runs/{id}"),
        "details_url": format!("https://github.com/runs/{id}"),
        "output": { "title": null, "summary": null, "text": null, "annotations_count": 0,
            "annotations_url": format!("https://api.github.com/check-runs/{id}/annotations") },
        "check_suite": { "id": run.suite },
        "app": { "id": run.app.0, "slug": run.app.1, "name": run.app.1, "node_id": node_id("A", &[&run.app.1]) },
        "pull_requests": [],
    })
}

/// `GET commits/{ref}/status`: the newest status of each name, and the worst of them.
pub(super) fn combined_status(repo: &Repo, commit: &Commit, page: &Page) -> Option<Answer> {
    let current = commit.current_statuses();
    let any = |states: &[&str]| current.iter().any(|status| states.contains(&status.state.as_str()));
    let state = match (any(&["failure", "error"]), any(&["pending"]) || current.is_empty()) {
        (true, _) => "failure",
        (false, true) => "pending",
        (false, false) => "success",
    };
    let total = current.len();
    let (shown, links) = page.cut(current.into_iter().map(|it| status(commit, it)).collect());
    let body = json!({
        "state": state,
        "statuses": shown,
        "sha": commit.sha,
        "total_count": total,
        "repository": shapes::repository(repo),
        "commit_url": format!("{}/commits/{}", shapes::api(repo), commit.sha),
        "url": format!("{}/commits/{}/status", shapes::api(repo), commit.sha),
    });
    Some(Answer { headers: links, ..Answer::ok(body) })
}

/// A status.
pub(super) fn status(commit: &Commit, status: &Status) -> Value {
    json!({
        "id": id_of(&["status", &commit.sha, &status.context]),
        "node_id": node_id("SC", &[&commit.sha, &status.context]),
        "url": format!("https://api.github.com/statuses/{}", commit.sha),
        "state": status.state,
        "context": status.context,
        "description": null,
        "target_url": null,
        "created_at": status.created_at,
        "updated_at": status.created_at,
        "creator": shapes::account(&status.creator),
    })
}
