//! The options of `pr`: names, types and help.

use crate::cli::Bump;

/// Options of `pr`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What to read and write.
    #[command(flatten)]
    pub bump: Bump,
    /// Branch that the pull request comes from; release/next by default
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_BRANCH")]
    pub branch: Option<String>,
    /// Branch that it goes to; the one that is checked out by default
    #[arg(long, value_name = "BRANCH", env = "SHIPLANE_BASE")]
    pub base: Option<String>,
    /// Label that it carries; none by default
    #[arg(long, value_name = "NAME", env = "SHIPLANE_LABEL")]
    pub label: Option<String>,
    /// Take commits of others off its branch
    #[arg(long, env = "SHIPLANE_OVERWRITE")]
    pub overwrite: bool,
}
