//! Hosts with what runs there, for the commands that want both.

use shiplane_action::Call;
use shiplane_core::deploy::Standing;
use shiplane_core::deploy::health::HostSeen;
use shiplane_fleet::{Fleet, look};

use crate::place::Look;

/// Asks each host for its facts and for what runs there.
pub(crate) async fn hosts(
    request: &Look,
    (fleet, call): (&mut Fleet, &Call),
) -> anyhow::Result<Vec<HostSeen>> {
    let question = request.question();
    let seen = look(&request.reaches, &question, (&mut *fleet, call)).await?;
    let standings: Vec<Standing> = fleet.ask("standing", &question).await?;
    let both = seen.into_iter().zip(standings);
    Ok(both.map(|(seen, standing)| HostSeen { host: seen.host, facts: seen.facts, standing }).collect())
}
