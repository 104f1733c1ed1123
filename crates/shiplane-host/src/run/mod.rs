//! One run: take the lock, do the steps in order, and when one fails take back what was done, in reverse.

mod aged;
mod begin;
mod files;
mod freeze;
mod prune;
mod steps;
mod tell;
mod thaw;
mod way_back;

use std::path::PathBuf;

use shiplane_core::deploy::journal::{History, What};
use shiplane_core::deploy::{Checkout, Kind, Outcome, Plan, Release, Result as Ending, Step, Strategy};
use shiplane_core::report::{Finding, Phase};

use crate::events::EventLog;
use crate::failure::Failure;
use crate::git::{Git, Position};
use crate::journal;
use crate::leash::{self, Cut, Mode};
use crate::lock::Lock;
use crate::record;
use crate::rollout;
use crate::runtime::Runs;
use crate::state::StateDir;
use crate::tree;

pub(crate) use steps::{ATTENDED, DECISION, backup_of};

use begin::Begun;

/// What the id of a release that ran before Shiplane came ends with.
const ADOPTED: &str = "-adopted";

/// Carries the plan out and says how it ended. The journal has it by then.
pub(crate) fn carry_out(plan: &Plan, log: &EventLog) -> Outcome {
    let state = StateDir::new(&plan.site.state_dir);
    let outcome = match begin::begin(plan, &state) {
        Ok(begun) => Run::new(plan, log, begun).go(),
        Err(failure) => {
            let live = journal::read(&state.journal()).map(|entries| History::of(&entries).live);
            tell::outcome(Ending::Refused, failure, live.unwrap_or_default())
        }
    };
    // An upload is for its run alone; one that the run did not take is of no use to anybody.
    tree::remove(&state.incoming().join(&plan.run)).ok();
    outcome
}

/// A release that the journal does not know cannot be gone back to, and the next run would believe that another is
/// live; so it does not stay.
const UNRECORDED: &str = "the release was good, but the journal could not be written, so it was taken back";

/// What may end a step from outside.
fn mode(step: Step) -> Mode {
    match step {
        Step::Switch | Step::Restart | Step::Settle => Mode::Switching,
        Step::Confirm => Mode::Free,
        Step::SetAside
        | Step::Fetch
        | Step::Checkout
        | Step::Unpack
        | Step::Receive
        | Step::Load
        | Step::Build
        | Step::Snapshot
        | Step::Hold
        | Step::Migrate
        | Step::Configure => Mode::Before,
    }
}

