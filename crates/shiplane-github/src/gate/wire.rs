//! GitHub's answer as it comes: every part may be missing, every word may be new.

use serde::Deserialize;

pub(super) use crate::graphql::{Actor, Oid, Page, PageInfo};

pub(super) use super::wire_protection::{Base, ClassicCheck, ClassicRule, Rule, RuleParameters, UpdateRule};

/// The root.
#[derive(Debug, Deserialize)]
pub(super) struct Data {
    pub(super) repository: Option<Repository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    #[serde(default)]
    pub(super) name_with_owner: String,
    pub(super) pull_request: Option<PullRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullRequest {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) is_draft: bool,
    pub(super) is_cross_repository: bool,
    pub(super) mergeable: Option<String>,
    pub(super) base_ref_name: String,
    pub(super) head_ref_name: String,
    pub(super) head_ref_oid: String,
    pub(super) created_at: Option<String>,
    pub(super) merged_at: Option<String>,
    pub(super) author: Option<Actor>,
    pub(super) labels: Option<Page<Label>>,
    pub(super) timeline_items: Option<Page<ForcePush>>,
    pub(super) latest_opinionated_reviews: Option<Page<Review>>,
    pub(super) review_threads: Option<Page<Thread>>,
    pub(super) commits: Option<Page<CommitNode>>,
    pub(super) tip: Option<Page<TipNode>>,
    pub(super) potential_merge_commit: Option<TestMerge>,
    pub(super) base_ref: Option<Base>,
}

/// What can change while the gate waits.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Progress {
    pub(super) mergeable: Option<String>,
    pub(super) head_ref_oid: String,
    pub(super) timeline_items: Option<Page<ForcePush>>,
    pub(super) tip: Option<Page<TipNode>>,
    pub(super) potential_merge_commit: Option<TestMerge>,
}

/// A commit that is judged on its own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueueCommit {
    /// Absent: it is no commit.
    pub(super) oid: Option<String>,
    pub(super) status_check_rollup: Option<Rollup>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Label {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ForcePush {
    pub(super) created_at: Option<String>,
    pub(super) actor: Option<Actor>,
    pub(super) after_commit: Option<Oid>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    pub(super) state: String,
    pub(super) submitted_at: Option<String>,
    pub(super) author_can_push_to_repository: bool,
    pub(super) author: Option<Actor>,
    pub(super) commit: Option<Oid>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Thread {
    pub(super) path: String,
    pub(super) line: Option<u64>,
    pub(super) is_resolved: bool,
    pub(super) is_outdated: bool,
    pub(super) comments: Option<Page<Comment>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    pub(super) author: Option<Actor>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CommitNode {
    pub(super) commit: Commit,
}

#[derive(Debug, Deserialize)]
pub(super) struct Commit {
    pub(super) oid: String,
    pub(super) message: Option<String>,
    pub(super) author: Option<Person>,
    pub(super) committer: Option<Person>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Person {
    pub(super) email: Option<String>,
    pub(super) user: Option<User>,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub(super) login: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct TipNode {
    pub(super) commit: Tip,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tip {
    pub(super) oid: String,
    pub(super) check_suites: Option<Page<Suite>>,
    pub(super) status_check_rollup: Option<Rollup>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Suite {
    pub(super) created_at: Option<String>,
    pub(super) push: Option<Push>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Push {
    pub(super) pusher: Option<Actor>,
}

/// The commit that would merge the pull request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestMerge {
    pub(super) oid: String,
    pub(super) status_check_rollup: Option<Rollup>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Rollup {
    pub(super) contexts: Option<Page<Context>>,
}

/// A check run or a commit status; of a kind that is neither, its name alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Context {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) database_id: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) status: Option<String>,
    pub(super) conclusion: Option<String>,
    pub(super) started_at: Option<String>,
    pub(super) completed_at: Option<String>,
    pub(super) url: Option<String>,
    pub(super) details_url: Option<String>,
    pub(super) check_suite: Option<CheckSuite>,
    pub(super) context: Option<String>,
    pub(super) state: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) creator: Option<Actor>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckSuite {
    pub(super) app: Option<App>,
    pub(super) workflow_run: Option<WorkflowRun>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App {
    pub(super) database_id: Option<i64>,
    pub(super) slug: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkflowRun {
    pub(super) database_id: Option<i64>,
    pub(super) event: Option<String>,
    pub(super) workflow: Option<Workflow>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Workflow {
    pub(super) resource_path: Option<String>,
}
