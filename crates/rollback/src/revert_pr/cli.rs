//! The options of `revert-pr`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, GitHubArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct RevertArgs {
    /// The bad commit; by default the one that failed or was rolled back from last, by the host's journal
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// Revert every commit after this one up to the bad one, newest first, in place of the bad one alone
    #[arg(long, value_name = "SHA", env = "SHIPLANE_RANGE")]
    pub(crate) range: Option<String>,
    /// Branch that the pull request goes to; the environment's branch by default
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_BASE")]
    pub(crate) base: Option<String>,
    /// Why; said in the pull request
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_REASON")]
    pub(crate) reason: Option<String>,
    /// Make the revert and tell of it; push nothing, open nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) access: GitHubArgs,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
