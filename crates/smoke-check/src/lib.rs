//! Is it well? ok, warning or rollback.

mod cli;
mod gather;
mod report;
mod request;

use shiplane_action::{Call, Tool};
use shiplane_core::report::Report;

use crate::cli::Cli;
use crate::request::Request;

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "smoke-check", command: cli::command, outputs: report::OUTPUTS, default_command: "run" };

/// The whole story: settle what to ask, ask it side by side, judge what came.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let request = Request::resolve(cli, &call)?;
    let facts = call.facts(&request.facts, async || gather::facts(&request, call.progress).await).await?;
    Ok(report::build(&request, &facts))
}
