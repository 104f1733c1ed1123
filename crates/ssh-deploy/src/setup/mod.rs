//! Have each host prepare itself, part by part, and tell what became of it.

mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::deploy::Prepared;
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, look};

pub(crate) use cli::SetupArgs;

use request::Setup;

pub(crate) async fn run(args: SetupArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Setup::resolve(args, &call.config(shared)?, call)?;
    let (mut fleet, question) = (Fleet::default(), request.look.question());
    let seen = look(&request.look.reaches, &question, (&mut fleet, call)).await?;
    let prepared: Vec<Prepared> = fleet.ask("setup", &request.question).await?;
    fleet.close().await;
    let hosts: Vec<(String, Prepared)> = seen.into_iter().map(|seen| seen.host).zip(prepared).collect();
    Ok(report::build(&request, &hosts))
}
