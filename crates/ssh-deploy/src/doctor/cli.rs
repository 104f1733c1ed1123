//! The options of `doctor`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// The commit that is to come; whether it can be had and which keys it needs is looked at, too
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
