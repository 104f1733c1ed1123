//! Deeds on a pull request: a commit status, one comment that stays, the end of a draft.

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::foreign;

use super::{PullRequestId, absent, partial};
use crate::client::{Client, Verb};
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};

const READY: &str = include_str!("ready.graphql");
const DRAFT: &str = include_str!("draft.graphql");
const VIEWER: &str = "query Viewer { viewer { login } }";

/// More characters than this are refused (docs, "Create a commit status").
const LONGEST_DESCRIPTION: usize = 139;

/// A commit status to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStatus<'s> {
    /// `error`, `failure`, `pending` or `success`.
    pub state: &'s str,
    /// One sentence; what does not fit is cut.
    pub description: &'s str,
    /// Where more can be read.
    pub url: Option<&'s str>,
    /// What it is called.
    pub context: &'s str,
}

/// What became of the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comment {
    /// There was none.
    Created,
    /// It said something else.
    Updated,
    /// It says so already.
    Unchanged,
}

struct Known {
    id: u64,
    body: String,
}

impl Client {
    /// Sets a commit status; needs `statuses: write`.
    pub async fn set_status(
        &self,
        repository: &Repository,
        commit: &str,
        status: &NewStatus<'_>,
    ) -> anyhow::Result<Read<()>> {
        let path = repository.path(&format!("statuses/{}", encoded(commit)));
        let body = json!({
            "state": status.state,
            "description": foreign::clip(status.description, LONGEST_DESCRIPTION),
            "target_url": status.url,
            "context": status.context,
        });
        let written = self.write(Verb::Post, &path, &body).await;
        Ok(written.with_context(|| format!("set status {}", status.context))?.map(drop))
    }

    /// Keeps one comment of our own with the marker in it up to date; needs `pull-requests: write`. Where two runs
    /// wrote one each, the oldest stays.
    pub async fn sticky_comment(
        &self,
        pull: &PullRequestId,
        marker: &str,
        body: &str,
    ) -> anyhow::Result<Read<Comment>> {
        self.keep_comment(pull, marker, body).await.with_context(|| format!("comment on {pull}"))
    }

