//! One run: take the lock, do the steps in order, and when one fails take back what was done, in reverse.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{
    Checkout, Decision, Event, Holder, Kind, Outcome, Plan, Release, Result as Ending, Step, locked,
};
use shiplane_core::report::{Excerpt, Finding, Level, Phase};

use crate::events::EventLog;
use crate::facts::now;
use crate::failure::Failure;
use crate::git::{Git, Position};
use crate::journal;
use crate::lock::{self, Attempt, Lock};
use crate::runtime::{self, Ground, Runs};
use crate::state::StateDir;

/// The file in a run's directory that carries the client's word.
pub(crate) const DECISION: &str = "decision";

/// Carries the plan out and says how it ended. The journal has it by then.
pub(crate) fn carry_out(plan: &Plan, log: &EventLog) -> Outcome {
    let state = StateDir::new(&plan.site.state_dir);
    match begin(plan, &state) {
        Ok((lock, runs)) => Run::new(plan, log, lock, runs).go(),
        Err(failure) => {
            let live = journal::read(&state.journal()).map(|entries| History::of(&entries).live);
            outcome(Ending::Refused, failure, live.unwrap_or_default())
        }
    }
}

/// Lock first; then see that the world is still as it was when the plan was made.
fn begin(plan: &Plan, state: &StateDir) -> Result<(Lock, Box<dyn Runs>), Failure> {
    let holder = Holder {
        run: plan.run.clone(),
        since: now(),
        actor: plan.actor.clone(),
        run_url: plan.run_url.clone(),
        fence: 0,
    };
    let lock = match lock::take(&state.lock(), &holder)? {
        Attempt::Held(lock) => lock,
        Attempt::Taken(holder) => return Err(Failure::new(locked(&holder))),
    };
    let live = History::of(&journal::read(&state.journal())?).live;
    if live != plan.live {
        let name = |release: &Option<Release>| release.as_ref().map_or("nothing".to_owned(), Release::label);
        let fact = format!("when this was decided {} was live, now it is {}", name(&plan.live), name(&live));
        return Err(Failure::new(Finding::fail("live-changed", fact).help("run the command again")));
    }
    let runs = runtime::of(&plan.runtime, Ground::new(&plan.site, plan.limits))?;
    Ok((lock, runs))
}

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
            return outcome(Ending::Refused, failure, self.from);
        }
        for step in &self.plan.steps {
            self.touched.push(*step);
            if let Err(failure) = self.phase(*step) {
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
        if self.plan.kind == Kind::Rollback {
            self.runs.ready(&self.release)?;
        } else if self.from.is_none() {
            self.adopt()?;
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

    fn phase(&mut self, step: Step) -> Result<(), Failure> {
        let name = step.name();
        self.log.say(&Event::Began(name.to_owned()));
        let started = Instant::now();
        let result = self.step(step);
        let (level, note) = match &result {
            Ok(()) => (Level::Ok, String::new()),
            Err(failure) => (Level::Fail, failure.finding.fact.clone()),
        };
        self.ended(Phase { name: name.to_owned(), seconds: started.elapsed().as_secs_f64(), level, note });
        result
    }

    fn step(&mut self, step: Step) -> Result<(), Failure> {
        let log = self.log;
        let on_line = &mut |line: &str| log.say(&Event::Line(line.to_owned()));
        match step {
            Step::Fetch => self.fetch(on_line),
            Step::Checkout => self.git().checkout(&self.release.commit, on_line),
            Step::Unpack => self.git().unpack(&self.release.commit, &self.tree(), on_line),
            Step::Build => self.runs.build(&self.release, on_line),
            Step::Switch => self.runs.switch(&self.release, on_line),
            Step::Settle => self.runs.settle(&self.release, on_line),
            Step::Confirm => self.confirm(),
        }
    }

    fn fetch(&mut self, on_line: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        let commit = self.git().fetch(&self.release.commit, self.plan.limits.fetch.0, on_line)?;
        self.release.commit = commit;
        let Some(from) = self.from.as_ref().filter(|from| from.commit != self.release.commit) else {
            return Ok(());
        };
        if !self.plan.force && self.git().contains(&from.commit, &self.release.commit) {
            let fact = format!("commit {} is older than the live one, {}", self.release.commit, from.commit);
            let help = "to go back use `rollback to`; to deploy it all the same say --force";
            return Err(Failure::new(Finding::fail("older-commit", fact).help(help)));
        }
        Ok(())
    }

    /// Without a word from the client the switch is not kept: it may be that nobody can reach this host any more.
    fn confirm(&self) -> Result<(), Failure> {
        self.log.say(&Event::Switched);
        let file = self.state.run(&self.plan.run).join(DECISION);
        let deadline = Instant::now() + self.plan.limits.confirm.0;
        while Instant::now() < deadline {
            match fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok()) {
                Some(Decision::Confirm) => return Ok(()),
                Some(Decision::Revert) => {
                    let fact = format!(
                        "release {} did not prove itself at its public address",
                        self.release.label()
                    );
                    return Err(Failure::new(Finding::fail("proof-failed", fact)));
                }
                None => thread::sleep(Duration::from_millis(20)),
            }
        }
        let fact =
            format!("nobody confirmed release {} within {}", self.release.label(), self.plan.limits.confirm);
        Err(Failure::new(Finding::fail("unconfirmed", fact)))
    }

    /// The undos of what was begun, in reverse. A step that failed half way is taken back like one that was done.
    fn take_back(mut self, failure: Failure) -> Outcome {
        let switched = self.touched.contains(&Step::Switch);
        let mut undone = Ok(());
        for step in self.touched.clone().into_iter().rev().filter(|step| step.undo().is_some()) {
            let name = format!("undo: {}", step.name());
            self.log.say(&Event::Began(name.clone()));
            let started = Instant::now();
            // What may still run from a directory keeps it, for whoever comes to look.
            let result = if step == Step::Unpack && undone.is_err() { Ok(()) } else { self.undo(step) };
            let level = if result.is_ok() { Level::Ok } else { Level::Fail };
            self.ended(Phase { name, seconds: started.elapsed().as_secs_f64(), level, note: String::new() });
            undone = undone.and(result);
        }
        let ending = match (&undone, switched) {
            (Ok(()), false) => Ending::Refused,
            (Ok(()), true) => Ending::Restored,
            (Err(_), _) => Ending::Broken,
        };
        let mut outcome = outcome(ending, failure, self.from.clone());
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

    fn undo(&self, step: Step) -> Result<(), Failure> {
        let log = self.log;
        let on_line = &mut |line: &str| log.say(&Event::Line(line.to_owned()));
        match (step, &self.head) {
            (Step::Switch, _) => {
                let Some(from) = &self.from else { return self.runs.clear(on_line) };
                // The old release's own Compose files must be there before it can start.
                if self.plan.steps.contains(&Step::Checkout) {
                    self.git().checkout(&from.commit, on_line)?;
                }
                self.runs.switch(from, on_line)?;
                self.runs.settle(from, on_line)
            }
            // The files of what was switched back to stay, wherever the checkout stood before.
            (Step::Checkout, Some(_)) if self.touched.contains(&Step::Switch) && self.from.is_some() => {
                Ok(())
            }
            (Step::Checkout, Some(head)) => self.git().return_to(head, on_line),
            (Step::Unpack, _) if self.tree().exists() => self.git().remove_unpacked(&self.tree()),
            (Step::Fetch | Step::Checkout | Step::Unpack | Step::Build | Step::Settle | Step::Confirm, _) => {
                Ok(())
            }
        }
    }

    fn good(&self) -> Finding {
        let verb = match self.plan.kind {
            Kind::Deploy => "deployed",
            Kind::Rollback => "restored",
        };
        Finding::ok(verb, format!("{} is live", self.release.label()))
    }

    /// When nothing else helps, a person can still type.
    fn by_hand(&self) -> Option<Excerpt> {
        let from = self.from.as_ref()?;
        Some(Excerpt {
            title: format!("by hand, to bring {} back", from.label()),
            lines: self.runs.by_hand(from),
        })
    }

    fn end(&mut self, result: Ending) -> Result<(), Failure> {
        let images = if result == Ending::Refused { Vec::new() } else { self.runs.images() };
        let (phases, release) = (self.phases.clone(), Some(self.release.clone()));
        self.write(What::Ended { result, release, phases, images })
    }

    fn write(&self, what: What) -> Result<(), Failure> {
        let Plan { run, actor, run_url, .. } = self.plan;
        let entry = Entry {
            at: now(),
            run: run.clone(),
            what,
            fence: self.lock.fence,
            actor: actor.clone(),
            run_url: run_url.clone(),
        };
        Ok(journal::append(&self.state.journal(), &entry)?)
    }

    fn ended(&mut self, phase: Phase) {
        self.log.say(&Event::Ended(phase.clone()));
        self.phases.push(phase);
    }

    fn git(&self) -> Git<'_> {
        Git { path: self.plan.site.path.as_ref() }
    }

    fn tree(&self) -> PathBuf {
        self.state.release(&self.release.id).join("tree")
    }
}

fn outcome(result: Ending, failure: Failure, live: Option<Release>) -> Outcome {
    Outcome { result, findings: vec![*failure.finding], excerpts: failure.excerpts, live }
}
