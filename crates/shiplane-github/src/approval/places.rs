//! Where a request is kept: found, opened, written to.

use serde_json::{Value, json};
use shiplane_core::fault::Fault;

use super::people::{text, words};
use crate::client::{Client, Verb};
use crate::repository::Repository;
use crate::rest::{Listed, Read, encoded};

impl Client {
    /// The merged pull request that brought a commit: the one that it is the merge of, else the first.
    pub async fn approval_pull(&self, repository: &Repository, commit: &str) -> Result<Option<u64>, Fault> {
        let path = repository.path(&format!("commits/{}/pulls", encoded(commit)));
        let pulls = seen(self.list(&path, None).await?, "pull-requests: read")?;
        let merged = |pull: &&Value| pull.pointer("/merged_at").is_some_and(|at| !at.is_null());
        let merge = |pull: &&Value| text(pull, "/merge_commit_sha").as_deref() == Some(commit);
        let chosen = pulls.iter().filter(merged).find(merge).or_else(|| pulls.iter().find(merged));
        Ok(chosen.and_then(number))
    }

    /// The oldest open issue of that title that the tool opened.
    pub async fn approval_issue(
        &self,
        repository: &Repository,
        (title, identity): (&str, &str),
    ) -> Result<Option<u64>, Fault> {
        let path = repository.path(&format!("issues?state=open&creator={}", encoded(identity)));
        let issues = seen(self.list(&path, None).await?, "issues: read")?;
        let ours = issues.iter().filter(|issue| {
            issue.get("pull_request").is_none()
                && text(issue, "/title").as_deref() == Some(title)
                && text(issue, "/user/login").is_some_and(|login| login.eq_ignore_ascii_case(identity))
        });
        Ok(ours.filter_map(number).min())
    }

    /// A new issue; its number.
    pub async fn approval_open(
        &self,
        repository: &Repository,
        (title, body): (&str, &str),
    ) -> Result<u64, Fault> {
        let body = json!({ "title": title, "body": body });
        let issue = written(self.write(Verb::Post, &repository.path("issues"), &body).await?, "an issue")?;
        number(&issue).ok_or_else(|| Fault::could_not("github-answer", "GitHub's answer names no issue"))
    }

    /// A new comment; where people see it.
    pub async fn approval_comment(
        &self,
        repository: &Repository,
        (number, body): (u64, &str),
    ) -> Result<String, Fault> {
        let path = repository.path(&format!("issues/{number}/comments"));
        let written = written(self.write(Verb::Post, &path, &json!({ "body": body })).await?, "a comment")?;
        Ok(text(&written, "/html_url").unwrap_or_default())
    }
}

fn number(issue: &Value) -> Option<u64> {
    issue.pointer("/number").and_then(Value::as_u64)
}

fn seen(read: Read<Listed>, permission: &str) -> Result<Vec<Value>, Fault> {
    let missing = |why: &str| {
        Fault::could_not("approval-unreadable", format!("where the request is kept could not be read: {why}"))
            .help(format!("grant the job `{permission}`, or name the place with --issue or --pull-request"))
    };
    let listed = read.map_err(|refusal| missing(&words(&refusal)))?;
    match listed.gap {
        Some(gap) => Err(missing(gap)),
        None => Ok(listed.entries),
    }
}

fn written(read: Read<Value>, what: &str) -> Result<Value, Fault> {
    read.map_err(|refusal| {
        Fault::could_not("permission-missing", format!("the token may not write {what}: {}", words(&refusal)))
            .help("grant the job `issues: write`")
    })
}
