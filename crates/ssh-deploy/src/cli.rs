//! The command line: names, types and help; no logic.

use clap::{CommandFactory as _, Parser, Subcommand};
use shiplane_action::Shared;

use crate::deploy::DeployArgs;
use crate::history::HistoryArgs;

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
