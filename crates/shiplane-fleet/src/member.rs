//! One host of a company: where its run stands, and what is said to it next.

use std::time::{Duration, Instant};

use shiplane_action::EventView;
use shiplane_core::deploy::{Decision, HostPlan, Outcome, Plan, Question, Result as Ending, Step};
use shiplane_http::{Named, Proof};
use shiplane_remote::{Attached, Halt};
use tokio::time::sleep;

use crate::probing::prove_there;

/// How often a run that waits hears of us; well below the minute that it waits at least.
const BEAT: Duration = Duration::from_secs(10);

/// How often we look whether the others are done.
const TICK: Duration = Duration::from_millis(20);

/// How often a host is asked whether it is still there, before anything is confirmed anywhere.
const LAST_LOOKS: u32 = 3;

/// A host with its part.
pub(crate) struct Member<'a> {
    pub(crate) attached: Attached,
    pub(crate) planned: &'a HostPlan,
    /// What asks this host itself.
    pub(crate) probes: Vec<Named>,
    pub(crate) view: EventView,
    pub(crate) standing: Standing,
    /// Whether it was ever told that it may switch; a plan without a wait needs no telling.
    pub(crate) may_have_switched: bool,
    pub(crate) proof: Option<Proof>,
    pub(crate) began: Instant,
    pub(crate) seconds: f64,
}

/// Where a host's run stands.
pub(crate) enum Standing {
    /// Nothing was begun.
    Ready,
    /// Everything up to the switch is done.
    Held,
    /// The release has taken over, and nobody has looked yet.
    Switched,
    /// The release has taken over and was proven.
    Proven,
    /// The run has ended.
    Ended(Box<Outcome>),
    /// The host, or its run, is gone.
    Lost(anyhow::Error),
}

/// What several hosts do at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Everything up to the switch.
    Stage,
    /// The switch and the proof; without a proof, back.
    Switch,
    /// A last look whether the host is still there.
    LookAgain,
    /// The last word.
    Say(Decision),
}

impl<'a> Member<'a> {
    pub(crate) fn new(
        attached: Attached,
        planned: &'a HostPlan,
        (probes, view): (Vec<Named>, EventView),
    ) -> Self {
        Self {
            attached,
            planned,
            probes,
            view,
            standing: Standing::Ready,
            may_have_switched: !planned.plan.steps.contains(&Step::Hold),
            proof: None,
            began: Instant::now(),
            seconds: 0.0,
        }
    }

    /// Does its part of what all do.
    pub(crate) async fn take_part(&mut self, work: Work) {
        match work {
            Work::Stage => self.stage().await,
            Work::Switch => self.switch().await,
            Work::LookAgain => self.look_again().await,
            Work::Say(word) => self.say(word).await,
        }
        self.seconds = self.began.elapsed().as_secs_f64();
    }

    /// Whether its run waits for a word.
    pub(crate) fn waits(&self) -> bool {
        match self.standing {
            Standing::Held | Standing::Switched | Standing::Proven => true,
            Standing::Ready | Standing::Ended(_) | Standing::Lost(_) => false,
        }
    }

    /// Whether the new release is there and well.
    pub(crate) fn is_well(&self) -> bool {
        match &self.standing {
            Standing::Proven => true,
            Standing::Ended(outcome) => outcome.result == Ending::Good,
            Standing::Ready | Standing::Held | Standing::Switched | Standing::Lost(_) => false,
        }
    }

    /// Keeps its run waiting while the others are busy.
    pub(crate) async fn wait_while(&mut self, are_busy: impl Fn() -> bool) {
        let mut heard = Instant::now();
        while are_busy() {
            sleep(TICK).await;
            if self.waits() && heard.elapsed() >= BEAT {
                // One sign of life may be lost; the run waits longer than that, and the last look decides.
                drop(self.attached.attend(&self.planned.plan).await);
                heard = Instant::now();
            }
        }
    }

    async fn stage(&mut self) {
        self.began = Instant::now();
        let view = &mut self.view;
        let halt = self.attached.start(&self.planned.plan, |event| view.hear(event)).await;
        self.stand(halt);
    }

    async fn switch(&mut self) {
        if let Standing::Held = self.standing {
            self.may_have_switched = true;
            self.say(Decision::Proceed).await;
        }
        if let Standing::Switched = self.standing {
            self.prove().await;
        }
    }

    async fn prove(&mut self) {
        if self.probes.is_empty() {
            self.standing = Standing::Proven;
            return;
        }
        self.view.began("prove release");
        let view = &mut self.view;
        let Plan { site, strategy, runtime, .. } = &self.planned.plan;
        let (site, strategy, runtime) = (site.clone(), strategy.clone(), runtime.clone());
        let ground = Question { site, strategy, runtime, checkup: None };
        let proof = prove_there(&self.attached, (&self.probes, &ground), |line| view.line(line)).await;
        self.view.finished(proof.level(), &proof.note());
        let passed = proof.passed();
        self.proof = Some(proof);
        if passed {
            self.standing = Standing::Proven;
        } else {
            self.say(Decision::Revert).await;
        }
    }

    async fn look_again(&mut self) {
        if !self.waits() {
            return;
        }
        for _ in 0..LAST_LOOKS {
            match self.attached.attend(&self.planned.plan).await {
                Ok(true) => return,
                // It has ended by itself; how, is in its events.
                Ok(false) => return self.say(Decision::Revert).await,
                Err(_) => {}
            }
        }
        // Nobody confirms a release on the others while this one is out of reach; it is told so when it comes back.
        self.standing = Standing::Switched;
    }

    async fn say(&mut self, word: Decision) {
        if !self.waits() {
            return;
        }
        let view = &mut self.view;
        let halt = self.attached.decide(&self.planned.plan, word, |event| view.hear(event)).await;
        self.stand(halt);
    }

    fn stand(&mut self, halt: anyhow::Result<Halt>) {
        self.standing = match halt {
            Ok(Halt::Held) => Standing::Held,
            Ok(Halt::Switched) => Standing::Switched,
            Ok(Halt::Finished(outcome)) => Standing::Ended(outcome),
            Err(error) => Standing::Lost(error),
        };
    }
}
