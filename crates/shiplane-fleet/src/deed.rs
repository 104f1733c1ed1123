//! Carries plans out: the runs on the hosts, the proofs from here, and the word that keeps the release or takes it back.

use anyhow::bail;
use shiplane_action::Call;
use shiplane_core::deploy::{Decision, HostPlan, Kind};
use shiplane_http::Named;

use crate::company::Company;
use crate::look::Fleet;
use crate::outcome::Deed;

/// Without a proof nothing stays, and what does not stay on one host stays on none.
pub(crate) async fn carry_out(
    fleet: Fleet,
    plans: &[HostPlan],
    (probes, call): (&[Named], &Call),
) -> anyhow::Result<Deed> {
    if fleet.is_empty() || fleet.members.len() != plans.len() {
        bail!("there are {} plans for {} hosts", plans.len(), fleet.members.len());
    }
    let mut company = Company::gather(fleet, plans, (probes, call));
    if plans.iter().all(|planned| planned.plan.kind == Kind::Restart) {
        start_again(&mut company).await;
        return Deed::of(company).await;
    }
    let stays = company.stage().await
        && company.switch_in_waves().await
        && company.prove_together().await
        && company.are_all_there().await;
    company.say(if stays { Decision::Confirm } else { Decision::Revert }).await;
    Deed::of(company).await
}

/// There is nothing to take back, so no host is held to what became of another; each hears whether it answers.
async fn start_again(company: &mut Company<'_>) {
    company.stage().await;
    company.prove_each().await;
    let answers = company.prove_together().await;
    company.say(if answers { Decision::Confirm } else { Decision::Revert }).await;
}
