//! The options of `history`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs};
use shiplane_core::duration::Span;

#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    /// How many of the newest runs of each host
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_LIMIT", default_value_t = 20)]
    pub(crate) limit: u32,
    /// Nothing older than this: 1h, 30d
    #[arg(long, value_name = "TIME", env = "SHIPLANE_SINCE")]
    pub(crate) since: Option<Span>,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
