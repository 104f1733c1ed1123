//! What can be written: comments, statuses, pull requests.

use serde_json::Value;

use super::{checks, deployments, git, issues, pulls, releases};
use crate::github::Actor;
use crate::github::server::Answer;
use crate::github::world::Repo;

/// The answer to a POST or PATCH, or nothing for a path that is not there.
pub(super) fn write(
    repo: &mut Repo,
    (method, steps): (&str, &[&str]),
    (viewer, body, clock): (&Actor, &str, u64),
) -> Option<Answer> {
    if let ("DELETE", ["releases", rest @ ..]) = (method, steps) {
        return releases::delete(repo, rest);
    }
    if let ("DELETE", ["issues", "comments", id]) = (method, steps) {
        let id: u64 = id.parse().ok()?;
        let at = repo.comments.iter().position(|comment| comment.id == id)?;
        repo.comments.remove(at);
        return Some(Answer { code: 204, ..Answer::ok(Value::Null) });
    }
    let Ok(body) = serde_json::from_str::<Value>(body) else {
        return Some(Answer::error(400, "Problems parsing JSON"));
    };
    match (method, steps) {
        ("POST", ["issues", number, "comments"]) => {
            let number = number.parse().ok()?;
            repo.has_place(number).then(|| comment(repo, (number, clock), (viewer, &body)))
        }
        ("POST", ["issues"]) => Some(issues::open(repo, (viewer, &body))),
        ("PATCH", ["issues", number]) => issues::edit(repo, number.parse().ok()?, &body),
        ("PATCH", ["issues", "comments", id]) => {
            let id: u64 = id.parse().ok()?;
            let at = repo.comments.iter().position(|comment| comment.id == id)?;
            repo.comments[at].edit(text(&body, "body")?, clock);
            Some(Answer::ok(issues::comment(repo, &repo.comments[at])))
        }
        ("POST", ["pulls"]) => Some(pulls::open(repo, (viewer, &body))),
        ("PATCH", ["pulls", number]) => pulls::edit(repo, number.parse().ok()?, &body),
        ("POST", ["statuses", sha]) => Some(status(repo, sha, (viewer, &body))),
        ("POST", ["issues", number, "labels"]) => pulls::label(repo, number.parse().ok()?, &body),
        ("POST", ["deployments"]) => Some(deployments::create(repo, &body)),
        ("POST", ["deployments", id, "statuses"]) => deployments::advance(repo, id, &body),
        (method, ["git", rest @ ..]) => git::write(repo, (method, rest), &body),
        (method, ["releases", rest @ ..]) => releases::write(repo, (method, rest), &body),
        _ => None,
    }
}

fn text<'b>(body: &'b Value, name: &str) -> Option<&'b str> {
    body.get(name).and_then(Value::as_str)
}

fn created(body: Value) -> Answer {
    Answer { code: 201, ..Answer::ok(body) }
}

fn invalid(resource: &str, field: &str, code: &str) -> Answer {
    let mut answer = Answer::error(422, "Validation Failed");
    answer.body["errors"] = serde_json::json!([{ "resource": resource, "field": field, "code": code }]);
    answer
}

fn comment(repo: &mut Repo, (issue, at): (u64, u64), (viewer, body): (&Actor, &Value)) -> Answer {
    let Some(text) = text(body, "body") else { return invalid("IssueComment", "body", "missing_field") };
    let comment = repo.comment(issue, (viewer.clone(), text), at).clone();
    created(issues::comment(repo, &comment))
}

fn status(repo: &mut Repo, sha: &str, (viewer, body): (&Actor, &Value)) -> Answer {
    let state = text(body, "state").unwrap_or_default();
    if !matches!(state, "error" | "failure" | "pending" | "success") {
        return invalid("Status", "state", "custom");
    }
    if text(body, "description").is_some_and(|words| words.chars().count() > 140) {
        return invalid("Status", "description", "custom");
    }
    let Some(commit) = repo.commits.get_mut(sha) else {
        return Answer::error(422, &format!("No commit found for SHA: {sha}"));
    };
    let status = commit.status(text(body, "context").unwrap_or("default"), state);
    status.creator = viewer.clone();
    let status = status.clone();
    let mut shape = checks::status(commit, &status);
    shape["description"] = body.get("description").cloned().unwrap_or_default();
    shape["target_url"] = body.get("target_url").cloned().unwrap_or_default();
    created(shape)
}
