//! What can be written: comments, tags, releases.

use serde_json::Value;

use super::{checks, issues, pulls, shapes};
use crate::github::Actor;
use crate::github::actor::id_of;
use crate::github::server::Answer;
use crate::github::world::{Release, Repo};

/// The answer to a POST or PATCH, or nothing for a path that is not there.
pub(super) fn write(
    repo: &mut Repo,
    (method, steps): (&str, &[&str]),
    (viewer, body, clock): (&Actor, &str, u64),
) -> Option<Answer> {
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
        ("POST", ["git", "refs"]) => Some(git_ref(repo, &body)),
        ("POST", ["releases"]) => Some(release(repo, &body)),
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

fn git_ref(repo: &mut Repo, body: &Value) -> Answer {
    let (Some(name), Some(sha)) = (text(body, "ref"), text(body, "sha")) else {
        return invalid("Reference", "ref", "missing_field");
    };
    let Some(tag) = name.strip_prefix("refs/tags/") else {
        return Answer::error(422, "The fake creates tags only");
    };
    if repo.tags.contains_key(tag) {
        return Answer::error(422, "Reference already exists");
    }
    if !repo.commits.contains_key(sha) {
        return Answer::error(422, "Object does not exist");
    }
    repo.tag(tag, sha);
    created(shapes::git_ref(repo, (&tag.to_owned(), &sha.to_owned())))
}

fn release(repo: &mut Repo, body: &Value) -> Answer {
    let Some(tag) = text(body, "tag_name") else { return invalid("Release", "tag_name", "missing_field") };
    if repo.releases.iter().any(|known| known.tag == tag) {
        return invalid("Release", "tag_name", "already_exists");
    }
    let target = text(body, "target_commitish").unwrap_or(&repo.default_branch).to_owned();
    let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
    let release = Release {
        id: id_of(&["release", tag]),
        tag: tag.to_owned(),
        name: text(body, "name").unwrap_or(tag).to_owned(),
        body: text(body, "body").unwrap_or_default().to_owned(),
        draft: flag("draft"),
        prerelease: flag("prerelease"),
        target,
    };
    if !release.draft && !repo.tags.contains_key(tag) {
        let Some(sha) = repo.resolve(&release.target) else {
            return invalid("Release", "target_commitish", "invalid");
        };
        repo.tag(tag, &sha);
    }
    repo.releases.push(release.clone());
    created(shapes::release(repo, &release))
}
