//! The command line: names, types and help; no logic.

use clap::{CommandFactory as _, Parser, Subcommand};
use shiplane_action::Shared;

use crate::to::ToArgs;

/// The whole command line, for parsing, help and generators.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Go back to a version that was good, whatever is broken
#[derive(Parser, Debug)]
#[command(name = "rollback", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Make a release live again that was good on the host: no build, no registry, no GitHub
    #[command(after_help = "Examples:\n  \
        rollback to --environment production            the good release before the live one\n  \
        rollback to 1.3.2 --environment production      a version, a commit or a release id\n\n\
        \"Before\" is what the host's journal calls good, never the commit before in git. The release\n\
        that is left is not deployed again unless a newer commit comes or somebody says --force.")]
    To(Box<ToArgs>),
}
