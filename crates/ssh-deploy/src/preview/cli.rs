//! The options of `preview`: names, types and help; no logic.

use clap::{Args, ValueEnum};
use shiplane_action::GitHubArgs;
use shiplane_core::duration::Span;
use shiplane_core::preview::Number;

use crate::deploy::DeployArgs;

#[derive(Args, Debug)]
pub(crate) struct PreviewArgs {
    /// Step of a preview; `preview` needs one
    #[arg(value_enum, env = "SHIPLANE_STEP")]
    pub(crate) step: Step,
    /// Number of the pull request; by default the one that the event is about
    #[arg(long, value_name = "NUMBER", env = "SHIPLANE_NUMBER")]
    pub(crate) number: Option<Number>,
    /// Put up a pull request of a fork: somebody has read what it brings
    #[arg(long, env = "SHIPLANE_TRUSTED")]
    pub(crate) trusted: bool,
    /// Of `gc`: remove what is older than this, in place of the environment's ttl
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_OLDER_THAN")]
    pub(crate) older_than: Option<Span>,
    #[command(flatten)]
    pub(crate) github: GitHubArgs,
    #[command(flatten)]
    pub(crate) deploy: DeployArgs,
}

/// A step of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Deploy the pull request's commit to a place of its own, and tell where
    Up,
    /// Remove that place with everything in it
    Down,
    /// Show which previews the host has
    List,
    /// Remove previews that are too old, or whose pull request is closed
    Gc,
}
