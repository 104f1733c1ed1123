//! Issues, roles, teams and runs of REST.

use serde_json::{Value, json};

use super::page::Page;
use super::shapes;
use crate::github::actor::{Actor, node_id};
use crate::github::issues::{Comment, Dispatch, Issue};
use crate::github::pull::PullState;
use crate::github::server::Answer;
use crate::github::world::{Repo, World};

/// The answer to a GET below a repository, or nothing for a path that is not one of these.
pub(super) fn read(repo: &Repo, steps: &[&str], page: &Page) -> Option<Answer> {
    match steps {
        ["issues"] => Some(page.list(issues(repo, page))),
        ["issues", number] => {
            repo.issues.get(&number.parse().ok()?).map(|found| Answer::ok(issue(repo, found)))
        }
        ["issues", number, "comments"] => {
            let number: u64 = number.parse().ok()?;
            let here = repo.comments_on(number);
            repo.has_place(number).then(|| page.list(here.map(|it| comment(repo, it)).collect()))
        }
        ["collaborators", login, "permission"] => Some(permission(repo, login)),
        ["commits", sha, "pulls"] => {
            let sha = repo.resolve(sha)?;
            let brought = repo.pulls.values().filter(|pull| {
                pull.commits.contains(&sha) || pull.head.oid == sha || pull.test_merge.as_ref() == Some(&sha)
            });
            Some(page.list(brought.map(|pull| shapes::pull(repo, pull)).collect()))
        }
        ["actions", "runs", id] => {
            let number = id.parse().ok()?;
            repo.dispatches.get(&number).map(|found| Answer::ok(run(repo, number, found)))
        }
        _ => None,
    }
}

/// The answer to a GET below an organization. The token of a workflow sees no team.
pub(super) fn organization(world: &World, steps: &[&str], page: &Page) -> Option<Answer> {
    let teams = world.teams.as_ref()?;
    match steps {
        [org, "teams", slug] => teams.get(&format!("{org}/{slug}")).map(|_| {
            let id = node_id("T", &[org, slug]);
            Answer::ok(json!({ "name": slug, "slug": slug, "node_id": id, "privacy": "closed" }))
        }),
        [org, "teams", slug, "members"] => {
            let members = teams.get(&format!("{org}/{slug}"))?.iter().filter(|(_, state)| *state == "active");
            Some(page.list(members.map(|(login, _)| shapes::account(&login.as_str().into())).collect()))
        }
        [org, "teams", slug, "memberships", login] => {
            let state = teams.get(&format!("{org}/{slug}"))?.get(*login)?;
            Some(Answer::ok(json!({ "state": state, "role": "member", "url": "https://api.github.com/" })))
        }
        _ => None,
    }
}

/// A new issue.
pub(super) fn open(repo: &mut Repo, (viewer, body): (&Actor, &Value)) -> Answer {
    let Some(title) = body.get("title").and_then(Value::as_str) else {
        return Answer::error(422, "Validation Failed");
    };
    let newest = repo.issues.keys().chain(repo.pulls.keys()).max().copied().unwrap_or_default();
    let opened = repo.issue(newest + 1);
    opened.title = title.to_owned();
    opened.body = body.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
    opened.author = viewer.clone();
    let shape = opened.clone();
    Answer { code: 201, ..Answer::ok(issue(repo, &shape)) }
}

/// Another text of an issue, or its end.
pub(super) fn edit(repo: &mut Repo, number: u64, body: &Value) -> Option<Answer> {
    let found = repo.issues.get_mut(&number)?;
    if let Some(text) = body.get("body").and_then(Value::as_str) {
        text.clone_into(&mut found.body);
    }
    if let Some(state) = body.get("state").and_then(Value::as_str) {
        found.open = state == "open";
    }
    let shape = found.clone();
    Some(Answer::ok(issue(repo, &shape)))
}

