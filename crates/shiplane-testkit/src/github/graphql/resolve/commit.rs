//! A commit, its check suites, check runs and statuses.

use serde_json::json;

use super::super::data::{Args, Data, leaf, list, object};
use super::pull::pull;
use super::{actor, branch};
use crate::github::actor::{Actor, id_of, node_id};
use crate::github::commit::{CheckRun, Commit, Person, Status, WorkflowRun};
use crate::github::world::Repo;

/// The commit of that id, or null.
pub(super) fn by_sha<'w>(repo: &'w Repo, sha: &str) -> Data<'w> {
    repo.commits.get(sha).map(|found| commit(repo, found)).into()
}

/// What ran on a commit; null when nothing did.
pub(super) fn rollup<'w>(repo: &'w Repo, sha: &str) -> Data<'w> {
    repo.commits.get(sha).and_then(|found| rollup_of(repo, found)).into()
}

fn commit<'w>(repo: &'w Repo, commit: &'w Commit) -> Data<'w> {
    object("Commit", move |field, _| match field {
        "abbreviatedOid" => leaf(commit.sha.get(..7).unwrap_or(&commit.sha)),
        "associatedPullRequests" => {
            list(repo.pulls.values().filter(|it| it.has(&commit.sha)).map(|it| pull(repo, it)))
        }
        "author" => Some(person(&commit.author, &commit.date)),
        "authoredDate" | "committedDate" => leaf(commit.date.clone()),
        "checkSuites" => list(commit.suites().into_iter().map(|id| suite(repo, commit, id))),
        "committer" => Some(person(&commit.committer, &commit.date)),
        "id" => leaf(node_id("C", &[&commit.sha])),
        "message" => leaf(commit.message.clone()),
        "messageHeadline" => leaf(commit.message.lines().next().unwrap_or_default()),
        "oid" => leaf(commit.sha.clone()),
        "statusCheckRollup" => Some(rollup_of(repo, commit).into()),
        "url" => leaf(format!("https://github.com/{}/{}/commit/{}", repo.owner, repo.name, commit.sha)),
        _ => None,
    })
}

fn person<'w>(person: &'w Person, date: &'w str) -> Data<'w> {
    object("GitActor", move |field, _| match field {
        "date" => leaf(date),
        "email" => leaf(person.email.clone()),
        "name" => leaf(person.name.clone()),
        "user" => Some(person.login.as_deref().map(|login| actor(&Actor::user(login))).into()),
        _ => None,
    })
}

fn rollup_of<'w>(repo: &'w Repo, commit: &'w Commit) -> Option<Data<'w>> {
    if commit.checks.is_empty() && commit.statuses.is_empty() {
        return None;
    }
    Some(object("StatusCheckRollup", move |field, _| match field {
        "commit" => Some(by_sha(repo, &commit.sha)),
        "contexts" => {
            let checks = commit.checks.iter().map(|found| check(repo, commit, found));
            let statuses = commit.current_statuses().into_iter().map(|found| status(repo, commit, found));
            list(checks.chain(statuses))
        }
        "id" => leaf(node_id("SCR", &[&commit.sha])),
        "state" => leaf(rollup_state(commit)),
        _ => None,
    }))
}

fn rollup_state(commit: &Commit) -> &'static str {
    let bad = |word: &str| !matches!(word, "success" | "neutral" | "skipped" | "pending");
    let statuses = commit.current_statuses();
    let failed = commit.checks.iter().filter_map(|check| check.conclusion.as_deref()).any(bad)
        || statuses.iter().any(|status| bad(&status.state));
    let pending = commit.checks.iter().any(|check| check.conclusion.is_none())
        || statuses.iter().any(|status| status.state == "pending");
    match (failed, pending) {
        (true, _) => "FAILURE",
        (false, true) => "PENDING",
        (false, false) => "SUCCESS",
    }
}

fn check<'w>(repo: &'w Repo, commit: &'w Commit, check: &'w CheckRun) -> Data<'w> {
    object("CheckRun", move |field, args| match field {
        "checkSuite" => Some(suite(repo, commit, check.suite)),
        "completedAt" => leaf(check.completed_at.clone()),
        "conclusion" => leaf(check.conclusion.as_ref().map(|word| word.to_uppercase())),
        "databaseId" => leaf(check.id),
        "detailsUrl" | "url" => {
            leaf(format!("https://github.com/{}/{}/runs/{}", repo.owner, repo.name, check.id))
        }
        "id" => leaf(node_id("CR", &[&check.id.to_string()])),
        "isRequired" => leaf(is_required(repo, args, (&check.name, Some(check.app.0)))),
        "name" => leaf(check.name.clone()),
        "startedAt" => leaf(check.started_at.clone()),
        "status" => leaf(check.status.to_uppercase()),
        _ => None,
    })
}

