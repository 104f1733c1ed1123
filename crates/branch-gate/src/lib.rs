//! May this branch be promoted?

mod access;
mod approve;
mod audit;
mod check;
mod cli;
mod explain;
mod init;
mod names;
mod outputs;
mod plan;
mod status;

use shiplane_action::{Call, Tool};
use shiplane_core::report::Report;

use crate::cli::{Cli, Command};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "branch-gate", command: cli::command, outputs: outputs::ALL, default_command: "check" };

/// The whole story: each command is a room, and each room has one page that tells what happens in it.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    match cli.command {
        Command::Approve(args) => approve::run(*args, &cli.shared, &call).await,
        Command::Audit(args) => audit::run(*args, &cli.shared, &call).await,
        Command::Check(args) => check::run(*args, &cli.shared, &call).await,
        Command::Explain(args) => explain::run(args, &cli.shared, &call).await,
        Command::Init(args) => init::run(*args, &call),
        Command::Plan(args) => plan::run(args, &cli.shared, &call).await,
        Command::Status(args) => status::run(*args, &cli.shared, &call).await,
    }
}
