//! Issues, and the comments on them and on pull requests.

use super::super::data::{Data, leaf, list, object};
use super::{actor, pull, repository};
use crate::github::actor::node_id;
use crate::github::issues::{Comment, Issue};
use crate::github::rest::issue_comment_address;
use crate::github::world::Repo;

/// Whichever of the two has the number.
pub(super) fn by_number(repo: &Repo, number: u64) -> Data<'_> {
    let issue = repo.issues.get(&number).map(|found| issue(repo, found));
    issue.or_else(|| repo.pulls.get(&number).map(|found| pull::pull(repo, found))).unwrap_or_else(|| {
        let message = format!("Could not resolve to an issue or pull request with the number of {number}.");
        Data::Missing(message)
    })
}

fn issue<'w>(repo: &'w Repo, issue: &'w Issue) -> Data<'w> {
    let number = issue.number.to_string();
    object("Issue", move |field, _| match field {
        "author" => Some(actor(&issue.author)),
        "body" => leaf(issue.body.clone()),
        "closed" => leaf(!issue.open),
        "comments" => comments(repo, issue.number),
        "id" => leaf(node_id("I", &[&repo.owner, &repo.name, &number])),
        "number" => leaf(issue.number),
        "repository" => Some(repository(repo)),
        "title" => leaf(issue.title.clone()),
        "url" => leaf(format!("https://github.com/{}/{}/issues/{number}", repo.owner, repo.name)),
        _ => None,
    })
}

/// The comments on a number, oldest first.
pub(super) fn comments(repo: &Repo, number: u64) -> Option<Data<'_>> {
    list(repo.comments_on(number).map(|found| comment(repo, found)))
}

fn comment<'w>(repo: &'w Repo, comment: &'w Comment) -> Data<'w> {
    object("IssueComment", move |field, _| match field {
        "author" => Some(actor(&comment.author)),
        "body" => leaf(comment.body.clone()),
        "createdAt" => leaf(comment.created_at.clone()),
        "id" => leaf(node_id("IC", &[&comment.id.to_string()])),
        "includesCreatedEdit" => leaf(comment.edited_at.is_some()),
        "lastEditedAt" => leaf(comment.edited_at.clone()),
        "updatedAt" => leaf(comment.edited_at.clone().unwrap_or_else(|| comment.created_at.clone())),
        "url" => leaf(issue_comment_address(repo, comment)),
        _ => None,
    })
}
