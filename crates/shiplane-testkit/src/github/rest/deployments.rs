//! Deployments that are made, and the states they come into.

use serde_json::Value;

use super::actions;
use crate::github::server::Answer;
use crate::github::world::Repo;

/// States that GitHub knows (GitHub docs, "Create a deployment status").
const STATES: [&str; 7] = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

/// A new deployment of a commit that is there.
pub(super) fn create(repo: &mut Repo, body: &Value) -> Answer {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let Some(sha) = text("ref").and_then(|name| repo.resolve(name)) else {
        return Answer::error(422, "No ref found for: the given one");
    };
    let (environment, task) = (text("environment").unwrap_or("production"), text("task").unwrap_or("deploy"));
    let (environment, task) = (environment.to_owned(), task.to_owned());
    let made = repo.deployment(&environment, &sha);
    made.task = task;
    let id = made.id.to_string();
    let shape = actions::deployment(repo, &id).unwrap_or_default();
    Answer { code: 201, ..Answer::ok(shape) }
}

/// Another state of one.
pub(super) fn advance(repo: &mut Repo, id: &str, body: &Value) -> Option<Answer> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let found = repo.deployments.iter_mut().find(|it| it.id.to_string() == id)?;
    let state = text("state");
    if !STATES.contains(&state) {
        return Some(Answer::error(422, "Validation Failed"));
    }
    found.statuses.push((state.to_owned(), "2026-01-05T12:06:00Z".to_owned()));
    if !text("environment_url").is_empty() {
        found.url = text("environment_url").to_owned();
    }
    let newest = actions::newest_status(repo, id)?;
    Some(Answer { code: 201, ..Answer::ok(newest) })
}
