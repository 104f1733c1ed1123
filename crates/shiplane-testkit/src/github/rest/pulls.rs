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
    let number = repo.pulls.keys().last().map_or(1, |last| last + 1);
    let (author, title, words) = (viewer.clone(), text("title"), text("body"));
    let pull = repo.pull(number);
    pull.by(author).title(&title).from(&head, "").into_branch(&base, "");
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
    Some(Answer::ok(shapes::pull(repo, &repo.pulls[&number])))
}