    /// Says something else in the comment of our own with the marker in it; where there is none, nothing is said.
    pub async fn revise_comment(
        &self,
        pull: &PullRequestId,
        marker: &str,
        body: &str,
    ) -> anyhow::Result<Read<Option<Comment>>> {
        let known = async || match self.viewer().await? {
            Some(viewer) => Ok::<_, anyhow::Error>(self.own_comments(pull, (&viewer, marker)).await?),
            None => Err(nameless().into()),
        };
        match known().await.with_context(|| format!("comment on {pull}"))? {
            Ok(known) if known.is_empty() => Ok(Ok(None)),
            Ok(known) => Ok(self.keep_oldest(pull, known, body).await?.map(Some)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Ends a draft; `false` when it was none. The token of a workflow may be refused this whatever its permissions.
    pub async fn ready_for_review(&self, pull: &PullRequestId) -> anyhow::Result<Read<bool>> {
        let answer = self.query(DRAFT, &pull.variables()).await;
        let answer = answer.with_context(|| format!("read whether {pull} is a draft"))?;
        let seen = answer.data.pointer("/repository/pullRequest").filter(|it| !it.is_null());
        let Some(id) = seen.and_then(|pull| pull.get("id")).and_then(Value::as_str) else {
            return Err(absent(pull, &answer.errors).into());
        };
        if seen.and_then(|pull| pull.get("isDraft")) == Some(&Value::Bool(false)) {
            return Ok(Ok(false));
        }
        let answer = self.mutate(READY, &json!({ "pull": id })).await;
        let answer = answer.with_context(|| format!("mark {pull} ready for review"))?;
        let draft = answer.data.pointer("/markPullRequestReadyForReview/pullRequest/isDraft");
        let ended = draft == Some(&Value::Bool(false));
        match answer.errors.into_iter().next() {
            None if ended => Ok(Ok(true)),
            None => {
                let fact = format!("GitHub's answer does not say that {pull} is ready for review");
                Err(Fault::could_not("github-answer", fact).into())
            }
            Some(error) if partial::is_permission(&error.kind) => {
                Ok(Err(Refusal::Forbidden { message: error.message, permission: None }))
            }
            Some(error) => Err(Fault::could_not(
                "github-answer",
                format!("GitHub did not mark {pull} ready for review: {}", error.message),
            )
            .into()),
        }
    }

    /// Whose the token is.
    async fn viewer(&self) -> anyhow::Result<Option<String>> {
        let viewer = self.query(VIEWER, &json!({})).await?;
        let viewer = viewer.data.pointer("/viewer/login").and_then(Value::as_str);
        Ok(viewer.filter(|login| !login.is_empty()).map(str::to_owned))
    }

    async fn keep_comment(
        &self,
        pull: &PullRequestId,
        marker: &str,
        body: &str,
    ) -> anyhow::Result<Read<Comment>> {
        let Some(viewer) = self.viewer().await? else {
            // Without it each run would write one more comment.
            return Err(nameless().into());
        };
        let viewer = viewer.as_str();
        let body = if body.contains(marker) { body.to_owned() } else { format!("{marker}\n{body}") };
        let known = match self.own_comments(pull, (viewer, marker)).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !known.is_empty() {
            return Ok(self.keep_oldest(pull, known, &body).await?);
        }
        let path = pull.repository.path(&format!("issues/{}/comments", pull.number));
        if let Err(refusal) = self.write(Verb::Post, &path, &json!({ "body": body })).await? {
            return Ok(Err(refusal));
        }
        // Another run may have looked, found none and written one at the same time.
        match self.own_comments(pull, (viewer, marker)).await? {
            Ok(known) if known.len() > 1 => Ok(self.keep_oldest(pull, known, &body).await?),
            Ok(_) => Ok(Ok(Comment::Created)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn keep_oldest(
        &self,
        pull: &PullRequestId,
        known: Vec<Known>,
        body: &str,
    ) -> Result<Read<Comment>, Fault> {
        let mut known = known.into_iter();
        let Some(oldest) = known.next() else { return Ok(Ok(Comment::Unchanged)) };
        let path = |id: u64| pull.repository.path(&format!("issues/comments/{id}"));
        for other in known {
            // The other run may have taken it away already.
            if let Err(refusal @ Refusal::Forbidden { .. }) =
                self.write(Verb::Delete, &path(other.id), &json!({})).await?
            {
                return Ok(Err(refusal));
            }
        }
        if oldest.body == body {
            return Ok(Ok(Comment::Unchanged));
        }
        let written = self.write(Verb::Patch, &path(oldest.id), &json!({ "body": body })).await?;
        Ok(written.map(|_| Comment::Updated))
    }

    /// Comments with the marker that the token's own account wrote, the oldest first.
    async fn own_comments(
        &self,
        pull: &PullRequestId,
        (viewer, marker): (&str, &str),
    ) -> Result<Read<Vec<Known>>, Fault> {
        let path = pull.repository.path(&format!("issues/{}/comments", pull.number));
        let listed = match self.list(&path, None).await? {
            Ok(listed) => listed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(gap) = listed.gap {
            let fact = format!("the comments of {pull} could not be read in full: {gap}");
            return Err(Fault::could_not("comments-unreadable", fact).help("run it again"));
        }
        let read = listed.entries.iter().map(|entry| own(entry, (viewer, marker)));
        let known: Option<Vec<Option<Known>>> = read.collect();
        let Some(known) = known else {
            let fact = format!("the comments of {pull} could not be read: one of them is not as documented");
            return Err(Fault::could_not("comments-unreadable", fact).help("run it again"));
        };
        let mut known: Vec<Known> = known.into_iter().flatten().collect();
        known.sort_by_key(|comment| comment.id);
        Ok(Ok(known))
    }
}

fn nameless() -> Fault {
    Fault::could_not("comments-unreadable", "GitHub does not say whose the token is").help("run it again")
}

/// `None` is no comment, `Some(None)` another's or one without the marker. GraphQL may leave out the `[bot]` that REST
/// puts behind an app's login.
fn own(entry: &Value, (viewer, marker): (&str, &str)) -> Option<Option<Known>> {
    let text = |key: &str| entry.pointer(key).and_then(Value::as_str);
    let id = entry.get("id")?.as_u64()?;
    let (Some(login), Some(body)) = (text("/user/login"), text("/body")) else { return Some(None) };
    let bot = || text("/user/type") == Some("Bot") && login.strip_suffix("[bot]") == Some(viewer);
    let ours = login == viewer || bot();
    Some((ours && body.contains(marker)).then(|| Known { id, body: body.to_owned() }))
}
