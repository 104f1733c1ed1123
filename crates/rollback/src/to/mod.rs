//! Ask the hosts, choose the release, carry out, prove.

mod cli;
mod report;
mod request;
mod take_over;

use shiplane_action::{Call, Shared};
use shiplane_core::deploy::each;
use shiplane_core::report::Report;
use shiplane_core::rollback::decide;
use shiplane_fleet::{Fleet, carry_out, look};

pub(crate) use cli::{ToArgs, WayArgs};

use request::Request;

pub(crate) async fn run(args: ToArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, &call.config(shared)?, call)?;
    let (mut fleet, question) = (Fleet::in_waves(request.place.waves), request.question());
    let seen = call
        .facts(&request.facts, async || look(&request.reaches, &question, (&mut fleet, call)).await)
        .await?;
    let (seen, taken) = take_over::free(&request, seen, (&fleet, call)).await?;
    let (mut findings, plans) = each(&seen, |facts| decide(&request.ask, facts));
    findings.extend(taken);
    if fleet.is_empty() || request.dry_run || report::refused(&findings) {
        return Ok(report::decided(&request, findings, &plans));
    }
    let probes = request.probes_for(&plans);
    let deed = carry_out(fleet, &plans, (&probes, call)).await?;
    Ok(report::carried_out(&request, findings, (&plans, deed)))
}
