//! The command line: names, types and help; no logic.

use clap::{CommandFactory as _, Parser, Subcommand};
use shiplane_action::Shared;

use crate::list::ListArgs;
use crate::manual::ManualArgs;
use crate::rehearse::RehearseArgs;
use crate::revert_pr::RevertArgs;
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
    /// Do everything short of the switch: is each part of the release there, and how long would it take?
    #[command(after_help = "Example:\n  rollback rehearse --environment production")]
    Rehearse(Box<RehearseArgs>),
    /// List what can be gone back to, newest first, with age, size and what is missing
    #[command(after_help = "Example:\n  rollback list --environment production")]
    List(Box<ListArgs>),
    /// Print the steps by hand for this server; with --facts even when nothing can be reached
    #[command(after_help = "Examples:\n  \
        rollback manual --environment production --save-facts production.json\n  \
        rollback manual --environment production --facts production.json")]
    Manual(Box<ManualArgs>),
    /// Open a pull request that takes the bad commit out of the branch
    #[command(after_help = "Examples:\n  \
        rollback revert-pr --environment production          what was rolled back from last\n  \
        rollback revert-pr --commit 4f2a91c --base main\n\n\
        The job needs `permissions: contents: write, pull-requests: write` and a checkout with\n\
        fetch-depth: 0. A merge is taken back as a whole; on a conflict nothing is pushed.")]
    RevertPr(Box<RevertArgs>),
}
