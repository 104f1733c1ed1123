//! The schema's fields over the world, a function an object; small objects are plain JSON with a `__typename`.

mod branch;
mod commit;
mod issue;
mod mutation;
mod pull;
mod push;

use serde_json::json;

use super::cost::Cost;
use super::data::{Args, Data, leaf, list, object};
use crate::clock::rfc3339;
use crate::github::actor::{Actor, ActorKind, id_of, node_id, oid_of};
use crate::github::pull::PullState;
use crate::github::world::{Repo, World};

pub(super) use mutation::{change, mutation};

/// The root: what a query may ask for first.
pub(super) fn query(world: &World, price: Cost) -> Data<'_> {
    object("Query", move |field, args| match field {
        "rateLimit" => Some(rate_limit(world, price)),
        // Whoever it is, the type is User, and an app's login ends with `[bot]`.
        "viewer" => Some(actor(&Actor::user(&world.viewer.rest_login()))),
        "repository" => {
            let (owner, name) = (args.text("owner")?, args.text("name")?);
            Some(world.find(owner, name).map_or_else(
                || {
                    Data::Missing(format!(
                        "Could not resolve to a Repository with the name '{owner}/{name}'."
                    ))
                },
                repository,
            ))
        }
        _ => None,
    })
}

fn rate_limit<'w>(world: &World, price: Cost) -> Data<'w> {
    json!({
        "__typename": "RateLimit",
        "cost": price.points(),
        "limit": world.rate.limit,
        "nodeCount": price.nodes,
        "remaining": world.rate.remaining,
        "resetAt": rfc3339(world.rate.reset),
        "used": world.rate.limit.saturating_sub(world.rate.remaining),
    })
    .into()
}

fn repository(repo: &Repo) -> Data<'_> {
    object("Repository", move |field, args| match field {
        "defaultBranchRef" => Some(branch::by_name(repo, &repo.default_branch)),
        "id" => leaf(node_id("R", &[&repo.owner, &repo.name])),
        "issueOrPullRequest" => Some(issue::by_number(repo, args.number("number")?)),
        "isArchived" => leaf(false),
        "isPrivate" => leaf(repo.private),
        "name" => leaf(repo.name.clone()),
        "nameWithOwner" => leaf(format!("{}/{}", repo.owner, repo.name)),
        "object" => Some(git_object(repo, args)),
        "owner" => Some(actor(&Actor { login: repo.owner.clone(), kind: ActorKind::Organization })),
        "pullRequest" => Some(pull_by_number(repo, args.number("number")?)),
        "pullRequests" => list(pulls(repo, args)),
        "ref" => Some(branch::by_name(repo, args.text("qualifiedName")?)),
        "url" => leaf(format!("https://github.com/{}/{}", repo.owner, repo.name)),
        "viewerCanAdminister" => leaf(repo.admin),
        "viewerPermission" => leaf("WRITE"),
        _ => None,
    })
}

fn pull_by_number(repo: &Repo, number: u64) -> Data<'_> {
    match repo.pulls.get(&number) {
        Some(found) => pull::pull(repo, found),
        None => Data::Missing(format!("Could not resolve to a PullRequest with the number of {number}.")),
    }
}

fn pulls<'w>(repo: &'w Repo, args: &Args) -> Vec<Data<'w>> {
    let wanted = |name: &str, value: &str| args.text(name).is_none_or(|asked| asked == value);
    let states = args.words("states");
    let chosen = repo.pulls.values().filter(|pull| {
        wanted("baseRefName", &pull.base.branch)
            && wanted("headRefName", &pull.head.branch)
            && states.as_ref().is_none_or(|states| states.contains(&pull_state(pull.state)))
    });
    chosen.map(|found| pull::pull(repo, found)).collect()
}

fn pull_state(state: PullState) -> &'static str {
    match state {
        PullState::Open => "OPEN",
        PullState::Closed => "CLOSED",
        PullState::Merged => "MERGED",
    }
}

/// `object(expression:)`: a commit by name, or a blob by `rev:path`; null when there is none.
fn git_object<'w>(repo: &'w Repo, args: &Args) -> Data<'w> {
    let asked = args.text("expression").or_else(|| args.text("oid")).unwrap_or_default();
    match asked.split_once(':') {
        Some((rev, path)) => repo.text_at(rev, path).map(blob).into(),
        None => repo.resolve(asked).map(|sha| commit::by_sha(repo, &sha)).into(),
    }
}

/// More bytes than this of a file's text are cut off.
const BLOB_CAP: usize = 512_000;

fn blob<'w>(text: &str) -> Data<'w> {
    let oid = oid_of(text);
    let binary = text.contains('\0');
    let shown = text.get(..BLOB_CAP.min(text.len())).unwrap_or(text);
    json!({
        "__typename": "Blob",
        "abbreviatedOid": oid[..7],
        "byteSize": text.len(),
        "id": node_id("B", &[&oid]),
        "isBinary": binary,
        "isTruncated": text.len() > BLOB_CAP,
        "oid": oid,
        "text": (!binary).then_some(shown),
    })
    .into()
}

/// An account, as whatever type it is.
fn actor<'w>(actor: &Actor) -> Data<'w> {
    json!({
        "__typename": actor.type_name(),
        "databaseId": id_of(&["account", &actor.login]),
        "id": node_id("U", &[&actor.login]),
        "login": actor.login,
        "name": actor.login,
    })
    .into()
}
