//! Commits over the API: on a branch that did not move, or one that takes the place of a branch.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use shiplane_core::foreign;

use crate::answer::{self, Head};
use crate::change::{Changed, unnamed};
use crate::client::{Client, Request, Verb};
use crate::repository::Repository;
use crate::rest::Refusal;
use crate::trouble::Trouble;

const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
const UPDATE: &str =
    "mutation Update($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }";
const IDENTITY: &str = "query Identity($owner: String!, $name: String!) { viewer { login } repository(owner: $owner, name: $name) { id } }";

/// What stands in place of a commit where there is no branch yet.
const NO_COMMIT: &str = "0000000000000000000000000000000000000000";

/// A whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// From the repository's root.
    pub path: String,
    /// All of it.
    pub bytes: Vec<u8>,
    /// `100644`, or `100755` for a program.
    pub mode: String,
}

/// A commit as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommit<'s> {
    /// The first line.
    pub headline: &'s str,
    /// What follows it.
    pub body: &'s str,
    /// The files that change.
    pub files: &'s [NewFile],
    /// The commit before it.
    pub parent: &'s str,
}

/// Whose the token is, and GitHub's own name for the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The login.
    pub login: String,
    /// The repository's node.
    pub repository: String,
}

/// The first error of an answer without data.
#[derive(Deserialize)]
struct Body {
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

enum Done {
    Data(Value),
    Unfit(String),
    Refused(Refusal),
}

impl Client {
    /// Whose the token is.
    pub async fn identity(&self, repository: &Repository) -> anyhow::Result<Identity> {
        let variables = json!({ "owner": repository.owner, "name": repository.name });
        let answer = self.query(IDENTITY, &variables).await.context("read whose the token is")?;
        let text = |pointer: &str| answer.data.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let id = text("/repository/id").ok_or_else(|| unnamed("the repository"))?;
        Ok(Identity { login: text("/viewer/login").unwrap_or_default(), repository: id })
    }

    /// A commit on a branch that is still at the parent, signed by GitHub; needs `contents: write`.
    pub async fn commit_on_branch(
        &self,
        repository: &Repository,
        branch: &str,
        new: &NewCommit<'_>,
    ) -> anyhow::Result<Changed<String>> {
        let additions: Vec<Value> = new
            .files
            .iter()
            .map(|file| json!({ "path": file.path, "contents": STANDARD.encode(&file.bytes) }))
            .collect();
        let input = json!({
            "branch": { "repositoryNameWithOwner": repository.to_string(), "branchName": branch },
            "message": { "headline": new.headline, "body": new.body },
            "expectedHeadOid": new.parent,
            "fileChanges": { "additions": additions },
        });
        let done = self.mutated((COMMIT, input)).await.with_context(|| format!("commit on {branch}"))?;
        let oid = |data: &Value| {
            data.pointer("/createCommitOnBranch/commit/oid").and_then(Value::as_str).map(str::to_owned)
        };
        Ok(match done {
            Done::Data(data) => Changed::Done(oid(&data).ok_or_else(|| unnamed("the commit"))?),
            Done::Unfit(message) => Changed::Unfit(message),
            Done::Refused(refusal) => Changed::Refused(refusal),
        })
    }

    /// The id of a tree: that of the parent, with these files in it. Asked twice, it is the same.
    pub async fn make_tree(
        &self,
        repository: &Repository,
        (base, files): (&str, &[NewFile]),
    ) -> anyhow::Result<Changed<String>> {
        let mut entries = Vec::new();
        for file in files {
            let (key, content) = match std::str::from_utf8(&file.bytes) {
                Ok(text) => ("content", text.to_owned()),
                Err(_) => match self.make_blob(repository, &file.bytes).await? {
                    Changed::Done(sha) => ("sha", sha),
                    refused @ (Changed::Unfit(_) | Changed::Refused(_)) => return Ok(refused),
                },
            };
            let entry = json!({ "path": file.path, "mode": file.mode, "type": "blob", (key): content });
            entries.push(entry);
        }
        let body = json!({ "base_tree": base, "tree": entries });
        let made =
            self.change(Verb::Post, &repository.path("git/trees"), &body).await.context("make a tree")?;
        Ok(made.read("the tree", id)?)
    }

    async fn make_blob(&self, repository: &Repository, bytes: &[u8]) -> anyhow::Result<Changed<String>> {
        let body = json!({ "content": STANDARD.encode(bytes), "encoding": "base64" });
        let made =
            self.change(Verb::Post, &repository.path("git/blobs"), &body).await.context("make a blob")?;
        Ok(made.read("the blob", id)?)
    }

    /// A commit that no branch holds yet. GitHub signs it when the token is an app's and names no author.
    pub async fn make_commit(
        &self,
        repository: &Repository,
        (message, tree, parent): (&str, &str, &str),
    ) -> anyhow::Result<Changed<String>> {
        let body = json!({ "message": message, "tree": tree, "parents": [parent] });
        let path = repository.path("git/commits");
        let made = self.change(Verb::Post, &path, &body).await.context("make a commit")?;
        Ok(made.read("the commit", id)?)
    }

    /// Lets a branch name another commit, if it is still where it was; nothing before makes it.
    pub async fn swing_branch(
        &self,
        identity: &Identity,
        branch: &str,
        (before, after): (Option<&str>, &str),
    ) -> anyhow::Result<Changed<()>> {
        let update = json!({
            "name": format!("refs/heads/{branch}"),
            "beforeOid": before.unwrap_or(NO_COMMIT),
            "afterOid": after,
            "force": true,
        });
        let input = json!({ "repositoryId": identity.repository, "refUpdates": [update] });
        let done = self.mutated((UPDATE, input)).await.with_context(|| format!("move {branch}"))?;
        Ok(match done {
            Done::Data(_) => Changed::Done(()),
            Done::Unfit(message) => Changed::Unfit(message),
            Done::Refused(refusal) => Changed::Refused(refusal),
        })
    }

    async fn mutated(&self, (mutation, input): (&str, Value)) -> Result<Done, shiplane_core::fault::Fault> {
        let body = json!({ "query": mutation, "variables": { "input": input } });
        let request = Request { verb: Verb::Post, url: self.graphql_address(), body: Some(&body) };
        self.send(&request, done).await.map_err(|gave_up| self.fault(gave_up))
    }
}

/// GitHub answers 200 to what it refuses, with the reason among the errors.
fn done(head: &Head, text: &str) -> Result<Done, Trouble> {
    match answer::refuse(head, text) {
        Err(Trouble::Forbidden { message, permission }) => {
            return Ok(Done::Refused(Refusal::Forbidden { message, permission }));
        }
        other => other?,
    }
    let body: Body = serde_json::from_str(text).map_err(|error| Trouble::Nonsense(error.to_string()))?;
    let Some(told) = body.errors.into_iter().next() else {
        return body
            .data
            .map(Done::Data)
            .ok_or_else(|| Trouble::Nonsense("neither data nor errors".to_owned()));
    };
    let message = foreign::one_line(told.message.as_deref().unwrap_or("no reason given"));
    match told.kind.as_deref().unwrap_or_default() {
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => {
            Ok(Done::Refused(Refusal::Forbidden { message, permission: None }))
        }
        "NOT_FOUND" => Ok(Done::Refused(Refusal::NotFound(message))),
        "" => Err(Trouble::Unavailable(format!("with an error: {message}"))),
        "RATE_LIMITED" => answer::read(head, text).map(|_| Done::Unfit(message)),
        _ => Ok(Done::Unfit(message)),
    }
}

fn id(made: Value) -> Option<String> {
    made.get("sha")?.as_str().map(str::to_owned)
}
