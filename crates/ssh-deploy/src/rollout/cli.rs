//! The options of `rollout`: names, types and help; no logic.

use clap::{Args, ValueEnum};
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct RolloutArgs {
    /// Step of a rollout; `rollout` needs one
    #[arg(value_enum, env = "SHIPLANE_STEP")]
    pub(crate) step: Step,
    /// Of `set`: percent of the users that get the new version
    #[arg(value_name = "PERCENT", env = "SHIPLANE_PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) percent: Option<u8>,
    /// Of `start`: the version, or the commit, that must be there to be rolled out
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_RELEASE_VERSION")]
    pub(crate) release_version: Option<String>,
    /// Of `tick`: what `smoke-check judge` said: ok, warning, rollback, no-data or too-few
    #[arg(long, value_name = "WORD", env = "SHIPLANE_VERDICT")]
    pub(crate) verdict: Option<String>,
    /// Why; kept in the host's journal
    #[arg(long, value_name = "TEXT", env = "SHIPLANE_REASON")]
    pub(crate) reason: Option<String>,
    /// Of `start`: in spite of quarantine; of `finish`: before the last stage is over
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    /// Look at the host and show what would be done; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// A step of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Begin, with no users; the new version must be there
    Start,
    /// Go on, stay, pause or go back, by the verdict
    Tick,
    /// Give it this share by hand; needs --reason
    Set,
    /// Let nothing go on by itself
    Pause,
    /// Go on after a pause, or give the approval that a stage asks for
    Resume,
    /// Take all users away, go back to the release before, quarantine the commit
    Rollback,
    /// End a complete rollout, when the new version is deployed to the stable server, too
    Finish,
    /// Show the stages with their times; needs no host
    Plan,
    /// Show how far it is
    Status,
}
