//! A pull request, its reviews, conversations, files and events.

use serde_json::json;

use super::super::data::{Args, Data, leaf, list, object};
use super::{actor, branch, commit, issue, pull_state, repository};
use crate::github::actor::{id_of, node_id};
use crate::github::protection::RuleKind;
use crate::github::pull::{ForcePush, Mergeable, Pull, PullState, Review, Thread};
use crate::github::world::Repo;

/// A pull request with everything below it.
pub(super) fn pull<'w>(repo: &'w Repo, pull: &'w Pull) -> Data<'w> {
    object("PullRequest", move |field, args| {
        plain(repo, pull, field).or_else(|| related(repo, pull, (field, args)))
    })
}

/// The fields that are values.
fn plain<'w>(repo: &'w Repo, pull: &'w Pull, field: &str) -> Option<Data<'w>> {
    let number = pull.number.to_string();
    match field {
        "additions" | "deletions" => leaf(pull.files.len()),
        "baseRefName" => leaf(pull.base.branch.clone()),
        "baseRefOid" => leaf(pull.base.oid.clone()),
        "body" => leaf(pull.body.clone()),
        "changedFiles" => leaf(pull.files.len()),
        "closed" => leaf(pull.state != PullState::Open),
        "createdAt" => leaf("2026-01-05T10:00:00Z"),
        "headRefName" => leaf(pull.head.branch.clone()),
        "headRefOid" => leaf(pull.head.oid.clone()),
        "id" => leaf(node_id("PR", &[&repo.owner, &repo.name, &number])),
        "isCrossRepository" => leaf(pull.from_fork),
        "isDraft" => leaf(pull.draft),
        "mergeStateStatus" => leaf(merge_state(pull)),
        "mergeable" => leaf(mergeable(pull.ask_mergeable())),
        "merged" => leaf(pull.state == PullState::Merged),
        "mergedAt" => leaf((pull.state == PullState::Merged).then_some("2026-01-05T12:00:00Z")),
        "number" => leaf(pull.number),
        "permalink" | "url" => leaf(format!("https://github.com/{}/{}/pull/{number}", repo.owner, repo.name)),
        "reviewDecision" => leaf(decision(repo, pull)),
        "state" => leaf(pull_state(pull.state)),
        "title" => leaf(pull.title.clone()),
        "updatedAt" => leaf("2026-01-05T11:00:00Z"),
        _ => None,
    }
}

/// The fields that lead to other objects.
fn related<'w>(repo: &'w Repo, pull: &'w Pull, (field, args): (&str, &Args)) -> Option<Data<'w>> {
    match field {
        "author" => Some(actor(&pull.author)),
        "baseRef" => Some(branch::by_name(repo, &pull.base.branch)),
        "comments" => issue::comments(repo, pull.number),
        "commits" => list(pull.commits.iter().map(|sha| pull_commit(repo, pull, sha))),
        "files" => list(pull.files.iter().map(|file| {
            json!({
                "__typename": "PullRequestChangedFile",
                "additions": 1, "changeType": file.change, "deletions": 1, "path": file.path,
            })
            .into()
        })),
        "headRef" if pull.from_fork => Some(branch::at(repo, &pull.head.branch, &pull.head.oid)),
        "headRef" => Some(branch::by_name(repo, &pull.head.branch)),
        "headRepository" => Some(repository(repo)),
        "labels" => list(pull.labels.iter().map(|name| label(name))),
        "latestOpinionatedReviews" => list(latest_reviews(repo, pull, args.flag("writersOnly"))),
        "mergeCommit" => Some(pull.merge_commit.as_ref().map(|sha| commit::by_sha(repo, sha)).into()),
        "potentialMergeCommit" => Some(pull.test_merge.as_ref().map(|sha| commit::by_sha(repo, sha)).into()),
        "repository" => Some(repository(repo)),
        "reviewThreads" => list(pull.threads.iter().enumerate().map(|(at, found)| thread(pull, found, at))),
        "reviews" => list(reviews(repo, pull, args)),
        "statusCheckRollup" => Some(commit::rollup(repo, &pull.head.oid)),
        "timelineItems" => list(events(repo, pull, args)),
        _ => None,
    }
}

fn mergeable(mergeable: Mergeable) -> &'static str {
    match mergeable {
        Mergeable::Yes => "MERGEABLE",
        Mergeable::Conflicting => "CONFLICTING",
        Mergeable::Unknown => "UNKNOWN",
    }
}

fn merge_state(pull: &Pull) -> &'static str {
    match pull.mergeable {
        Mergeable::Conflicting => "DIRTY",
        Mergeable::Unknown => "UNKNOWN",
        Mergeable::Yes if pull.draft => "DRAFT",
        Mergeable::Yes => "CLEAN",
    }
}

