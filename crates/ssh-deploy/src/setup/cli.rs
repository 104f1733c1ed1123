//! The options of `setup`: names, types and help; no logic.

use clap::Args;
use shiplane_action::HostArgs;

#[derive(Args, Debug)]
pub(crate) struct SetupArgs {
    /// Where the repository is, as the host shall read it: git@github.com:owner/name.git
    #[arg(long, value_name = "ADDRESS", env = "SHIPLANE_REPOSITORY")]
    pub(crate) repository: Option<String>,
    /// Lines of known_hosts for the git host; those of github.com are known
    #[arg(long, value_name = "LINES", env = "SHIPLANE_GIT_KNOWN_HOSTS")]
    pub(crate) git_known_hosts: Option<String>,
    /// File in the repository with the keys of .env; the environment's `env-example` by default
    #[arg(long, value_name = "FILE", env = "SHIPLANE_ENV_EXAMPLE")]
    pub(crate) env_example: Option<String>,
    /// Install what is missing, on Debian and Ubuntu
    #[arg(long, env = "SHIPLANE_INSTALL")]
    pub(crate) install: bool,
    /// Show each step; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
