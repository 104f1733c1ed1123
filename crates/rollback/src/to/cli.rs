//! The options of `to`: names, types and help; no logic.

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs, WavesArgs};
use shiplane_core::duration::Span;

/// Which way back; `rehearse` has the same.
#[derive(Args, Debug)]
pub(crate) struct WayArgs {
    /// Version, commit or release id; the good release before the live one by default
    #[arg(value_name = "TARGET", env = "SHIPLANE_TARGET")]
    pub(crate) target: Option<String>,
    /// Longest time for the whole way back; 120s by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_BUDGET")]
    pub(crate) budget: Option<Span>,
}

#[derive(Args, Debug)]
pub(crate) struct ToArgs {
    #[command(flatten)]
    pub(crate) way: WayArgs,
    /// Why; kept in the host's journal
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_REASON")]
    pub(crate) reason: Option<String>,
    /// How long a container may take to stop; 2s by default
    #[arg(long, value_name = "TIME", env = "SHIPLANE_STOP_TIMEOUT")]
    pub(crate) stop_timeout: Option<Span>,
    /// Take everything down before the switch
    #[arg(long, env = "SHIPLANE_DOWN")]
    pub(crate) down: bool,
    /// Have a run that is at work give way, and end it when it does not
    #[arg(long, env = "SHIPLANE_TAKE_OVER")]
    pub(crate) take_over: bool,
    /// Take the release from cold storage even where the host still has a copy
    #[arg(long, env = "SHIPLANE_FROM_COLD")]
    pub(crate) from_cold: bool,
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
