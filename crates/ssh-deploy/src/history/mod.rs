//! Ask the hosts, and tell their story.

mod backups;
mod cli;
mod report;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, look};

pub(crate) use cli::HistoryArgs;

use crate::place::Look;
use report::Window;

pub(crate) async fn run(args: HistoryArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let window = Window { limit: args.limit, since: args.since };
    let request = Look::resolve(&args.host, args.facts, (&call.config(shared)?, call))?;
    let (mut fleet, question) = (Fleet::default(), request.question());
    let seen = call
        .facts(&request.facts, async || look(&request.reaches, &question, (&mut fleet, call)).await)
        .await?;
    fleet.close().await;
    Ok(report::history(&request.place, &seen, window))
}
