//! Releases that are drafted, published and deleted, and the files attached to them.

use serde_json::{Value, json};

use super::shapes;
use crate::github::actor::id_of;
use crate::github::server::Answer;
use crate::github::workshop::Attachment;
use crate::github::world::{Release, Repo};

/// The answer to a change of a release, or nothing for a path that is not one of these.
pub(super) fn write(repo: &mut Repo, (method, steps): (&str, &[&str]), body: &Value) -> Option<Answer> {
    match (method, steps) {
        ("POST", []) => Some(open(repo, body)),
        ("PATCH", [id]) => edit(repo, id.parse().ok()?, body),
        _ => None,
    }
}

/// The answer to a DELETE.
pub(super) fn delete(repo: &mut Repo, steps: &[&str]) -> Option<Answer> {
    match steps {
        ["assets", id] => {
            let id: u64 = id.parse().ok()?;
            let release = repo.releases.iter_mut().find(|it| it.assets.iter().any(|asset| asset.id == id))?;
            release.assets.retain(|asset| asset.id != id);
        }
        [id] => {
            let id: u64 = id.parse().ok()?;
            let at = repo.releases.iter().position(|release| release.id == id)?;
            repo.releases.remove(at);
        }
        _ => return None,
    }
    Some(Answer { code: 204, ..Answer::ok(Value::Null) })
}

/// A file that is attached; the name is in the query.
pub(in crate::github) fn attach(repo: &mut Repo, (id, name): (u64, &str), bytes: &[u8]) -> Option<Answer> {
    let number = repo.workshop.number();
    let release = repo.releases.iter_mut().find(|release| release.id == id)?;
    if release.assets.iter().any(|asset| asset.name == name) {
        return Some(invalid("ReleaseAsset", "name", "already_exists"));
    }
    if bytes.is_empty() {
        return Some(Answer::error(400, "Bad Content-Length: 0"));
    }
    let asset = Attachment {
        id: number,
        name: name.to_owned(),
        size: bytes.len() as u64,
        digest: None,
        state: "uploaded".to_owned(),
    };
    release.assets.push(asset.clone());
    Some(Answer { code: 201, ..Answer::ok(shape(&asset)) })
}

/// An attached file.
pub(super) fn shape(asset: &Attachment) -> Value {
    json!({
        "id": asset.id, "name": asset.name, "label": "", "state": asset.state, "size": asset.size,
        "digest": asset.digest, "content_type": "application/octet-stream", "download_count": 0,
    })
}

fn invalid(resource: &str, field: &str, code: &str) -> Answer {
    let mut answer = Answer::error(422, "Validation Failed");
    answer.body["errors"] = json!([{ "resource": resource, "field": field, "code": code }]);
    answer
}

fn flag(body: &Value, name: &str) -> Option<bool> {
    body.get(name).and_then(Value::as_bool)
}

/// Two drafts may stand under one tag, two published releases may not.
fn open(repo: &mut Repo, body: &Value) -> Answer {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let Some(tag) = text("tag_name") else { return invalid("Release", "tag_name", "missing_field") };
    let draft = flag(body, "draft").unwrap_or(false);
    if !draft && repo.releases.iter().any(|known| known.tag == tag && !known.draft) {
        return invalid("Release", "tag_name", "already_exists");
    }
    if text("body").is_some_and(|words| words.chars().count() > 125_000) {
        let mut answer = Answer::error(422, "Validation Failed");
        let message = "body is too long (maximum is 125000 characters)";
        answer.body["errors"] =
            json!([{ "resource": "Release", "field": "body", "code": "custom", "message": message }]);
        return answer;
    }
    let again = if repo.releases.iter().any(|known| known.tag == tag) { "again" } else { "" };
    let release = Release {
        id: id_of(&["release", tag, again]),
        tag: tag.to_owned(),
        name: text("name").unwrap_or(tag).to_owned(),
        body: text("body").unwrap_or_default().to_owned(),
        draft,
        prerelease: flag(body, "prerelease").unwrap_or(false),
        target: text("target_commitish").unwrap_or(&repo.default_branch).to_owned(),
        assets: Vec::new(),
    };
    if let Err(answer) = tagged(repo, &release) {
        return answer;
    }
    repo.releases.push(release.clone());
    Answer { code: 201, ..Answer::ok(shapes::release(repo, &release)) }
}

/// What is published has a tag, made where there is none.
fn tagged(repo: &mut Repo, release: &Release) -> Result<(), Answer> {
    if release.draft || repo.tags.contains_key(&release.tag) {
        return Ok(());
    }
    let sha = repo.resolve(&release.target);
    let sha = sha.ok_or_else(|| invalid("Release", "target_commitish", "invalid"))?;
    repo.tag(&release.tag, &sha);
    Ok(())
}

fn edit(repo: &mut Repo, id: u64, body: &Value) -> Option<Answer> {
    let at = repo.releases.iter().position(|release| release.id == id)?;
    let mut release = repo.releases[at].clone();
    release.draft = flag(body, "draft").unwrap_or(release.draft);
    release.prerelease = flag(body, "prerelease").unwrap_or(release.prerelease);
    let twice = |known: &Release| known.id != id && known.tag == release.tag && !known.draft;
    if !release.draft && repo.releases.iter().any(twice) {
        return Some(invalid("Release", "tag_name", "already_exists"));
    }
    if let Err(answer) = tagged(repo, &release) {
        return Some(answer);
    }
    if body.get("make_latest").and_then(Value::as_str) == Some("true") {
        repo.workshop.latest = Some(id);
    }
    repo.releases[at] = release.clone();
    Some(Answer::ok(shapes::release(repo, &release)))
}
