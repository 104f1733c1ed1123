//! Ask the hosts, and tell their story.

mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, look};

pub(crate) use cli::HistoryArgs;

use request::Look;

pub(crate) async fn run(args: HistoryArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Look::resolve(args, &call.config(shared)?, call)?;
    let (mut fleet, question) = (Fleet::default(), request.question());
    let seen = call
        .facts(&request.facts, async || look(&request.reaches, &question, (&mut fleet, call)).await)
        .await?;
    Ok(report::history(&request, &seen))
}
