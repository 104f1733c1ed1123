//! GitHub's answer as it comes: every part may be missing, every word may be new.

use serde::Deserialize;

pub(super) use crate::graphql::{Actor, Oid, Page};

#[derive(Debug, Deserialize)]
pub(super) struct Data {
    pub(super) repository: Option<Repository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    #[serde(default)]
    pub(super) name_with_owner: String,
    pub(super) issue_or_pull_request: Option<Place>,
}

/// An issue, or a pull request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) number: u64,
    #[serde(default)]
    pub(super) url: String,
    pub(super) state: Option<String>,
    pub(super) head_ref_oid: Option<String>,
    pub(super) author: Option<Actor>,
    pub(super) latest_opinionated_reviews: Option<Page<Review>>,
    pub(super) comments: Option<Page<Comment>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    pub(super) state: String,
    pub(super) submitted_at: Option<String>,
    #[serde(default)]
    pub(super) author_can_push_to_repository: bool,
    pub(super) author: Option<Actor>,
    pub(super) commit: Option<Oid>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    pub(super) url: String,
    pub(super) body: String,
    pub(super) created_at: String,
    pub(super) last_edited_at: Option<String>,
    pub(super) includes_created_edit: Option<bool>,
    pub(super) author: Option<Actor>,
}
