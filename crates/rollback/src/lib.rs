//! Go back to a version that was good, whatever is broken.

mod act;
mod cli;
mod gather;
mod report;
mod request;

use shiplane_action::{Call, Tool};
use shiplane_core::report::Report;
use shiplane_core::rollback::decide;

use crate::cli::{Cli, Command};
use crate::request::Request;

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "rollback", command: cli::command, outputs: report::OUTPUTS, default_command: "to" };

/// The whole story: ask the host, choose, carry out, prove.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let Command::To(args) = cli.command;
    let request = Request::resolve(*args, &call.config(&cli.shared)?, &call)?;
    let mut host = None;
    let facts =
        call.facts(&request.facts, async || gather::facts(&request, (&mut host, &call)).await).await?;
    let (findings, plan) = decide(&request.ask, &facts);
    let refused = report::refused(&findings);
    let (Some(plan), Some(host)) = (&plan, host.filter(|_| !request.dry_run && !refused)) else {
        return Ok(report::decided(&request, findings, plan.as_ref()));
    };
    let deed = act::carry_out(plan, &request.probes_for(&plan.release), (host, &call)).await?;
    Ok(report::carried_out(&request, findings, (plan, deed)))
}
