//! Ask the hosts who holds their locks, decide, free.

mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::deploy::holder;
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, free_locks, look};

pub(crate) use cli::UnlockArgs;

use request::Unlock;

pub(crate) async fn run(args: UnlockArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Unlock::resolve(args, &call.config(shared)?, call)?;
    let (mut fleet, question) = (Fleet::default(), request.place.question());
    let seen = call
        .facts(&request.facts, async || look(&request.reaches, &question, (&mut fleet, call)).await)
        .await?;
    let decided: Vec<_> = seen.iter().map(|seen| holder::unlock(&seen.facts, request.force)).collect();
    let asks = decided.iter().map(|(_, holder)| holder.as_ref().map(|holder| request.ask(holder))).collect();
    let freed = free_locks(fleet, asks).await?;
    Ok(report::unlocked(&request, &seen, (decided, freed)))
}