/// A run that holds the lock.
struct Run<'a> {
    plan: &'a Plan,
    log: &'a EventLog,
    state: StateDir,
    lock: Lock,
    runs: Box<dyn Runs>,
    /// With its full commit, once it is fetched.
    release: Release,
    /// What is live while this run lasts, and again if it fails.
    from: Option<Release>,
    /// Where the checkout stood before.
    head: Option<Position>,
    /// Steps that were begun.
    touched: Vec<Step>,
    phases: Vec<Phase>,
    /// What the reader should know, however it ends.
    notes: Vec<Finding>,
    /// Whether the release is not there any more and is built again.
    rebuilds: bool,
    /// Why nobody knows what a checkout would write over, so that there must be none.
    unseen: Option<Finding>,
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, log: &'a EventLog, begun: Begun) -> Self {
        let Begun { lock, runs, notes } = begun;
        let (state, head) =
            (StateDir::new(&plan.site.state_dir), Git { path: plan.site.path.as_ref() }.position());
        let (release, from) = (plan.release.clone(), plan.live.clone());
        let (touched, phases) = (Vec::new(), Vec::new());
        let (rebuilds, unseen) = (false, None);
        Self { plan, log, state, lock, runs, release, from, head, touched, phases, notes, rebuilds, unseen }
    }

    fn go(mut self) -> Outcome {
        if let Err(failure) = self.prepare() {
            let mut outcome = tell::outcome(Ending::Refused, failure, self.from.clone());
            outcome.findings.splice(0..0, self.notes);
            return outcome;
        }
        // Users come first; a splitter that does not answer is no reason to stay with what is bad.
        if self.plan.kind == Kind::Rollback
            && let Err(error) = rollout::end(self.plan)
        {
            let fact = format!("the rollout could not be taken to 0 %: {error:#}");
            let help = "look at the proxy on the host; `ssh-deploy rollout rollback` tries again";
            self.notes.push(Finding::warning("share-not-set", fact).help(help));
        }
        if self.rebuilds
            && let Err(failure) = self.phase("rebuild release", way_back::rebuild_beside)
        {
            return self.take_back(failure);
        }
        for step in &self.plan.steps {
            if let Err(failure) = self.step(*step) {
                return self.take_back(failure);
            }
        }
        let live = Some(self.release.clone());
        self.keep_record();
        match self.end(Ending::Good, None) {
            Ok(()) => {
                self.notes.push(self.good());
                let mut findings = self.remarks();
                findings.extend(self.prune());
                Outcome { result: Ending::Good, findings, excerpts: Vec::new(), live }
            }
            Err(failure) => self.take_back(failure.unless_lost("not-recorded", UNRECORDED)),
        }
    }

    /// One step, unless the run is ended before it. What ended it explains more than what then failed.
    fn step(&mut self, step: Step) -> Result<(), Failure> {
        leash::set(mode(step));
        if let Some(cut) = leash::cut() {
            return Err(Failure::new(cut.finding(step.name())));
        }
        self.touched.push(step);
        let done = self.phase(step.name(), |run, on_line| steps::forward(step, run, on_line));
        done.map_err(|failure| match leash::cut() {
            Some(cut) => Failure { finding: Box::new(cut.finding(step.name())), ..failure },
            None => failure,
        })
    }

    /// Everything that must be known or written before the first change.
    fn prepare(&mut self) -> Result<(), Failure> {
        match (self.plan.kind, &self.from) {
            (Kind::Rollback, _) => {
                self.thaw_missing()?;
                self.bring_back()?;
                self.ready_to_return()?;
            }
            (Kind::Deploy, None) => self.adopt()?,
            (Kind::Deploy, Some(_)) | (Kind::Restart, _) => {}
        }
        steps::keep_live(self)?;
        let (kind, release, from) = (self.plan.kind, self.release.clone(), self.from.clone());
        self.write(What::Began { kind, release, from })
    }

    /// What ran before the first deploy becomes a release, so that there is a way back to it.
    fn adopt(&mut self) -> Result<(), Failure> {
        let commit = match &self.plan.strategy {
            Strategy::Files(shown) => return self.adopt_files(&shown.to),
            // Images came from somewhere else than this directory.
            Strategy::Image { .. } => "unknown".to_owned(),
            Strategy::Git => match self.git().state()? {
                Checkout::At(commit) => commit,
                Checkout::Missing | Checkout::Unreadable(_) | Checkout::Unborn => return Ok(()),
            },
        };
        let release = Release { id: format!("{}{ADOPTED}", self.plan.run), commit, version: None };
        if self.runs.adopt(&release)? {
            record::keep(&self.state.release(&release.id))?;
            self.write(What::Adopted { release: release.clone() })?;
            self.from = Some(release);
        }
        Ok(())
    }

    /// The undos of what was begun, in reverse. A step that failed half way is taken back like one that was done.
    fn take_back(mut self, failure: Failure) -> Outcome {
        leash::set(Mode::Free);
        if let Some(Cut::Fenced) = leash::cut() {
            return self.lost(failure);
        }
        let switched = self.touched.contains(&Step::Switch);
        let mut undone = Ok(());
        self.turn_round();
        for step in self.touched.clone().into_iter().rev().filter(|step| step.undo().is_some()) {
            // What may still run from a directory keeps it, for whoever comes to look.
            let keeps = matches!(step, Step::Unpack | Step::Receive) && undone.is_err();
            let name = format!("undo: {}", step.name());
            let result = self.phase(
                &name,
                |run, on_line| {
                    if keeps { Ok(()) } else { steps::back(step, run, on_line) }
                },
            );
            undone = undone.and(result);
        }
        let ending = match (&undone, switched || self.touched.contains(&Step::Restart)) {
            (Ok(()), false) => Ending::Refused,
            (Ok(()), true) if self.plan.kind == Kind::Restart => Ending::Broken,
            (Ok(()), true) => Ending::Restored,
            (Err(_), _) => Ending::Broken,
        };
        let why = failure.finding.code.clone();
        let mut outcome = tell::outcome(ending, failure, self.from.clone());
        outcome.findings.splice(0..0, std::mem::take(&mut self.notes));
        if let Err(second) = undone {
            outcome.findings.push(*second.finding);
            outcome.excerpts.extend(second.excerpts);
            outcome.excerpts.extend(self.by_hand());
        } else if switched {
            let fact = match &self.from {
                Some(from) => format!("{} is live again", from.label()),
                None => "nothing ran before, and nothing runs now".to_owned(),
            };
            outcome.findings.push(Finding::warning("restored", fact));
        }
        outcome.findings.extend(self.remarks());
        if let Err(failure) = self.end(ending, Some(why)) {
            outcome.findings.push(*failure.finding);
        }
        outcome
    }

    /// Another run has the lock: what is on the host now is its business, the way back included.
    fn lost(self, failure: Failure) -> Outcome {
        let at = self.touched.last().map_or("the beginning", |step| step.name());
        let ending = if self.touched.contains(&Step::Switch) { Ending::Broken } else { Ending::Refused };
        let mut outcome = tell::outcome(ending, failure, None);
        outcome.findings = self.notes;
        outcome.findings.push(Cut::Fenced.finding(at));
        outcome
    }

    /// What the steps and the runtime found worth telling.
    fn remarks(&mut self) -> Vec<Finding> {
        let mut remarks = std::mem::take(&mut self.notes);
        remarks.extend(self.runs.remarks());
        remarks
    }

    fn git(&self) -> Git<'_> {
        Git { path: self.plan.site.path.as_ref() }
    }

    /// The directory of the release that the run makes.
    fn tree(&self) -> PathBuf {
        self.state.release(&self.release.id).join("tree")
    }
}
