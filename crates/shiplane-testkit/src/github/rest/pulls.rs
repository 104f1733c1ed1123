//! Pull requests that are opened and edited.

use serde_json::Value;

use super::shapes;
use crate::github::Actor;
use crate::github::pull::PullState;
use crate::github::server::Answer;
use crate::github::world::Repo;

/// Opens one, as GitHub does: once for each pair of branches.
pub(super) fn open(repo: &mut Repo, (viewer, body): (&Actor, &Value)) -> Answer {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (head, base) = (text("head"), text("base"));
    if head.is_empty() || base.is_empty() || head == base {
        return Answer::error(422, "Validation Failed");
    }
    let is_open = |pull: &&crate::github::Pull| pull.state == PullState::Open;
    if repo.pulls.values().filter(is_open).any(|pull| pull.head.branch == head && pull.base.branch == base) {
        let whose = format!("A pull request already exists for {}:{head}.", repo.owner);
        return Answer::error(422, &whose);
    }
    let at = |name: &str| repo.branches.get(name).map(|branch| branch.sha.clone());
    let tips = (at(&head), at(&base));
    if let (Some(one), Some(other)) = &tips
        && repo.walked(other, one).is_some_and(|beyond| beyond.is_empty())
    {
        return Answer::error(422, &format!("No commits between {base} and {head}"));
    }
    if text("body").chars().count() > 65_536 {
        return Answer::error(422, "body is too long (maximum is 65536 characters)");
    }
    let number = repo.pulls.keys().last().map_or(1, |last| last + 1);
    let (author, title, words) = (viewer.clone(), text("title"), text("body"));
    let pull = repo.pull(number);
    pull.by(author)
        .title(&title)
        .from(&head, &tips.0.unwrap_or_default())
        .into_branch(&base, &tips.1.unwrap_or_default());
    pull.body = words;
    let shape = shapes::pull(repo, &repo.pulls[&number]);
    Answer { code: 201, ..Answer::ok(shape) }
}

/// Edits title and text.
pub(super) fn edit(repo: &mut Repo, number: u64, body: &Value) -> Option<Answer> {
    let pull = repo.pulls.get_mut(&number)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(title) = text("title") {
        pull.title = title;
    }
    if let Some(words) = text("body") {
        pull.body = words;
    }
    if text("state").as_deref() == Some("closed") {
        pull.state = PullState::Closed;
    }
    Some(Answer::ok(shapes::pull(repo, &repo.pulls[&number])))
}

/// Puts labels on one; those that are on it already stay once.
pub(super) fn label(repo: &mut Repo, number: u64, body: &Value) -> Option<Answer> {
    let pull = repo.pulls.get_mut(&number)?;
    let names = body.get("labels").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    for name in names {
        if !pull.labels.iter().any(|known| known == name) {
            pull.label(name);
        }
    }
    let shape = shapes::pull(repo, &repo.pulls[&number]);
    Some(Answer::ok(shape["labels"].clone()))
}
