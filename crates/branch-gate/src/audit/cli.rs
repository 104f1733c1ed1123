//! The options of `audit`: names, types and help.

use clap::Args;
use shiplane_action::FactsArgs;

use crate::access::Access;

/// Options of `audit`.
#[derive(Args, Debug)]
pub(crate) struct Audit {
    /// Write a ruleset for each branch whose protection is weaker than the config
    ///
    /// It is called `shiplane: <branch>`; nothing that others wrote is touched.
    ///
    /// The token needs `administration: write`, which GITHUB_TOKEN cannot be given.
    #[arg(long, env = "SHIPLANE_FIX")]
    pub(crate) fix: bool,
    /// Show what --fix would write, and write nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    /// Environment that this job runs in: a variable of a secret's name proves that it is set
    #[arg(long, value_name = "NAME", env = "SHIPLANE_ENVIRONMENT")]
    pub(crate) environment: Option<String>,
    /// How GitHub is reached.
    #[command(flatten)]
    pub(crate) access: Access,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
}
