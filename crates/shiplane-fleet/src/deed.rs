//! Carries plans out: the run on the host, the proof from here, and the word that keeps the release or takes it back.

use anyhow::bail;
use shiplane_action::{Call, EventView};
use shiplane_core::deploy::{Decision, HostPlan, Outcome};
use shiplane_core::report::Phase;
use shiplane_http::{Named, Proof, prove};
use shiplane_remote::Halt;

use crate::look::Fleet;

/// What was done, and what came of it.
#[derive(Debug)]
pub struct Deed {
    /// How it ended on the host.
    pub outcome: Outcome,
    /// What the public address said, when it came to that.
    pub proof: Option<Proof>,
    /// In the order in which they ended.
    pub phases: Vec<Phase>,
}

impl Deed {
    /// Whether it was told to stop, and nothing was changed.
    pub fn was_interrupted(&self) -> bool {
        let is_refused = matches!(self.outcome.result, shiplane_core::deploy::Result::Refused);
        is_refused && self.outcome.findings.iter().any(|finding| finding.code == "interrupted")
    }
}

/// Without a proof nothing stays.
pub(crate) async fn carry_out(
    fleet: Fleet,
    plans: &[HostPlan],
    (probes, call): (&[Named], &Call),
) -> anyhow::Result<Deed> {
    let (Some(mut host), Some(HostPlan { plan, .. })) = (fleet.members.into_iter().next(), plans.first())
    else {
        bail!("there is no host to carry the plan out on")
    };
    let (mut view, mut proven) = (EventView::new(call.progress), None);
    let mut halt = host.start(plan, |event| view.hear(event)).await?;
    let outcome = loop {
        let word = match halt {
            Halt::Finished(outcome) => break *outcome,
            Halt::Held => Decision::Proceed,
            Halt::Switched => {
                let phase = call.progress.phase("prove release");
                let proof = prove(probes, |line| phase.line(line)).await;
                let phase = phase.finish(proof.level(), &proof.note());
                let decision = if proof.passed() { Decision::Confirm } else { Decision::Revert };
                proven = Some((proof, phase));
                decision
            }
        };
        halt = host.decide(plan, word, |event| view.hear(event)).await?;
    };
    host.close().await;
    let (proof, phase) = proven.unzip();
    Ok(Deed { outcome, proof, phases: view.phases.into_iter().chain(phase).collect() })
}
