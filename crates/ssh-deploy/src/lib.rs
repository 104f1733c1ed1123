//! Put exactly this version on that server, and prove that it is the one answering.

mod act;
mod cli;
mod gather;
mod report;
mod request;

use shiplane_action::{Call, Tool};
use shiplane_core::deploy::decide;
use shiplane_core::report::Report;

use crate::cli::{Cli, Command};
use crate::request::{Deploy, Look};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "ssh-deploy", command: cli::command, outputs: report::OUTPUTS, default_command: "deploy" };

/// Which command, and on to its story.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let config = call.config(&cli.shared)?;
    match cli.command {
        Command::Deploy(args) => deploy(Deploy::resolve(*args, &config, &call)?, &call).await,
        Command::History(args) => history(Look::resolve(*args, &config, &call)?, &call).await,
    }
}

/// Ask the host, decide, carry out, prove.
async fn deploy(request: Deploy, call: &Call) -> anyhow::Result<Report> {
    let mut host = None;
    let question = request.question();
    let facts = call
        .facts(&request.facts, async || gather::facts(&request.reach, &question, (&mut host, call)).await)
        .await?;
    let (findings, plan) = decide(&request.ask, &facts);
    let Some(host) = host.filter(|_| !request.dry_run && !report::refused(&findings)) else {
        return Ok(report::decided(&request, findings, &plan));
    };
    let deed = act::carry_out(&plan, &request.probes, (host, call)).await?;
    Ok(report::carried_out(&request, findings, (&plan, deed)))
}

/// Ask the host, and tell its story.
async fn history(request: Look, call: &Call) -> anyhow::Result<Report> {
    let question = request.question();
    let facts = call
        .facts(&request.facts, async || gather::facts(&request.reach, &question, (&mut None, call)).await)
        .await?;
    Ok(report::history(&request, &facts))
}
