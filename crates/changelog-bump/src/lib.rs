//! What is the next version, and what changed?

pub mod access;
mod act;
pub mod back_merge;
mod check;
pub mod choice;
pub mod cli;
mod explain;
mod gather;
mod notes;
mod permission;
mod place;
pub mod pr;
mod prepared;
pub mod release;
mod report;
mod request;
mod settled;

use shiplane_action::{Call, Tool};
use shiplane_core::changelog::{self, Plan};
use shiplane_core::report::Report;

use crate::cli::{Cli, Command};
use crate::request::{Deed, Request};

/// What the harness and the generators need to know of this tool.
pub static TOOL: Tool =
    Tool { name: "changelog-bump", command: cli::command, outputs: report::OUTPUTS, default_command: "next" };

/// The commands; those that do more than read and write here have rooms of their own.
pub async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let config = call.config(&cli.shared)?.changelog;
    match cli.command {
        Command::Next(next) => bump(Request::next(*next, config)?, &call).await,
        Command::Bump(args) => bump(Request::bump(*args, config)?, &call).await,
        Command::Notes(notes) => notes::run(*notes, config, &call).await,
        Command::Check(check) => check::run(*check, config, &call).await,
        Command::Release(args) => release::run(*args, config, &call).await,
        Command::Pr(args) => pr::run(*args, config, &call).await,
        Command::BackMerge(args) => back_merge::run(*args, &call).await,
    }
}

/// The whole story of a release: read tags, commits and files, decide the version, write it where it is wanted.
async fn bump(request: Request, call: &Call) -> anyhow::Result<Report> {
    let request = request.seen_at(&call.context)?;
    let facts = call.facts(&request.facts, async || gather::facts(&request, &call.context).await).await?;
    let next = changelog::next(&request.policy, &facts)?;
    match request.deed {
        Deed::Tell => return Ok(report::told(&next, &facts)),
        Deed::Explain => return Ok(explain::told(&request.policy, &facts, &next)),
        Deed::Show | Deed::Write => {}
    }
    let changes = match changelog::plan(&request.policy, &facts, &next)? {
        Plan::Refused(findings) => return Ok(report::refused(&next, &facts, findings)),
        Plan::Write(changes) => changes,
    };
    if request.deed == Deed::Show {
        return Ok(report::patch(&next, &facts, &changes));
    }
    if changes.is_empty() {
        return Ok(report::planned(&next, &facts, &changes));
    }
    let outcome = act::write(&gather::root(&request.directory)?, &changes)?;
    Ok(report::written(&next, &facts, (&changes, &outcome)))
}
