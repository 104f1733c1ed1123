//! A base branch as it comes: how far it is ahead, and what protects it.

use serde::Deserialize;

use super::wire::{App, Page};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Base {
    compare: Option<Comparison>,
    pub(super) branch_protection_rule: Option<ClassicRule>,
    pub(super) ref_update_rule: Option<UpdateRule>,
    pub(super) rules: Option<Page<Rule>>,
}

impl Base {
    /// How many commits the head lacks.
    pub(super) fn behind_by(&self) -> Option<u64> {
        self.compare.as_ref()?.behind_by
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comparison {
    behind_by: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClassicRule {
    pub(super) requires_approving_reviews: bool,
    pub(super) required_approving_review_count: Option<i64>,
    pub(super) dismisses_stale_reviews: bool,
    pub(super) require_last_push_approval: bool,
    pub(super) requires_code_owner_reviews: bool,
    pub(super) requires_conversation_resolution: bool,
    pub(super) requires_status_checks: bool,
    pub(super) requires_strict_status_checks: bool,
    pub(super) lock_branch: bool,
    pub(super) required_status_checks: Option<Vec<ClassicCheck>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClassicCheck {
    pub(super) context: String,
    pub(super) app: Option<App>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateRule {
    pub(super) required_approving_review_count: Option<i64>,
    pub(super) required_status_check_contexts: Option<Vec<Option<String>>>,
    pub(super) requires_code_owner_reviews: bool,
    pub(super) requires_conversation_resolution: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) repository_ruleset: Option<Ruleset>,
    pub(super) parameters: Option<RuleParameters>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ruleset {
    pub(super) database_id: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) enforcement: Option<String>,
}

/// Parameters of the kinds of rules that are read; of other kinds, nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleParameters {
    pub(super) strict_required_status_checks_policy: Option<bool>,
    pub(super) required_status_checks: Option<Vec<RequiredCheck>>,
    pub(super) required_approving_review_count: Option<i64>,
    pub(super) dismiss_stale_reviews_on_push: Option<bool>,
    pub(super) require_code_owner_review: Option<bool>,
    pub(super) require_last_push_approval: Option<bool>,
    pub(super) required_review_thread_resolution: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequiredCheck {
    pub(super) context: String,
    pub(super) integration_id: Option<i64>,
}
