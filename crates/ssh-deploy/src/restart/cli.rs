//! The options of `restart`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct RestartArgs {
    /// Services to restart; all of the project by default
    #[arg(value_name = "SERVICE", env = "SHIPLANE_SERVICES", value_delimiter = ',')]
    pub(crate) services: Vec<String>,
    /// Make the containers anew, with the live release's images; this reads .env again
    #[arg(long, env = "SHIPLANE_RECREATE")]
    pub(crate) recreate: bool,
    /// Look at the host and show the plan; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
