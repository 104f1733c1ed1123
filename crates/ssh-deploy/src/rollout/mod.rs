//! Look at the host, decide, have it carry out the one change, and look again when somebody else was faster.

mod back;
mod cli;
mod gather;
mod report;
mod request;

use anyhow::bail;
use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_core::rollout::{Applied, Facts, Next, decide};
use shiplane_fleet::Fleet;

pub(crate) use cli::RolloutArgs;

use back::WentBack;
use request::{Request, Wanted};

/// So often somebody else may be faster.
const TRIES: u32 = 5;

pub(crate) async fn run(args: RolloutArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    match Wanted::resolve(args, &call.config(shared)?, call)? {
        Wanted::Plan(ask) => Ok(report::plan(&ask)),
        Wanted::Step(request) => step(&request, call).await,
    }
}

async fn step(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let mut fleet = Fleet::default();
    let mut facts =
        call.facts(&request.facts, async || gather::facts(request, (&mut fleet, call)).await).await?;
    for _ in 0..TRIES {
        let decision = decide(&request.ask, &facts);
        let Some(change) = decision.change.clone().filter(|_| !fleet.is_empty() && !request.dry_run) else {
            fleet.close().await;
            return Ok(report::decided(request, &facts, decision));
        };
        match gather::apply(request, &fleet, change.clone()).await? {
            Applied::Raced => facts = gather::again(request, (&fleet, facts)).await?,
            Applied::Failed { why, restored } => {
                fleet.close().await;
                // Whoever still meets the new version meets the one before it then.
                let went_back = back_if(decision.next, request, (&facts, call)).await;
                let failed = report::failed(request, &facts, (decision, &why, restored));
                return Ok(report::with_way_back(failed, request, went_back));
            }
            Applied::Done(unrecorded) => {
                fleet.close().await;
                let went_back = back_if(decision.next, request, (&facts, call)).await;
                let done = report::done(request, &facts, (decision, &change.state, unrecorded));
                return Ok(report::with_way_back(done, request, went_back));
            }
        }
    }
    bail!("somebody else changed the rollout {TRIES} times while this was decided; run it again")
}

async fn back_if(next: Next, request: &Request, (facts, call): (&Facts, &Call)) -> Option<WentBack> {
    match next {
        Next::GoBack => Some(back::go(request, facts, call).await),
        Next::Nothing => None,
    }
}
