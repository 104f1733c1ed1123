//! The options of `plan`: names, types and help.

use clap::Args;

/// Options of `plan`.
#[derive(Args, Debug)]
pub(crate) struct Plan {
    /// Branch that is merged into; by default the event's, else the one the run is on
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_BASE")]
    pub(crate) base: Option<String>,
}
