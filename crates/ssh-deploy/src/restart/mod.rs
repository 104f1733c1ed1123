//! Ask the hosts, decide, start again what is live, and ask from here whether it answers; the hosts record what came of it.

mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::deploy::HostPlan;
use shiplane_core::deploy::restart::decide_restart;
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, carry_out};

pub(crate) use cli::RestartArgs;

use crate::seen;
use request::Restart;

pub(crate) async fn run(args: RestartArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Restart::resolve(args, &call.config(shared)?, call)?;
    let mut fleet = Fleet::default();
    let gather = async || seen::hosts(&request.look, (&mut fleet, call)).await;
    let hosts = call.facts(&request.look.facts, gather).await?;
    let (mut findings, mut plans) = (Vec::new(), Vec::new());
    for seen in &hosts {
        let (more, plan) = decide_restart(&request.ask, &seen.facts, &seen.standing);
        findings.extend(report::of(&seen.host, more, hosts.len()));
        plans.push(HostPlan { host: seen.host.clone(), plan });
    }
    if fleet.is_empty() || request.dry_run || report::refused(&findings) {
        return Ok(report::decided(&request, findings, &plans));
    }
    let deed = carry_out(fleet, &plans, (&request.probes, call)).await?;
    Ok(report::carried_out(&request, findings, (&plans, deed)))
}
