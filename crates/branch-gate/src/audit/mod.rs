//! `audit`: is the repository really protected the way the config says?

mod act;
mod checkout;
mod cli;
mod gather;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::audit::{self, fix};
use shiplane_core::preset::drift;
use shiplane_core::report::Report;

use crate::init::presets;

use request::{Mode, Request};

pub(crate) use cli::Audit as Args;

/// Read what the config wants, see what is there, say where they differ; with `--fix`, write what is missing.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, shared, call)?;
    let facts = call.facts(&request.audit.facts, async || gather::facts(&request, call).await).await?;
    let changes = match request.mode {
        Mode::Look => Vec::new(),
        Mode::Show | Mode::Write => fix::plan(&request.wanted, &facts)?,
    };
    let facts = if request.mode == Mode::Write && !changes.is_empty() {
        act::write(&request, &changes, call).await?;
        gather::facts(&request, call).await?
    } else {
        facts
    };
    let mut findings = audit::evaluate(&request.wanted, &facts);
    let files = facts.workflows.value().map(Vec::as_slice).unwrap_or_default();
    findings.extend(drift(files, &presets::all(), &presets::WRITER));
    Ok(report::build(&request, (&facts, findings), &changes))
}
