//! Pull requests that a tool keeps: found by their branches, opened once, renewed, closed.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::changelog::pr::PullSeen;

use crate::change::{Changed, unnamed};
use crate::client::{Client, Verb};
use crate::pulls::NewPull;
use crate::repository::Repository;
use crate::rest::{Read, encoded};

/// GitHub computes whether a pull request can be merged once it is asked, within seconds.
const MERGEABLE_TRIES: u32 = 8;
const MERGEABLE_PAUSE: Duration = Duration::from_secs(2);

impl Client {
    /// The open pull request from a branch of the repository into another.
    pub async fn open_pull(
        &self,
        repository: &Repository,
        (head, base): (&str, &str),
    ) -> anyhow::Result<Read<Option<PullSeen>>> {
        let owned = format!("{}:{head}", repository.owner);
        let query = format!("pulls?state=open&head={}&base={}", encoded(&owned), encoded(base));
        let listed = self.list(&repository.path(&query), None).await.context("list pull requests")?;
        Ok(match listed {
            Ok(listed) => {
                // GitHub leaves out what it cannot read in the query, and answers with every pull request there is.
                let is_own = |pull: &&Value| {
                    let of = |key: &str| pull.pointer(key).and_then(Value::as_str);
                    of("/head/ref") == Some(head) && of("/base/ref") == Some(base)
                };
                let found = listed.entries.iter().find(is_own);
                Ok(found.map(|found| seen(found).ok_or_else(|| unnamed("the pull request"))).transpose()?)
            }
            Err(refusal) => Err(refusal),
        })
    }

    /// Opens a pull request; needs `pull-requests: write`.
    pub async fn open_new_pull(
        &self,
        repository: &Repository,
        new: &NewPull<'_>,
    ) -> anyhow::Result<Changed<PullSeen>> {
        let body = json!({ "title": new.title, "body": new.body, "head": new.head, "base": new.base });
        let made = self.change(Verb::Post, &repository.path("pulls"), &body).await;
        let made = made.with_context(|| format!("open a pull request from {}", new.head))?;
        Ok(made.read("the pull request", |made| seen(&made))?)
    }

    /// Changes title and text.
    pub async fn edit_pull(
        &self,
        repository: &Repository,
        number: u64,
        (title, body): (&str, &str),
    ) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("pulls/{number}"));
        let edited = self.change(Verb::Patch, &path, &json!({ "title": title, "body": body })).await;
        Ok(edited.with_context(|| format!("update #{number}"))?.map(drop))
    }

    /// Closes it.
    pub async fn close_pull(&self, repository: &Repository, number: u64) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("pulls/{number}"));
        let closed = self.change(Verb::Patch, &path, &json!({ "state": "closed" })).await;
        Ok(closed.with_context(|| format!("close #{number}"))?.map(drop))
    }

    /// Puts a label on it, and makes the label when the repository has none of that name.
    pub async fn label(
        &self,
        repository: &Repository,
        number: u64,
        label: &str,
    ) -> anyhow::Result<Changed<()>> {
        let path = repository.path(&format!("issues/{number}/labels"));
        // Answered with 200 and the list of all labels; doing it twice is doing it once.
        let done = self.change(Verb::Post, &path, &json!({ "labels": [label] })).await;
        Ok(done.with_context(|| format!("label #{number}"))?.map(drop))
    }

    /// Whether it can be merged; nothing when GitHub does not say so in time.
    pub async fn mergeable(
        &self,
        repository: &Repository,
        number: u64,
    ) -> anyhow::Result<Read<Option<bool>>> {
        let path = repository.path(&format!("pulls/{number}"));
        for tries in 1..=MERGEABLE_TRIES {
            let found = self.get(&path).await.with_context(|| format!("read #{number}"))?;
            let pull = match found {
                Ok(pull) => pull,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if let Some(known) = pull.get("mergeable").and_then(Value::as_bool) {
                return Ok(Ok(Some(known)));
            }
            if tries < MERGEABLE_TRIES {
                self.sleep(MERGEABLE_PAUSE).await;
            }
        }
        Ok(Ok(None))
    }
}

fn seen(pull: &Value) -> Option<PullSeen> {
    let text = |key: &str| pull.get(key).and_then(Value::as_str).map(str::to_owned);
    let labels = pull.get("labels").and_then(Value::as_array).into_iter().flatten();
    Some(PullSeen {
        number: pull.get("number")?.as_u64()?,
        url: text("html_url")?,
        title: text("title")?,
        body: text("body").unwrap_or_default(),
        labels: labels.filter_map(|it| it.get("name")?.as_str().map(str::to_owned)).collect(),
    })
}
