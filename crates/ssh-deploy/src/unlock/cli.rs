//! The options of `unlock`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct UnlockArgs {
    /// End a run that lives, wherever it is, and free its lock
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
