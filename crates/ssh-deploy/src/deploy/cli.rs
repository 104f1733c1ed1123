//! The options of `deploy`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs, WavesArgs};
use shiplane_core::duration::Span;

#[derive(Args, Debug)]
pub(crate) struct DeployArgs {
    /// The commit to deploy, at least 7 digits of it; the workflow's own commit by default
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// The version that this commit calls itself; the probes expect it in the answer
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_RELEASE_VERSION")]
    pub(crate) release_version: Option<String>,
    /// Deploy in spite of quarantine, and a commit that is older than the live one
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    /// How long everything up to the switch may take, such as 20m; the environment's budget by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_BUDGET")]
    pub(crate) budget: Option<Span>,
    /// How long to wait for a run that holds the lock; without it such a run is a refusal
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_WAIT_FOR_LOCK")]
    pub(crate) wait_for_lock: Option<Span>,
    /// Look at the host and show the plan; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) waves: WavesArgs,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
