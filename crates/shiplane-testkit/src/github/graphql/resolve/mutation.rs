//! What can be changed over GraphQL.

use serde_json::{Map, Value, json};

use super::super::data::{Data, object};
use super::super::document::{Document, Selection, json_of};
use super::pull::pull;
use super::push;
use crate::github::actor::node_id;
use crate::github::pull::Pull;
use crate::github::world::{Repo, World};

/// Does what the mutation asks for.
pub(in super::super) fn change(world: &mut World, document: &Document<'_>, variables: &Map<String, Value>) {
    for selection in &document.query.selection_set.items {
        let Selection::Field(field) = selection else { continue };
        let input = field.arguments.iter().find(|(name, _)| name == "input");
        let input = input.map_or(Value::Null, |(_, value)| json_of(value, variables));
        let id = input.get("pullRequestId").and_then(Value::as_str).unwrap_or_default();
        if matches!(field.name.as_str(), "createCommitOnBranch" | "updateRefs") {
            world.changed = push::push(world, (&field.name, &input));
        }
        if field.name == "markPullRequestReadyForReview" {
            for repo in &mut world.repos {
                let (owner, name) = (repo.owner.clone(), repo.name.clone());
                for pull in repo.pulls.values_mut().filter(|it| id_of(&owner, &name, it) == id) {
                    pull.draft = false;
                }
            }
        }
    }
}

/// The root: what has changed.
pub(in super::super) fn mutation(world: &World) -> Data<'_> {
    object("Mutation", move |field, args| match field {
        "markPullRequestReadyForReview" => {
            let id = args.0.get("input")?.get("pullRequestId")?.as_str()?;
            Some(match find(world, id) {
                Some(found) => object("MarkPullRequestReadyForReviewPayload", move |field, _| match field {
                    "pullRequest" => Some(pull(found.0, found.1)),
                    "clientMutationId" => Some(Data::from(json!(null))),
                    _ => None,
                }),
                None => Data::Missing(format!("Could not resolve to a node with the global id of '{id}'")),
            })
        }
        "createCommitOnBranch" | "updateRefs" => Some(push::pushed(world, field)),
        _ => None,
    })
}

fn find<'w>(world: &'w World, id: &str) -> Option<(&'w Repo, &'w Pull)> {
    let pulls = world.repos.iter().flat_map(|repo| repo.pulls.values().map(move |pull| (repo, pull)));
    pulls.into_iter().find(|(repo, pull)| id_of(&repo.owner, &repo.name, pull) == id)
}

fn id_of(owner: &str, name: &str, pull: &Pull) -> String {
    node_id("PR", &[owner, name, &pull.number.to_string()])
}
