//! The command line: the commands, each with a room of its own.

use clap::{Command as ClapCommand, CommandFactory as _, Parser, Subcommand};
use shiplane_action::Shared;

use crate::{approve, audit, check, explain, init, plan, status};

/// May this branch be promoted? All reasons at once
#[derive(Parser, Debug)]
#[command(name = "branch-gate", version, arg_required_else_help = false)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Options of every tool.
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Judge a pull request by the rules of the branch it goes to
    ///
    /// Example: branch-gate check --repository example/shop --pull-request 7 --approvals 2 --checks lint
    Check(Box<check::Args>),
    /// Tell which tests a pull request to a branch has to pass: the tier, and its jobs as a matrix
    ///
    /// Example: branch-gate plan --base main
    Plan(plan::Args),
    /// Draw the way of a change from the config: branches, environments, probes, the way back
    ///
    /// Example: branch-gate explain --check README.md
    Explain(explain::Args),
    /// Write a config and workflows into this repository, by one of five presets; show what differs
    ///
    /// Example: branch-gate init --preset server --host deploy@203.0.113.10
    Init(Box<init::Args>),
    /// See whether the last runs of a branch's workflows succeeded, job by job
    ///
    /// Example: branch-gate status --repository example/shop --branch develop --workflows CI,deploy.yml
    Status(Box<status::Args>),
    /// Hold the repository's protection, environments, secrets and workflows against the config
    ///
    /// Example: branch-gate audit --repository example/shop --fix --dry-run
    Audit(Box<audit::Args>),
    /// Ask people for an approval, and judge in a later run whether it is given
    ///
    /// Example: branch-gate approve request --environment production --approvals 2
    Approve(Box<approve::Args>),
}

/// The whole command line.
pub(crate) fn command() -> ClapCommand {
    Cli::command()
}