/// GitHub's own summary: null unless the base branch requires reviews.
fn decision(repo: &Repo, pull: &Pull) -> Option<&'static str> {
    let base = repo.branches.get(&pull.base.branch)?;
    let by_rules = base.rules.iter().filter_map(|rule| match rule.kind {
        RuleKind::PullRequest { approvals, .. } => Some(approvals),
        RuleKind::RequiredChecks { .. } | RuleKind::Other(_) => None,
    });
    let required = base.protection.iter().filter_map(|rule| rule.approvals).chain(by_rules).max()?;
    let opinions = pull.latest_opinions();
    let count = |state: &str| {
        opinions.iter().filter(|review| review.can_push && review.state == state).count() as u64
    };
    Some(match (count("CHANGES_REQUESTED"), count("APPROVED")) {
        (0, approvals) if approvals >= required => "APPROVED",
        (0, _) => "REVIEW_REQUIRED",
        (_, _) => "CHANGES_REQUESTED",
    })
}

fn pull_commit<'w>(repo: &'w Repo, pull: &Pull, sha: &'w str) -> Data<'w> {
    let id = node_id("PURC", &[&pull.number.to_string(), sha]);
    object("PullRequestCommit", move |field, _| match field {
        "commit" => Some(commit::by_sha(repo, sha)),
        "id" => leaf(id.clone()),
        _ => None,
    })
}

fn label<'w>(name: &str) -> Data<'w> {
    json!({ "__typename": "Label", "color": "ededed", "id": node_id("LA", &[name]), "name": name }).into()
}

fn latest_reviews<'w>(repo: &'w Repo, pull: &'w Pull, writers_only: bool) -> Vec<Data<'w>> {
    let latest = pull.latest_opinions().into_iter().filter(|review| review.can_push || !writers_only);
    latest.map(|found| review(repo, found)).collect()
}

fn reviews<'w>(repo: &'w Repo, pull: &'w Pull, args: &Args) -> Vec<Data<'w>> {
    let states = args.words("states");
    let chosen = pull.reviews.iter().filter(|review| {
        states.as_ref().is_none_or(|states| states.contains(&review.state.as_str()))
            && args.text("author").is_none_or(|author| author == review.author.login)
    });
    chosen.map(|found| review(repo, found)).collect()
}

fn review<'w>(repo: &'w Repo, review: &'w Review) -> Data<'w> {
    object("PullRequestReview", move |field, _| match field {
        "author" => Some(actor(&review.author)),
        "authorCanPushToRepository" => leaf(review.can_push),
        "body" => leaf(review.body.clone()),
        "commit" => Some(commit::by_sha(repo, &review.commit)),
        "databaseId" => leaf(review.id),
        "id" => leaf(node_id("PRR", &[&review.id.to_string()])),
        "state" => leaf(review.state.clone()),
        "submittedAt" => leaf(review.submitted_at.clone()),
        _ => None,
    })
}

fn thread<'w>(pull: &'w Pull, thread: &'w Thread, at: usize) -> Data<'w> {
    let number = pull.number.to_string();
    object("PullRequestReviewThread", move |field, _| match field {
        "comments" => list([thread_comment(thread, &number)]),
        "id" => leaf(node_id("PRRT", &[&number, &at.to_string()])),
        "isOutdated" => leaf(thread.outdated),
        "isResolved" => leaf(thread.resolved),
        "line" => leaf(thread.line),
        "path" => leaf(thread.path.clone()),
        _ => None,
    })
}

fn thread_comment<'w>(thread: &'w Thread, number: &str) -> Data<'w> {
    let id = id_of(&["thread", number, &thread.path, &thread.body]);
    object("PullRequestReviewComment", move |field, _| match field {
        "author" => Some(actor(&thread.author)),
        "body" => leaf(thread.body.clone()),
        "createdAt" => leaf("2026-01-05T11:00:00Z"),
        "databaseId" => leaf(id),
        "id" => leaf(node_id("PRRC", &[&id.to_string()])),
        "path" => leaf(thread.path.clone()),
        "url" => leaf(format!("https://github.com/discussion_r{id}")),
        _ => None,
    })
}

fn events<'w>(repo: &'w Repo, pull: &'w Pull, args: &Args) -> Vec<Data<'w>> {
    let types = args.words("itemTypes");
    let wanted = types.is_none_or(|types| types.contains(&"HEAD_REF_FORCE_PUSHED_EVENT"));
    pull.force_pushes.iter().filter(|_| wanted).map(|push| force_push(repo, push)).collect()
}

fn force_push<'w>(repo: &'w Repo, push: &'w ForcePush) -> Data<'w> {
    object("HeadRefForcePushedEvent", move |field, _| match field {
        "actor" => Some(actor(&push.actor)),
        "afterCommit" => Some(commit::by_sha(repo, &push.after)),
        "beforeCommit" => Some(commit::by_sha(repo, &push.before)),
        "createdAt" => leaf(push.time.clone()),
        "id" => leaf(node_id("HRFPE", &[&push.before, &push.after])),
        _ => None,
    })
}
