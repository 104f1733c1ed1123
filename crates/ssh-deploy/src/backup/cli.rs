//! The options of `backup`: names, types and help; no logic.

use clap::{Args, ValueEnum};
use shiplane_action::{FactsArgs, HostArgs};

#[derive(Args, Debug)]
pub(crate) struct BackupArgs {
    /// What to do with backups; `backup` needs one
    #[arg(value_enum, env = "SHIPLANE_STEP")]
    pub(super) step: Step,
    /// Name of a backup; for `verify` and `drill` the newest that was checked by default
    #[arg(value_name = "NAME", env = "SHIPLANE_BACKUP")]
    pub(super) name: Option<String>,
    /// The database that `restore` replaces, by its name; it needs this
    #[arg(long, value_name = "DATABASE", env = "SHIPLANE_CONFIRM")]
    pub(super) confirm: Option<String>,
    /// Restore even where what is there cannot be saved before
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(super) force: bool,
    /// Look at the host and show what would be done; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) facts: FactsArgs,
    #[command(flatten)]
    pub(super) host: HostArgs,
}

/// What is done with backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Step {
    /// Make one, check it, and let go what is too old
    Run,
    /// Show what is kept
    List,
    /// Read one through: its hash, its packing, its end
    Verify,
    /// Restore one beside the database, count, and drop it again
    Drill,
    /// Put one in the place of the database
    Restore,
}
