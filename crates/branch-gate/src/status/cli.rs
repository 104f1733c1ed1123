//! The options of `status`: names, types and help.

use clap::Args;
use shiplane_action::FactsArgs;
use shiplane_core::duration::Span;

use crate::access::Access;

/// Options of `status`.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Branch whose runs are judged; by default the pull request's own, else the one that runs
    #[arg(long, value_name = "NAME", env = "SHIPLANE_BRANCH")]
    pub(crate) branch: Option<String>,
    /// Commit that is being promoted; by default the pull request's head, else the branch's
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// What must have succeeded.
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// How GitHub is reached.
    #[command(flatten)]
    pub(crate) access: Access,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
}

/// What must have succeeded.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Rules {
    /// Workflows by name or file, such as CI,deploy.yml; by default all that ran
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_WORKFLOWS")]
    pub(crate) workflows: Vec<String>,
    /// Jobs that must have run and passed, by their exact names
    ///
    /// A comma inside parentheses belongs to the name, as in `test (sqlite, local)`.
    ///
    /// In a value of several lines every comma does.
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_JOBS")]
    pub(crate) jobs: Vec<String>,
    /// Events whose runs count; by default push, pull_request, workflow_dispatch, merge_group
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_EVENT")]
    pub(crate) event: Vec<String>,
    /// How long ago a run may have ended, such as 24h
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_MAX_AGE")]
    pub(crate) max_age: Option<Span>,
    /// How long a run's jobs may take before a warning; the tier's budget by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_BUDGET")]
    pub(crate) budget: Option<Span>,
    /// Environment that the commit goes to: measures its way there from the merge
    #[arg(long, value_name = "NAME", env = "SHIPLANE_ENVIRONMENT")]
    pub(crate) environment: Option<String>,
    /// How long that way may take before a warning, such as 42m
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_LEAD_BUDGET")]
    pub(crate) lead_budget: Option<Span>,
}
