//! Is it well? ok, warning or rollback.

mod cli;

mod files;
mod gather;
mod judge;
mod memory;
mod on_host;
mod report;
mod request;
mod standing;
mod watch;

use shiplane_action::{Call, Shared, Tool};
use shiplane_core::report::Report;

use crate::cli::{Cli, Command, Run};
use crate::request::Request;

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "smoke-check", command: cli::command, outputs: report::OUTPUTS, default_command: "run" };

/// The whole story: probes are asked and judged, or what was counted is judged.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    match cli.command {
        Command::Run(args) => probes(*args, &cli.shared, &call).await,
        Command::Judge(args) => judge::run(*args, &cli.shared, &call).await,
        Command::Watch(args) => watch::run(*args, &cli.shared, &call).await,
    }
}

/// Settle what to ask, ask it side by side, judge what came, and what it means after the runs before.
async fn probes(args: Run, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let files = args.files.clone();
    let request = Request::resolve(args, shared, call)?;
    let mut held = None;
    let asking = async || gather::facts(&request, call.progress, &mut held).await;
    let facts = call.facts(&request.facts, asking).await?;
    let (report, cases) = report::build(&request, &facts);
    let report = standing::run(&request, &facts, (report, held));
    Ok(files.write(report, &cases))
}
