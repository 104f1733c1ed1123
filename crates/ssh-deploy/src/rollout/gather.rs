//! What the hosts say of a rollout, and what they are told to do; the only file that asks.

use anyhow::{Context as _, bail};
use shiplane_action::Call;
use shiplane_core::deploy::HostFacts;
use shiplane_core::rollout::{Applied, Change, Facts, Looked};
use shiplane_fleet::{Fleet, look};

use super::request::Request;

/// Asks the host, and the one that the version must have passed before.
pub(super) async fn facts(request: &Request, (fleet, call): (&mut Fleet, &Call)) -> anyhow::Result<Facts> {
    let seen = look(&request.reaches, &request.place.question(), (&mut *fleet, call)).await?;
    let here = seen.into_iter().next().context("nobody was asked")?.facts;
    let after = match &request.after {
        Some((place, reaches)) => {
            let mut other = Fleet::default();
            let seen = look(reaches, &place.question(), (&mut other, call)).await?;
            other.close().await;
            seen.into_iter().next().map(|seen| seen.facts)
        }
        None => None,
    };
    rest(request, fleet, Facts { here, after, ..Facts::default() }).await
}

/// The same once more, over the same connection.
pub(super) async fn again(request: &Request, (fleet, facts): (&Fleet, Facts)) -> anyhow::Result<Facts> {
    let seen = fleet.look_again(&request.place.question()).await?;
    let here = seen.into_iter().next().context("nobody was asked")?.facts;
    rest(request, fleet, Facts { here, ..facts }).await
}

async fn rest(request: &Request, fleet: &Fleet, facts: Facts) -> anyhow::Result<Facts> {
    let canary: Option<HostFacts> = match &request.canary {
        Some(canary) => fleet.ask_one((0, "facts"), &canary.question()).await?,
        None => None,
    };
    let looked: Option<Looked> = fleet.ask_one((0, "rollout-look"), &request.question(None)).await?;
    Ok(Facts { canary, looked: looked.context("nobody was asked")?, ..facts })
}

/// Has the host carry a change out.
pub(super) async fn apply(request: &Request, fleet: &Fleet, change: Change) -> anyhow::Result<Applied> {
    match fleet.ask_one((0, "rollout-apply"), &request.question(Some(change))).await? {
        Some(applied) => Ok(applied),
        None => bail!("nobody was told"),
    }
}