fn status<'w>(repo: &'w Repo, commit: &'w Commit, status: &'w Status) -> Data<'w> {
    object("StatusContext", move |field, args| match field {
        "commit" => Some(by_sha(repo, &commit.sha)),
        "context" => leaf(status.context.clone()),
        "createdAt" => leaf(status.created_at.clone()),
        "creator" => Some(actor(&status.creator)),
        "description" | "targetUrl" => leaf(None::<String>),
        "id" => leaf(node_id("SC", &[&commit.sha, &status.context])),
        "isRequired" => leaf(is_required(repo, args, (&status.context, None))),
        "state" => leaf(status.state.to_uppercase()),
        _ => None,
    })
}

fn is_required(repo: &Repo, args: &Args, (name, app): (&str, Option<u64>)) -> bool {
    let pull = args.number("pullRequestNumber").and_then(|number| repo.pulls.get(&number));
    let Some(base) = pull.and_then(|pull| repo.branches.get(&pull.base.branch)) else { return false };
    branch::required_checks(base)
        .any(|required| required.context == name && (required.app.is_none() || required.app == app))
}

fn suite<'w>(repo: &'w Repo, commit: &'w Commit, id: u64) -> Data<'w> {
    let runs = move || commit.checks.iter().filter(move |check| check.suite == id);
    let done = move || runs().all(|check| check.conclusion.is_some());
    object("CheckSuite", move |field, _| match field {
        "app" => Some(runs().next().map(|check| app(check.app.0, &check.app.1)).into()),
        "checkRuns" => list(runs().map(|found| check(repo, commit, found))),
        "commit" => Some(by_sha(repo, &commit.sha)),
        "conclusion" => leaf(done().then(|| {
            let failed = runs().find(|check| check.conclusion.as_deref() != Some("success"));
            failed.and_then(|check| check.conclusion.as_deref()).unwrap_or("success").to_uppercase()
        })),
        "createdAt" | "updatedAt" => leaf(commit.pushed_at.clone()),
        "databaseId" => leaf(id),
        "id" => leaf(node_id("CS", &[&id.to_string()])),
        "push" => Some(commit.pushed_by.as_ref().map(|pusher| push(commit, pusher)).into()),
        "status" => leaf(if done() { "COMPLETED" } else { "IN_PROGRESS" }),
        "workflowRun" => Some(
            runs().find_map(|check| check.run.as_ref()).map(|run| workflow_run(repo, commit, run)).into(),
        ),
        _ => None,
    })
}

/// An app by number and slug.
pub(super) fn app<'w>(id: u64, slug: &str) -> Data<'w> {
    json!({
        "__typename": "App",
        "databaseId": id, "id": node_id("A", &[&id.to_string()]), "name": slug, "slug": slug,
    })
    .into()
}

fn push<'w>(commit: &'w Commit, pusher: &'w Actor) -> Data<'w> {
    object("Push", move |field, _| match field {
        "id" => leaf(node_id("PSH", &[&commit.sha])),
        "pusher" => Some(actor(pusher)),
        _ => None,
    })
}

fn workflow_run<'w>(repo: &Repo, commit: &Commit, run: &WorkflowRun) -> Data<'w> {
    let (owner, name) = (&repo.owner, &repo.name);
    json!({
        "__typename": "WorkflowRun",
        "createdAt": commit.pushed_at,
        "databaseId": run.id,
        "event": run.event,
        "id": node_id("WFR", &[&run.id.to_string()]),
        "runNumber": 1,
        "url": format!("https://github.com/{owner}/{name}/actions/runs/{}", run.id),
        "workflow": {
            "__typename": "Workflow",
            "databaseId": id_of(&["workflow", &run.workflow]),
            "id": node_id("W", &[&run.workflow]),
            "name": run.workflow,
            "resourcePath": format!("/{owner}/{name}/actions/workflows/{}.yml", run.workflow),
        },
    })
    .into()
}
