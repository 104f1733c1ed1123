//! The options of `to`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs, WavesArgs};

#[derive(Args, Debug)]
pub(crate) struct ToArgs {
    /// Version, commit or release id; the good release before the live one by default
    #[arg(value_name = "TARGET", env = "SHIPLANE_TARGET")]
    pub(crate) target: Option<String>,
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
