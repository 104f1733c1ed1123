//! May this branch be promoted?

mod cli;
mod gather;
mod names;
mod question;
mod report;
mod request;

use shiplane_action::{Call, Tool};
use shiplane_core::gate;
use shiplane_core::report::Report;

use crate::cli::Cli;
use crate::question::Question;
use crate::request::Request;

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "branch-gate", command: cli::command, outputs: report::OUTPUTS, default_command: "check" };

/// The whole story: read the rules, see the pull request, judge it by the rules of the branch it goes to.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let request = Request::resolve(cli, &call)?;
    let gather = async || gather::facts(Question::resolve(&request, &call.context)?, call.progress).await;
    let facts = call.facts(&request.check.facts, gather).await?;
    let policy = request.policy(&facts.pull_request.base)?;
    let findings = gate::evaluate(&policy, &facts);
    Ok(report::build(&policy, &facts, findings))
}