/// Whether the author may write here (GitHub docs, "Comment author association").
fn association(repo: &Repo, author: &Actor) -> &'static str {
    let role = repo.roles.iter().find(|(login, _)| login.eq_ignore_ascii_case(&author.login));
    match role.map(|(_, role)| role.as_str()) {
        Some("write" | "maintain" | "admin") => "COLLABORATOR",
        _ => "NONE",
    }
}

/// REST's list of issues has the pull requests in it, newest first.
fn issues(repo: &Repo, page: &Page) -> Vec<Value> {
    let state = page.parameter("state").unwrap_or("open");
    let wanted = |open: bool, author: &Actor| {
        (state == "all" || (state == "open") == open)
            && page
                .parameter("creator")
                .is_none_or(|creator| creator.eq_ignore_ascii_case(&author.rest_login()))
    };
    let mut found: Vec<(u64, Value)> = Vec::new();
    for one in repo.issues.values().filter(|one| wanted(one.open, &one.author)) {
        found.push((one.number, issue(repo, one)));
    }
    for pull in repo.pulls.values().filter(|pull| wanted(pull.state == PullState::Open, &pull.author)) {
        let mut shape =
            json!({ "number": pull.number, "title": pull.title, "user": shapes::account(&pull.author) });
        shape["pull_request"] = json!({ "url": format!("{}/pulls/{}", shapes::api(repo), pull.number) });
        found.push((pull.number, shape));
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, shape)| shape).collect()
}

fn issue(repo: &Repo, issue: &Issue) -> Value {
    let number = issue.number;
    json!({
        "id": number,
        "node_id": node_id("I", &[&repo.owner, &repo.name, &number.to_string()]),
        "number": number,
        "title": issue.title,
        "body": issue.body,
        "user": shapes::account(&issue.author),
        "author_association": association(repo, &issue.author),
        "state": if issue.open { "open" } else { "closed" },
        "locked": false,
        "labels": [],
        "comments": repo.comments_on(number).count(),
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": "2026-01-05T10:00:00Z",
        "url": format!("{}/issues/{number}", shapes::api(repo)),
        "html_url": format!("{}/issues/{number}", shapes::html(repo)),
    })
}

/// A comment.
pub(super) fn comment(repo: &Repo, comment: &Comment) -> Value {
    let (id, issue) = (comment.id, comment.issue);
    json!({
        "id": id,
        "node_id": node_id("IC", &[&id.to_string()]),
        "url": format!("{}/issues/comments/{id}", shapes::api(repo)),
        "html_url": address(repo, comment),
        "issue_url": format!("{}/issues/{issue}", shapes::api(repo)),
        "user": shapes::account(&comment.author),
        "body": comment.body,
        "author_association": "NONE",
        "created_at": comment.created_at,
        "updated_at": comment.edited_at.as_ref().unwrap_or(&comment.created_at),
    })
}

/// Where people see a comment.
pub(in crate::github) fn address(repo: &Repo, comment: &Comment) -> String {
    let kind = if repo.pulls.contains_key(&comment.issue) { "pull" } else { "issues" };
    format!("{}/{kind}/{}#issuecomment-{}", shapes::html(repo), comment.issue, comment.id)
}

/// The old word knows four roles; the true one is beside it.
fn permission(repo: &Repo, login: &str) -> Answer {
    let role = repo.roles.iter().find(|(known, _)| known.eq_ignore_ascii_case(login));
    let role = role.map_or(if repo.private { "none" } else { "read" }, |(_, role)| role.as_str());
    let permission = match role {
        "maintain" => "write",
        "triage" => "read",
        other => other,
    };
    let user = shapes::account(&Actor::from(login));
    Answer::ok(json!({ "permission": permission, "role_name": role, "user": user }))
}

fn run(repo: &Repo, id: u64, run: &Dispatch) -> Value {
    json!({
        "id": id,
        "event": run.event,
        "status": "in_progress",
        "conclusion": null,
        "actor": shapes::account(&run.actor),
        "triggering_actor": shapes::account(&run.triggering_actor),
        "html_url": format!("{}/actions/runs/{id}", shapes::html(repo)),
    })
}
