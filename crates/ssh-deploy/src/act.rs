//! Carries the plan out: the run on the host, the proof from here, and the word that keeps the release or takes it back.

use shiplane_action::{Call, EventView};
use shiplane_core::deploy::{Decision, Outcome, Plan};
use shiplane_core::report::Phase;
use shiplane_http::{Named, Proof, prove};
use shiplane_remote::Attached;

/// What was done, and what came of it.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) outcome: Outcome,
    /// What the public address said, when it came to that.
    pub(crate) proof: Option<Proof>,
    pub(crate) phases: Vec<Phase>,
}

/// Without a proof nothing stays.
pub(crate) async fn carry_out(
    plan: &Plan,
    probes: &[Named],
    (host, call): (Attached, &Call),
) -> anyhow::Result<Deed> {
    let (mut view, mut proven) = (EventView::new(call.progress), None);
    let proving = async || {
        let phase = call.progress.phase("prove release");
        let proof = prove(probes, |line| phase.line(line)).await;
        let phase = phase.finish(proof.level(), &proof.note());
        let decision = if proof.passed() { Decision::Confirm } else { Decision::Revert };
        proven = Some((proof, phase));
        decision
    };
    let outcome = host.carry_out(plan, proving, |event| view.hear(event)).await?;
    let (proof, phase) = proven.unzip();
    Ok(Deed { outcome, proof, phases: view.phases.into_iter().chain(phase).collect() })
}
