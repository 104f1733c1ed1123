//! Commits and branches that are pushed over GraphQL: only on what is still as it was.

use serde_json::{Value, json};

use super::super::data::{Data, leaf, object};
use super::commit;
use crate::github::actor::node_id;
use crate::github::world::{Repo, World};

/// The id of a commit, or GitHub's kind of error and its words.
type Pushed = Result<String, (String, String)>;

const NOBODY: &str = "0000000000000000000000000000000000000000";

/// Carries out one of the two.
pub(super) fn push(world: &mut World, (field, input): (&str, &Value)) -> Pushed {
    if field == "updateRefs" { update(world, input) } else { commit_on_branch(world, input) }
}

/// What has changed.
pub(super) fn pushed<'w>(world: &'w World, field: &str) -> Data<'w> {
    let oid = match &world.changed {
        Ok(oid) => oid,
        Err((kind, message)) => return Data::Refused(kind.clone(), message.clone()),
    };
    let payload = if field == "updateRefs" { "UpdateRefsPayload" } else { "CreateCommitOnBranchPayload" };
    object(payload, move |field, _| match field {
        "clientMutationId" => leaf(None::<String>),
        "commit" => {
            let repo = world.repos.iter().find(|repo| repo.commits.contains_key(oid))?;
            Some(commit::by_sha(repo, oid))
        }
        _ => None,
    })
}

fn refused<T>(kind: &str, message: String) -> Result<T, (String, String)> {
    Err((kind.to_owned(), message))
}

fn text<'v>(input: &'v Value, pointer: &str) -> &'v str {
    input.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn commit_on_branch(world: &mut World, input: &Value) -> Pushed {
    let (named, branch) = (text(input, "/branch/repositoryNameWithOwner"), text(input, "/branch/branchName"));
    let (owner, name) = named.split_once('/').unwrap_or_default();
    let Some(repo) = world.find_mut(owner, name) else {
        return refused("NOT_FOUND", format!("Could not resolve to a Repository with the name '{named}'."));
    };
    let Some(head) = repo.branches.get(branch).map(|branch| branch.sha.clone()) else {
        return refused("NOT_FOUND", format!("The branch '{branch}' does not exist"));
    };
    let expected = text(input, "/expectedHeadOid");
    if head != expected {
        let message =
            format!("Expected branch to point to \"{expected}\" but it did not.  Pull and try again.");
        return refused("STALE_DATA", message);
    }
    if repo.branches[branch].rules.iter().any(|rule| rule.kind.name() == "pull_request") {
        let message = "Repository rule violations found\n\nChanges must be made through a pull request.\n\n";
        return refused("UNPROCESSABLE", message.to_owned());
    }
    let mut files = repo.files_of(&head);
    for addition in input.pointer("/fileChanges/additions").and_then(Value::as_array).into_iter().flatten() {
        let Some(contents) = decoded(text(addition, "/contents")) else {
            return refused("UNPROCESSABLE", "contents is not valid base64".to_owned());
        };
        files.insert(text(addition, "/path").to_owned(), contents);
    }
    let tree = repo.workshop.tree(files);
    let (headline, body) = (text(input, "/message/headline"), text(input, "/message/body"));
    let message = if body.is_empty() { headline.to_owned() } else { format!("{headline}\n\n{body}") };
    let sha = repo.make_commit(&message, &tree, &[head]);
    repo.push(branch, &sha);
    Ok(sha)
}

fn update(world: &mut World, input: &Value) -> Pushed {
    let id = text(input, "/repositoryId").to_owned();
    let own = |repo: &&mut Repo| node_id("R", &[&repo.owner, &repo.name]) == id;
    let Some(repo) = world.repos.iter_mut().find(own) else {
        return refused("NOT_FOUND", format!("Could not resolve to a node with the global id of '{id}'"));
    };
    for update in input.get("refUpdates").and_then(Value::as_array).into_iter().flatten() {
        let (name, after) = (text(update, "/name"), text(update, "/afterOid"));
        let Some(branch) = name.strip_prefix("refs/heads/").map(str::to_owned) else {
            return refused("UNPROCESSABLE", format!("The fake moves branches only, not {name}"));
        };
        let at = repo.branches.get(&branch).map_or(NOBODY, |branch| &branch.sha);
        let before = text(update, "/beforeOid");
        if !before.is_empty() && before != at {
            return refused("UNPROCESSABLE", format!("Reference update failed: {name} is not at {before}"));
        }
        if !repo.commits.contains_key(after) {
            return refused("UNPROCESSABLE", format!("The object {after} does not exist"));
        }
        if update.get("force") != Some(&json!(true)) {
            return refused("UNPROCESSABLE", "Update is not a fast forward".to_owned());
        }
        if at == NOBODY {
            repo.branch(&branch, after);
        } else {
            repo.force_push(&branch, after, "2026-01-05T12:00:00Z");
        }
    }
    Ok(String::new())
}

/// Base64 with padding, as RFC 4648 has it.
fn decoded(text: &str) -> Option<String> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | value(*byte)?;
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend(
            [bits >> 16, bits >> 8, bits].map(|part| (part & 0xff) as u8).into_iter().take(group.len() - 1),
        );
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
