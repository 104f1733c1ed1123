//! Git's own parts over REST: refs, trees, commits, tags with a message.

use serde_json::{Value, json};

use super::shapes;
use crate::github::actor::{node_id, oid_of};
use crate::github::server::Answer;
use crate::github::workshop::{TagObject, Tree};
use crate::github::world::Repo;

/// The answer to a GET below `git/`, or nothing for a path that is not one of these.
pub(super) fn read(repo: &Repo, steps: &[&str]) -> Option<Answer> {
    match steps {
        ["ref", "heads", rest @ ..] => {
            let name = rest.join("/");
            let branch = repo.branches.get(&name)?;
            Some(Answer::ok(reference(repo, &format!("refs/heads/{name}"), ("commit", &branch.sha))))
        }
        ["tags", sha] => repo.workshop.tag_objects.get_key_value(*sha).map(|it| Answer::ok(tag(repo, it))),
        ["commits", sha] => {
            let found = repo.commits.get(*sha)?;
            let shape = shapes::commit(repo, found);
            let mut own = shape["commit"].clone();
            own["sha"] = shape["sha"].clone();
            own["parents"] = shape["parents"].clone();
            Some(Answer::ok(own))
        }
        _ => None,
    }
}

/// A ref of any kind.
fn reference(repo: &Repo, name: &str, (kind, sha): (&str, &str)) -> Value {
    json!({
        "ref": name,
        "node_id": node_id("REF", &[name]),
        "url": format!("{}/git/{name}", shapes::api(repo)),
        "object": { "type": kind, "sha": sha, "url": format!("{}/git/{kind}s/{sha}", shapes::api(repo)) },
    })
}

fn tag(repo: &Repo, (sha, tag): (&String, &TagObject)) -> Value {
    json!({
        "node_id": node_id("TA", &[sha]),
        "sha": sha,
        "tag": tag.tag,
        "message": tag.message,
        "url": format!("{}/git/tags/{sha}", shapes::api(repo)),
        "object": { "type": "commit", "sha": tag.commit, "url": format!("{}/git/commits/{}", shapes::api(repo), tag.commit) },
        "verification": { "verified": false, "reason": "unsigned", "signature": null, "payload": null },
    })
}

/// The answer to a change below `git/`, or nothing for a path that is not one of these.
pub(super) fn write(repo: &mut Repo, (method, steps): (&str, &[&str]), body: &Value) -> Option<Answer> {
    match (method, steps) {
        ("POST", ["refs"]) => Some(new_ref(repo, body)),
        ("PATCH", ["refs", "tags", rest @ ..]) => Some(move_tag(repo, &rest.join("/"), body)),
        ("POST", ["tags"]) => Some(new_tag(repo, body)),
        ("POST", ["trees"]) => Some(new_tree(repo, body)),
        ("POST", ["blobs"]) => Some(new_blob(repo, body)),
        ("POST", ["commits"]) => Some(new_commit(repo, body)),
        _ => None,
    }
}

fn text<'b>(body: &'b Value, name: &str) -> &'b str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn created(body: Value) -> Answer {
    Answer { code: 201, ..Answer::ok(body) }
}

/// What git refuses in a name (`git check-ref-format`), as far as tests need it.
fn well_formed(name: &str) -> bool {
    let parts =
        name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"));
    let plain = !name.contains("..") && !name.contains("@{") && !name.ends_with('.');
    parts && plain && !name.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c))
}

fn new_ref(repo: &mut Repo, body: &Value) -> Answer {
    let (name, sha) = (text(body, "ref").to_owned(), text(body, "sha").to_owned());
    if !well_formed(&name) {
        return Answer::error(422, &format!("Reference name '{name}' is not well-formed"));
    }
    if let Some(tag) = name.strip_prefix("refs/tags/") {
        if repo.tags.contains_key(tag) {
            return Answer::error(422, "Reference already exists");
        }
        if !names_commit(repo, tag, &sha) {
            return Answer::error(422, "Object does not exist");
        }
        return created(shapes::git_ref(repo, (&tag.to_owned(), &repo.tags[tag])));
    }
    let Some(branch) = name.strip_prefix("refs/heads/") else {
        return Answer::error(422, "Reference name must contain at least three slashes.");
    };
    if repo.branches.contains_key(branch) {
        return Answer::error(422, "Reference already exists");
    }
    if !repo.commits.contains_key(&sha) {
        return Answer::error(422, "Object does not exist");
    }
    repo.branch(branch, &sha);
    created(reference(repo, &name, ("commit", &sha)))
}

