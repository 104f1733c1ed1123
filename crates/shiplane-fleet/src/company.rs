//! Several hosts that do something together; those that have nothing to do are kept waiting meanwhile.

use std::cell::Cell;
use std::ops::Range;

use futures_util::future::{join, join_all};
use shiplane_action::{Call, EventView};
use shiplane_core::deploy::{Decision, HostPlan, Waves};
use shiplane_http::{Named, Proof, prove};

use crate::look::Fleet;
use crate::member::{Member, Work};

/// All hosts of a place, with what is asked of all of them together.
pub(crate) struct Company<'a> {
    pub(crate) members: Vec<Member<'a>>,
    waves: Waves,
    /// Probes of an address that all hosts stand behind: right only once all of them have switched.
    pub(crate) common: Vec<Named>,
    pub(crate) proof: Option<Proof>,
    /// Shows what is done for all of them.
    pub(crate) view: EventView,
}

impl<'a> Company<'a> {
    pub(crate) fn gather(fleet: Fleet, plans: &'a [HostPlan], (probes, call): (&[Named], &Call)) -> Self {
        let waves = fleet.waves;
        let is_alone = fleet.members.len() < 2;
        let member = |(attached, planned): (shiplane_remote::Attached, &'a HostPlan)| {
            let (own, view) = if is_alone {
                (probes.to_vec(), EventView::new(call.progress))
            } else {
                let own = own_probes(probes, attached.given(), planned);
                (own, EventView::of(&planned.host, call.progress))
            };
            Member::new(attached, planned, (own, view))
        };
        let members = fleet.members.into_iter().zip(plans).map(member).collect();
        let common = if is_alone { Vec::new() } else { common_probes(probes, plans) };
        Self { members, waves, common, proof: None, view: EventView::new(call.progress) }
    }

    /// Everything that nobody outside can notice, on all hosts side by side.
    pub(crate) async fn stage(&mut self) -> bool {
        self.together(0..self.members.len(), Work::Stage).await;
        self.members.iter().all(|member| member.waits() || member.is_well())
    }

    /// The first host alone has to prove the release; then the others, wave by wave.
    pub(crate) async fn switch_in_waves(&mut self) -> bool {
        for (number, wave) in self.waves.of(self.members.len()).into_iter().enumerate() {
            self.together(wave, Work::Switch).await;
            let is_over = number == 0 || self.waves.fail_fast;
            if is_over && self.members.iter().any(|member| !member.waits() && !member.is_well()) {
                break;
            }
        }
        self.members.iter().all(Member::is_well)
    }

    /// Every host that has got so far is asked, whatever became of the others.
    pub(crate) async fn prove_each(&mut self) {
        self.together(0..self.members.len(), Work::Switch).await;
    }

    /// What all hosts stand behind is asked when all of them have switched.
    pub(crate) async fn prove_together(&mut self) -> bool {
        if self.common.is_empty() {
            return true;
        }
        let Self { members, common, view, .. } = self;
        view.began("prove release");
        let asking = prove(common, |line| view.line(line));
        let proof = meanwhile(members, asking).await;
        self.view.finished(proof.level(), &proof.note());
        let passed = proof.passed();
        self.proof = Some(proof);
        passed
    }

    /// Before the word that cannot be taken back is said to anyone: can it be said to everyone?
    pub(crate) async fn are_all_there(&mut self) -> bool {
        if self.members.len() > 1 {
            self.together(0..self.members.len(), Work::LookAgain).await;
        }
        self.members.iter().all(Member::is_well)
    }

    /// The last word to everyone who waits for one.
    pub(crate) async fn say(&mut self, word: Decision) {
        self.together(0..self.members.len(), Work::Say(word)).await;
    }

    async fn together(&mut self, wave: Range<usize>, work: Work) {
        let busy = Cell::new(wave.len());
        let all = self.members.iter_mut().enumerate();
        join_all(all.map(|(place, member)| part(member, wave.contains(&place).then_some(work), &busy))).await;
    }
}

/// One host's part of what some of them do; without one, and after it, the host waits for the others.
async fn part(member: &mut Member<'_>, work: Option<Work>, busy: &Cell<usize>) {
    if let Some(work) = work {
        member.take_part(work).await;
        busy.set(busy.get().saturating_sub(1));
    }
    member.wait_while(|| busy.get() > 0).await;
}

/// Does something else while all wait.
async fn meanwhile<T>(members: &mut [Member<'_>], work: impl Future<Output = T>) -> T {
    let is_busy = Cell::new(true);
    let working = async {
        let result = work.await;
        is_busy.set(false);
        result
    };
    let are_busy = || is_busy.get();
    let waiting = join_all(members.iter_mut().map(|member| member.wait_while(are_busy)));
    join(working, waiting).await.0
}

/// The probes that ask this host, expecting the version that it gets.
fn own_probes(probes: &[Named], host: &str, planned: &HostPlan) -> Vec<Named> {
    let mut own: Vec<Named> = probes.iter().filter(|probe| probe.asks(host)).cloned().collect();
    for probe in &mut own {
        if let Some(version) = &planned.plan.release.version {
            probe.expect_version(version);
        }
    }
    own
}

/// The other probes. Where the hosts get different versions, any of them may answer.
fn common_probes(probes: &[Named], plans: &[HostPlan]) -> Vec<Named> {
    let mut common: Vec<Named> = probes.iter().filter(|probe| probe.host.is_none()).cloned().collect();
    let mut versions = plans.iter().map(|planned| &planned.plan.release.version);
    let first = versions.next();
    if versions.any(|version| Some(version) != first) {
        common.iter_mut().for_each(|probe| probe.probe.expectation.version = None);
    }
    common
}
