//! Ask the hosts, decide, carry out, prove.

mod cli;
mod images;
mod report;
mod request;

use std::sync::Arc;

use shiplane_action::{Call, Shared};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Result as Ending, decide, each};
use shiplane_core::preview::no_preview;
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, carry_out, remember, survey, upload};
use shiplane_remote::Reading;

pub(crate) use cli::DeployArgs;

use request::Deploy;

pub(crate) async fn run(args: DeployArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let config = call.config(shared)?;
    no_preview(args.host.environment.as_deref(), &config)?;
    put(args, &config, call).await
}

/// A deploy by this config, whoever asks for it.
pub(crate) async fn put(args: DeployArgs, config: &Config, call: &Call) -> anyhow::Result<Report> {
    once(Deploy::resolve(args, config, call)?, call).await
}

/// Once, or again after a run that was a moment faster to the lock.
async fn once(request: Deploy, call: &Call) -> anyhow::Result<Report> {
    let reading = request.from.clone().map(Reading::begin);
    let (mut fleet, question) = (Fleet::in_waves(request.place.waves), request.question());
    let seen = call
        .facts(&request.facts, async || {
            request.patience.look(&request.reaches, &question, (&mut fleet, call)).await
        })
        .await?;
    let images = survey(&request.ask.strategy, (&fleet, call)).await?;
    let (mut findings, mut plans) = each(&seen, |facts| {
        let (findings, plan) = decide(&request.ask, facts);
        (findings, Some(plan))
    });
    let source = reading.map(Reading::finish).transpose()?.map(Arc::new);
    findings.extend(source.iter().flat_map(|source| source.findings.clone()));
    findings.extend_from_slice(images.findings());
    findings.extend(report::unset(&request));
    if fleet.is_empty() || request.dry_run || report::refused(&findings) {
        return Ok(report::decided(&request, findings, &plans));
    }
    findings.extend(images.send((&fleet, &mut plans), call).await?);
    let mut phases = Vec::new();
    if let Some(source) = &source {
        let (refused, took) = upload(&mut fleet, &plans, (source, call)).await?;
        findings.extend(refused);
        phases = took;
    }
    if report::refused(&findings) {
        return Ok(report::decided(&request, findings, &plans));
    }
    let mut deed = carry_out(fleet, &plans, (&request.probes, call)).await?;
    if request.patience.tries_again(&deed) {
        return Box::pin(once(request, call)).await;
    }
    deed.phases.splice(0..0, phases);
    if let (Some(source), Ending::Good) = (&source, deed.outcome.result) {
        remember(&plans, source, call);
    }
    Ok(report::carried_out(&request, findings, (&plans, deed)))
}
