//! Put exactly this version on that server, and prove that it is the one answering.

mod backup;
mod cli;
mod deploy;
mod doctor;
mod history;
mod logs;
mod outputs;
mod place;
mod preview;
mod restart;
mod rollout;
mod seen;
mod setup;
mod status;
mod table;
mod unlock;

use shiplane_action::{Call, Tool, unless_interrupted};
use shiplane_core::report::Report;

use crate::cli::{Cli, Command};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "ssh-deploy", command: cli::command, outputs: outputs::ALL, default_command: "deploy" };

/// The whole story: each command is a room, and each room has one page that tells what happens in it.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    unless_interrupted(commands(cli, &call)).await
}

async fn commands(cli: Cli, call: &Call) -> anyhow::Result<Report> {
    match cli.command {
        Command::Backup(args) => backup::run(*args, &cli.shared, call).await,
        Command::Deploy(args) => deploy::run(*args, &cli.shared, call).await,
        Command::Doctor(args) => doctor::run(*args, &cli.shared, call).await,
        Command::History(args) => history::run(*args, &cli.shared, call).await,
        Command::Logs(args) => logs::run(*args, &cli.shared, call).await,
        Command::Preview(args) => preview::run(*args, &cli.shared, call).await,
        Command::Restart(args) => restart::run(*args, &cli.shared, call).await,
        Command::Rollout(args) => rollout::run(*args, &cli.shared, call).await,
        Command::Setup(args) => setup::run(*args, &cli.shared, call).await,
        Command::Status(args) => status::run(*args, &cli.shared, call).await,
        Command::Unlock(args) => unlock::run(*args, &cli.shared, call).await,
    }
}
