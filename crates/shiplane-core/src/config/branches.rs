//! `branches:` what may be merged where.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::duration::Span;
use crate::gate::policy::{
    Conversations, Demand, DirectPush, Exclude, ProtectionReading, RequiredCheck, Reviewers, Stale,
};

/// The rules of one base branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Branch {
    /// Branches that may be merged into this one, any by default; `*` does not cross `/`
    pub from: Vec<String>,
    /// Whether a fork's branch of such a name will do; false by default
    pub forks: Option<bool>,
    /// Fresh approvals by people who may write; 1 by default
    pub approvals: Option<u8>,
    /// Bots whose reviews count; none by default
    pub bots: Vec<String>,
    /// Who does not count as an approver, besides the author; nobody by default
    pub exclude: Vec<Exclude>,
    /// Which push takes an approval away; head by default
    pub stale: Option<Stale>,
    /// Whether someone else than the last pusher must have approved; false by default
    pub last_push_approval: Option<bool>,
    /// People and teams of whom some must have approved
    pub reviewers: Vec<Reviewers>,
    /// Whether an owner of each changed file must have approved; false by default
    pub code_owners: Option<bool>,
    /// Checks that must have reported success on the head commit, by name; all that reported by default
    pub checks: Vec<RequiredCheck>,
    /// Conclusions that count as passed; success, skipped and neutral by default
    pub accept: Vec<String>,
    /// Whether a commit without any check will do, when none are named; false by default
    pub allow_no_checks: Option<bool>,
    /// The oldest that the result of a required check may be, such as 7d; any by default
    pub max_check_age: Option<Span>,
    /// Whether review conversations must be resolved; resolved by default
    pub conversations: Option<Conversations>,
    /// Whether the branch must contain its base; false by default
    pub up_to_date: Option<bool>,
    /// Whether the changelog must say what changes; ignore by default
    pub changelog: Option<Demand>,
    /// Whether the version must be raised by as much as the changes ask for; ignore by default
    pub version: Option<Demand>,
    /// What it means when the branch's protection cannot be read; best-effort by default
    pub protection: Option<ProtectionReading>,
    /// What a commit means that no pull request brought; deny by default
    pub direct_push: Option<DirectPush>,
    /// The tests that a pull request to this branch has to pass: a name under `tiers:`
    pub tier: Option<String>,
}
