//! The options of `approve`: names, types and help.

use clap::{Args, ValueEnum};
use shiplane_action::FactsArgs;
use shiplane_core::duration::Span;

use crate::access::Access;

/// Options of `approve`.
#[derive(Args, Debug)]
pub(crate) struct Approve {
    /// Step of an approval; `approve` needs one
    #[arg(value_enum, env = "SHIPLANE_STEP")]
    pub(crate) step: Step,
    /// What the approval is for, such as production
    #[arg(long, value_name = "NAME", env = "SHIPLANE_ENVIRONMENT")]
    pub(crate) environment: Option<String>,
    /// Whole id of the commit to approve; by default the event's, or the request's
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// Number of the issue that keeps the request; by default the event's
    #[arg(long, value_name = "NUMBER", env = "SHIPLANE_ISSUE", conflicts_with = "pull_request")]
    pub(crate) issue: Option<u64>,
    /// Number of the pull request; by default the one that the event is about
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SHIPLANE_PULL_REQUEST",
        value_parser = clap::value_parser!(u64).range(1..=0x7fff_ffff)
    )]
    pub(crate) pull_request: Option<u64>,
    /// What an approval has to be, where it differs from the config.
    #[command(flatten)]
    pub(crate) terms: Terms,
    /// How GitHub is reached.
    #[command(flatten)]
    pub(crate) access: Access,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
}

/// What an approval has to be, where it differs from the config.
#[derive(Args, Debug)]
#[command(next_help_heading = "Terms")]
pub(crate) struct Terms {
    /// People who have to approve; 1 by default
    #[arg(
        long,
        value_name = "COUNT",
        env = "SHIPLANE_APPROVALS",
        value_parser = clap::value_parser!(u8).range(1..)
    )]
    pub(crate) approvals: Option<u8>,
    /// Who may approve, such as @org/leads,alice; by default people who may write
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_APPROVERS")]
    pub(crate) approvers: Vec<String>,
    /// How long a request is open; 24h by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_EXPIRES")]
    pub(crate) expires: Option<Span>,
    /// Login that the token writes as; github-actions[bot] by default
    #[arg(long, value_name = "LOGIN", env = "SHIPLANE_IDENTITY", default_value = "github-actions[bot]")]
    pub(crate) identity: String,
}

/// A step of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Store a request in a comment, and end
    Request,
    /// Judge whether the request is approved
    Check,
    /// Record the approval of who started this run by its button
    Grant,
    /// Close the request
    Withdraw,
}