/// Lets a tag name a commit, or a tag object and the commit behind it.
fn names_commit(repo: &mut Repo, tag: &str, sha: &str) -> bool {
    if let Some(object) = repo.workshop.tag_objects.get(sha) {
        let commit = object.commit.clone();
        repo.workshop.annotated.insert(tag.to_owned(), sha.to_owned());
        repo.tag(tag, &commit);
        return true;
    }
    let is_there = repo.commits.contains_key(sha);
    if is_there {
        repo.workshop.annotated.remove(tag);
        repo.tag(tag, sha);
    }
    is_there
}

fn move_tag(repo: &mut Repo, tag: &str, body: &Value) -> Answer {
    if !repo.tags.contains_key(tag) {
        return Answer::error(422, "Reference does not exist");
    }
    if body.get("force") != Some(&Value::Bool(true)) {
        return Answer::error(422, "Update is not a fast forward");
    }
    if !names_commit(repo, tag, text(body, "sha")) {
        return Answer::error(422, "Object does not exist");
    }
    Answer::ok(shapes::git_ref(repo, (&tag.to_owned(), &repo.tags[tag])))
}

fn new_tag(repo: &mut Repo, body: &Value) -> Answer {
    let object = TagObject {
        tag: text(body, "tag").to_owned(),
        message: text(body, "message").to_owned(),
        commit: text(body, "object").to_owned(),
    };
    if !repo.commits.contains_key(&object.commit) {
        return Answer::error(422, "Object does not exist");
    }
    if !well_formed(&format!("refs/tags/{}", object.tag)) {
        return Answer::error(422, "tag is not a valid tag name");
    }
    let number = repo.workshop.number();
    let sha = oid_of(&format!("tag {number} {}", object.tag));
    repo.workshop.tag_objects.insert(sha.clone(), object.clone());
    created(tag(repo, (&sha, &object)))
}

fn new_tree(repo: &mut Repo, body: &Value) -> Answer {
    let base = text(body, "base_tree");
    let mut tree: Tree = match (base, repo.workshop.trees.get(base)) {
        ("", _) => Tree::new(),
        (_, Some(known)) => known.clone(),
        (_, None) => return Answer::error(422, "base_tree is not a valid tree"),
    };
    for entry in body.get("tree").and_then(Value::as_array).into_iter().flatten() {
        let content = match entry.get("content").and_then(Value::as_str) {
            Some(content) => content.to_owned(),
            None => match repo.workshop.blobs.get(text(entry, "sha")) {
                Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                None => return Answer::error(422, "tree.sha is not a valid blob"),
            },
        };
        tree.insert(text(entry, "path").to_owned(), content);
    }
    let sha = repo.workshop.tree(tree);
    created(
        json!({ "sha": sha, "url": format!("{}/git/trees/{sha}", shapes::api(repo)), "truncated": false }),
    )
}

fn new_blob(repo: &mut Repo, body: &Value) -> Answer {
    let content = text(body, "content").to_owned();
    let sha = oid_of(&format!("blob {content}"));
    repo.workshop.blobs.insert(sha.clone(), content.into_bytes());
    created(json!({ "sha": sha, "url": format!("{}/git/blobs/{sha}", shapes::api(repo)) }))
}

fn new_commit(repo: &mut Repo, body: &Value) -> Answer {
    let parents = body.get("parents").and_then(Value::as_array).into_iter().flatten();
    let parents: Vec<String> = parents.filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let tree = text(body, "tree").to_owned();
    if !repo.workshop.trees.contains_key(&tree) {
        return Answer::error(422, "Tree SHA does not exist");
    }
    if !parents.iter().all(|parent| repo.commits.contains_key(parent)) {
        return Answer::error(422, "Parent SHA does not exist or is not a commit object");
    }
    let sha = repo.make_commit(text(body, "message"), &tree, &parents);
    let found = read(repo, &["commits", &sha]).unwrap_or_else(|| Answer::error(500, "the commit is gone"));
    Answer { code: 201, ..found }
}
