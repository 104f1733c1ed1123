//! One run: take the lock, do the steps in order, and when one fails take back what was done, in reverse.

mod begin;
mod steps;
mod tell;

use std::path::PathBuf;

use shiplane_core::deploy::journal::{History, What};
use shiplane_core::deploy::{Checkout, Kind, Outcome, Plan, Release, Result as Ending, Step};
use shiplane_core::report::{Finding, Phase};

use crate::events::EventLog;
use crate::failure::Failure;
use crate::git::{Git, Position};
use crate::journal;
use crate::lock::Lock;
use crate::runtime::Runs;
use crate::state::StateDir;

pub(crate) use steps::DECISION;

/// Carries the plan out and says how it ended. The journal has it by then.
pub(crate) fn carry_out(plan: &Plan, log: &EventLog) -> Outcome {
    let state = StateDir::new(&plan.site.state_dir);
    match begin::begin(plan, &state) {
        Ok((lock, runs)) => Run::new(plan, log, lock, runs).go(),
        Err(failure) => {
            let live = journal::read(&state.journal()).map(|entries| History::of(&entries).live);
            tell::outcome(Ending::Refused, failure, live.unwrap_or_default())
        }
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
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, log: &'a EventLog, lock: Lock, runs: Box<dyn Runs>) -> Self {
        let (state, head) =
            (StateDir::new(&plan.site.state_dir), Git { path: plan.site.path.as_ref() }.position());
        let (release, from) = (plan.release.clone(), plan.live.clone());
        Self { plan, log, state, lock, runs, release, from, head, touched: Vec::new(), phases: Vec::new() }
    }

    fn go(mut self) -> Outcome {
        if let Err(failure) = self.prepare() {
            return tell::outcome(Ending::Refused, failure, self.from);
        }
        for step in &self.plan.steps {
            self.touched.push(*step);
            if let Err(failure) = self.phase(step.name(), |run, on_line| steps::forward(*step, run, on_line))
            {
                return self.take_back(failure);
            }
        }
        let live = Some(self.release.clone());
        match self.end(Ending::Good) {
            Ok(()) => {
                Outcome { result: Ending::Good, findings: vec![self.good()], excerpts: Vec::new(), live }
            }
            Err(failure) => self.take_back(failure),
        }
    }

    /// Everything that must be known or written before the first change.
    fn prepare(&mut self) -> Result<(), Failure> {
        match (self.plan.kind, &self.from) {
            (Kind::Rollback, _) => self.runs.ready(&self.release)?,
            (Kind::Deploy, None) => self.adopt()?,
            (Kind::Deploy, Some(_)) | (Kind::Restart, _) => {}
        }
        let (kind, release, from) = (self.plan.kind, self.release.clone(), self.from.clone());
        self.write(What::Began { kind, release, from })
    }

    /// What ran before the first deploy becomes a release, so that there is a way back to it.
    fn adopt(&mut self) -> Result<(), Failure> {
        let Checkout::At(commit) = self.git().state()? else { return Ok(()) };
        let release = Release { id: format!("{}-adopted", self.plan.run), commit, version: None };
        if self.runs.adopt(&release)? {
            self.write(What::Adopted { release: release.clone() })?;
            self.from = Some(release);
        }
        Ok(())
    }

    /// The undos of what was begun, in reverse. A step that failed half way is taken back like one that was done.
    fn take_back(mut self, failure: Failure) -> Outcome {
        let switched = self.touched.contains(&Step::Switch);
        let mut undone = Ok(());
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
        let mut outcome = tell::outcome(ending, failure, self.from.clone());
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
        if let Err(failure) = self.end(ending) {
            outcome.findings.push(*failure.finding);
        }
        outcome
    }

    fn git(&self) -> Git<'_> {
        Git { path: self.plan.site.path.as_ref() }
    }

    /// The directory of the release that the run makes.
    fn tree(&self) -> PathBuf {
        self.state.release(&self.release.id).join("tree")
    }
}
