//! The options of `deploy`: names, types and help; no logic.

use std::path::PathBuf;

use clap::Args;
use shiplane_action::{FactsArgs, HostArgs, WavesArgs};
use shiplane_core::deploy::GivenOptions;
use shiplane_core::duration::Span;

#[derive(Args, Debug)]
pub(crate) struct DeployArgs {
    /// The commit to deploy, at least 7 digits of it; the workflow's own commit by default
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// The version that this commit calls itself; the probes expect it in the answer
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_RELEASE_VERSION")]
    pub(crate) release_version: Option<String>,
    /// An image for a Compose service, over the config's `images`; may stand several times
    #[arg(long = "image", value_name = "SERVICE=REF", env = "SHIPLANE_IMAGE", value_delimiter = '\n')]
    pub(crate) images: Vec<String>,
    /// Directory to upload where the environment's strategy is `files`; its `files.from` by default
    #[arg(long, value_name = "DIR", env = "SHIPLANE_FROM")]
    pub(crate) from: Option<PathBuf>,
    /// Deploy in spite of quarantine, and a commit that is older than the live one
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    /// How long everything up to the switch may take, such as 20m; the environment's budget by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_BUDGET")]
    pub(crate) budget: Option<Span>,
    /// How long to wait for a run that holds the lock; without it such a run is a refusal
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_WAIT_FOR_LOCK")]
    pub(crate) wait_for_lock: Option<Span>,
    /// Look at the host and show the plan; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) waves: WavesArgs,
    #[command(flatten)]
    pub(crate) options: OptionArgs,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// How the steps are done; what is not said is as the environment has it.
#[derive(Args, Debug)]
pub(crate) struct OptionArgs {
    /// Take everything down before the switch (never the volumes)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_DOWN")]
    down: Option<bool>,
    /// Remove containers of services that the release does not have
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_REMOVE_ORPHANS")]
    remove_orphans: Option<bool>,
    /// Build without the cache
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_NO_CACHE")]
    no_cache: Option<bool>,
    /// Remove what old releases left, once the new one is good; true by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_PRUNE")]
    prune: Option<bool>,
}

impl OptionArgs {
    /// For the place.
    pub(crate) fn given(&self) -> GivenOptions {
        GivenOptions {
            down: self.down,
            remove_orphans: self.remove_orphans,
            no_cache: self.no_cache,
            prune: self.prune,
        }
    }
}
