//! The options of `status`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
