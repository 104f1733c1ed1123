//! What is the next version, and what changed?

mod act;
pub mod cli;
mod gather;
mod report;
mod request;

use shiplane_action::{Call, Tool};
use shiplane_core::changelog::{self, Plan};
use shiplane_core::report::Report;

use crate::cli::Cli;
use crate::request::{Deed, Request};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "changelog-bump", command: cli::command, outputs: report::OUTPUTS, default_command: "next" };

/// The whole story: read tags, commits and files, decide the version, write it where it is wanted.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let request = Request::resolve(cli, &call)?;
    let facts = call.facts(&request.facts, async || gather::facts(&request)).await?;
    let next = changelog::next(&request.policy, &facts)?;
    if request.deed == Deed::Tell {
        return Ok(report::told(&next, &facts));
    }
    let changes = match changelog::plan(&request.policy, &facts, &next)? {
        Plan::Refused(findings) => return Ok(report::refused(&next, &facts, findings)),
        Plan::Write(changes) => changes,
    };
    if request.deed == Deed::Show || changes.is_empty() {
        return Ok(report::planned(&next, &facts, &changes));
    }
    let outcome = act::write(&gather::root(&request)?, &changes)?;
    Ok(report::written(&next, &facts, (&changes, &outcome)))
}
