//! The command line: names, types and help; no logic.

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use shiplane_action::{FactsArgs, HostArgs, Shared};

/// The whole command line, for parsing, help and generators.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Put exactly this version on that server, and prove that it is the one answering
#[derive(Parser, Debug)]
#[command(name = "ssh-deploy", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Deploy a commit: build beside what runs, switch, prove; restore what was there when the proof fails
    #[command(after_help = "Example:\n  \
        ssh-deploy deploy --environment production --commit \"$(git rev-parse HEAD)\" \\\n    \
        --release-version 1.4.0\n\n\
        The host needs git, a clone of the repository in the directory, and Docker with Compose or own\n\
        commands. Nothing is installed on it; this binary goes there once and works detached, so that a\n\
        lost connection stops nothing.")]
    Deploy(Box<DeployArgs>),
    /// Show what was deployed and rolled back on the host, newest first
    #[command(after_help = "Example:\n  ssh-deploy history --environment production")]
    History(Box<HistoryArgs>),
}

#[derive(Args, Debug)]
pub(crate) struct DeployArgs {
    /// The commit to deploy, at least 7 digits of it; the workflow's own commit by default
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT")]
    pub(crate) commit: Option<String>,
    /// The version that this commit calls itself; the probes expect it in the answer
    #[arg(long, value_name = "VERSION", env = "SHIPLANE_RELEASE_VERSION")]
    pub(crate) release_version: Option<String>,
    /// Deploy in spite of quarantine, and a commit that is older than the live one
    #[arg(long, env = "SHIPLANE_FORCE")]
    pub(crate) force: bool,
    /// Look at the host and show the plan; change nothing
    #[arg(long, env = "SHIPLANE_DRY_RUN")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}
