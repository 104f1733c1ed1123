//! Go back to a version that was good, whatever is broken.

mod cli;
mod list;
mod manual;
mod outputs;
mod rehearse;
mod revert_pr;
mod survey;
mod to;

use shiplane_action::{Call, Tool, unless_interrupted};
use shiplane_core::report::Report;

use crate::cli::{Cli, Command};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "rollback", command: cli::command, outputs: outputs::ALL, default_command: "to" };

/// The whole story: each command is a room, and each room has one page that tells what happens in it.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    unless_interrupted(commands(cli, &call)).await
}

async fn commands(cli: Cli, call: &Call) -> anyhow::Result<Report> {
    match cli.command {
        Command::To(args) => to::run(*args, &cli.shared, call).await,
        Command::Rehearse(args) => rehearse::run(*args, &cli.shared, call).await,
        Command::List(args) => list::run(*args, &cli.shared, call).await,
        Command::RevertPr(args) => revert_pr::run(*args, &cli.shared, call).await,
        Command::Manual(args) => manual::run(*args, &cli.shared, call).await,
    }
}
