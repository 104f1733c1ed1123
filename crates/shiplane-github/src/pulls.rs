//! A pull request of our own: found by its branch, opened once, kept up to date.

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;

use crate::client::{Client, Verb};
use crate::repository::Repository;
use crate::rest::{Read, encoded};

/// A pull request as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPull<'s> {
    /// Its title.
    pub title: &'s str,
    /// What it says.
    pub body: &'s str,
    /// The branch that it comes from, in the same repository.
    pub head: &'s str,
    /// The branch that it goes to.
    pub base: &'s str,
}

/// A pull request that is there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub number: u64,
    /// Where people see it.
    pub url: String,
    /// What became of it.
    pub was: Was,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Was {
    /// There was none.
    Created,
    /// It said something else.
    Updated,
    /// It was there, and says so already.
    Unchanged,
}

impl Client {
    /// Opens it, unless it is open already; needs `pull-requests: write`.
    pub async fn keep_pull(
        &self,
        repository: &Repository,
        new: &NewPull<'_>,
    ) -> anyhow::Result<Read<Opened>> {
        let done = self.open_or_update(repository, new).await;
        done.with_context(|| format!("open a pull request from {}", new.head))
    }

    async fn open_or_update(
        &self,
        repository: &Repository,
        new: &NewPull<'_>,
    ) -> Result<Read<Opened>, Fault> {
        let head = format!("{}:{}", repository.owner, new.head);
        let query = format!("pulls?state=open&head={}&base={}", encoded(&head), encoded(new.base));
        let listed = match self.list(&repository.path(&query), None).await? {
            Ok(listed) => listed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let body = json!({ "title": new.title, "body": new.body, "head": new.head, "base": new.base });
        let Some(known) = listed.entries.first() else {
            let made = self.write(Verb::Post, &repository.path("pulls"), &body).await?;
            return Ok(match made {
                Ok(pull) => Ok(opened(&pull, Was::Created)?),
                Err(refusal) => Err(refusal),
            });
        };
        let says = |key: &str, text: &str| known.get(key).and_then(Value::as_str) == Some(text);
        if says("title", new.title) && says("body", new.body) {
            return opened(known, Was::Unchanged).map(Ok);
        }
        let number = opened(known, Was::Updated)?.number;
        let words = json!({ "title": new.title, "body": new.body });
        let path = repository.path(&format!("pulls/{number}"));
        let written = self.write(Verb::Patch, &path, &words).await?;
        Ok(match written {
            Ok(pull) => Ok(opened(&pull, Was::Updated)?),
            Err(refusal) => Err(refusal),
        })
    }
}

fn opened(pull: &Value, was: Was) -> Result<Opened, Fault> {
    let number = pull.get("number").and_then(Value::as_u64);
    let url = pull.get("html_url").and_then(Value::as_str);
    match (number, url) {
        (Some(number), Some(url)) => Ok(Opened { number, url: url.to_owned(), was }),
        (_, _) => Err(Fault::could_not("github-answer", "GitHub's answer does not name the pull request")),
    }
}
