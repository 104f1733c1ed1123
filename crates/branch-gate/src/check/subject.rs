//! What is judged, as the flags or the event say it; not settled when the facts are on record.

use serde_json::Value;
use shiplane_action::Context;
use shiplane_core::fault::Fault;
use shiplane_github::{PullRequestId, Repository};

use super::cli::Check;

/// What is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A pull request; the head that the event names spares a question.
    PullRequest {
        /// Which one.
        pull: PullRequestId,
        /// Its head, if the event names it.
        head: Option<String>,
    },
    /// A merge queue's group, by the pull request that it is named after.
    Queue {
        /// Which one.
        pull: PullRequestId,
        /// The commit that the queue made.
        commit: String,
    },
    /// A commit that is on its branch already.
    Push(Pushed),
}

/// A commit that is on its branch already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pushed {
    pub(super) repository: Repository,
    pub(super) branch: String,
    pub(super) commit: String,
    /// Who pushed it, as the event says.
    pub(super) by: Option<String>,
}

impl Subject {
    /// Where it is.
    pub(super) fn repository(&self) -> &Repository {
        match self {
            Self::PullRequest { pull, .. } | Self::Queue { pull, .. } => &pull.repository,
            Self::Push(pushed) => &pushed.repository,
        }
    }

    /// Flags go before the event and the runner's variables.
    pub(super) fn resolve(check: &Check, context: &Context) -> Result<Self, Fault> {
        let repository = check.access.repository(context)?;
        if let Some(commit) = &check.commit {
            let branch = check.branch.clone().or_else(|| context.ref_name.clone()).ok_or_else(|| {
                Fault::usage("branch-missing", "no branch is named for the commit").help("add --branch NAME")
            })?;
            return Ok(Self::Push(Pushed { repository, branch, commit: commit.clone(), by: None }));
        }
        let pull = |number| PullRequestId { repository: repository.clone(), number };
        if let Some(number) = check.pull_request {
            return Ok(Self::PullRequest { pull: pull(number), head: None });
        }
        let text = |pointer: &str| context.event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        if let Some(number) = number(&context.event) {
            return Ok(Self::PullRequest { pull: pull(number), head: text("/pull_request/head/sha") });
        }
        if let Some((commit, number)) = queued(&context.event) {
            return Ok(Self::Queue { pull: pull(number), commit });
        }
        // A branch that was taken away has zeros in the place of a commit.
        let commit = text("/after").filter(|commit| commit.contains(|c| c != '0'));
        let branch = text("/ref").and_then(branch_of);
        if let (Some("push"), Some(branch), Some(commit)) = (context.event_name.as_deref(), branch, commit) {
            return Ok(Self::Push(Pushed { repository, branch, commit, by: text("/sender/login") }));
        }
        let event = context.event_name.as_deref().map(|name| format!("; event `{name}` is about none"));
        let fact = format!("no pull request is named{}", event.unwrap_or_default());
        Err(Fault::usage("pull-request-missing", fact)
            .help("add --pull-request NUMBER, or run on pull_request, merge_group or push events"))
    }
}

/// The pull request that the event is about: its own, or the one that was commented on.
fn number(event: &Value) -> Option<u64> {
    let own = event.pointer("/pull_request/number");
    let commented = || event.pointer("/issue/pull_request").and(event.pointer("/issue/number"));
    own.or_else(commented).and_then(Value::as_u64)
}

/// The queue's commit and the pull request that its branch is named after, as in
/// `refs/heads/gh-readonly-queue/main/pr-104-0f3e…` (docs, "Managing a merge queue").
fn queued(event: &Value) -> Option<(String, u64)> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
    let name = text("/merge_group/head_ref")?.rsplit('/').next()?;
    let number = name.strip_prefix("pr-")?.split('-').next()?.parse().ok()?;
    Some((text("/merge_group/head_sha")?.to_owned(), number))
}

fn branch_of(name: String) -> Option<String> {
    name.strip_prefix("refs/heads/").map(str::to_owned)
}
