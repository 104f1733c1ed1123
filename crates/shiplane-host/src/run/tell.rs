//! What a run tells: phases to whoever follows it, lines to the journal, and an outcome at the end.

use std::time::Instant;

use shiplane_core::deploy::journal::{Entry, What};
use shiplane_core::deploy::{Event, Kind, Outcome, Plan, Release, Result as Ending};
use shiplane_core::report::{Excerpt, Finding, Level, Phase};

use super::Run;
use crate::facts::now;
use crate::failure::Failure;
use crate::journal;
use crate::leash::Cut;
use crate::lock;
use crate::reserve;
use crate::runtime::OnLine;

impl Run<'_> {
    /// Does something under a name, and tells how long it took and how it went.
    pub(super) fn phase(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Self, OnLine<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let log = self.log;
        self.lock.doing(name);
        log.say(&Event::Began(name.to_owned()));
        let started = Instant::now();
        let result = work(self, &mut |line: &str| log.say(&Event::Line(line.to_owned())));
        let (level, note) = match &result {
            Ok(()) => (Level::Ok, String::new()),
            Err(failure) => (Level::Fail, failure.finding.fact.clone()),
        };
        let phase = Phase { name: name.to_owned(), seconds: started.elapsed().as_secs_f64(), level, note };
        log.say(&Event::Ended(phase.clone()));
        self.phases.push(phase);
        result
    }

    pub(super) fn good(&self) -> Finding {
        let verb = match self.plan.kind {
            Kind::Deploy => "deployed",
            Kind::Rollback => "restored",
            Kind::Restart => "restarted",
        };
        Finding::ok(verb, format!("{} is live", self.release.label()))
    }

    /// When nothing else helps, a person can still type.
    pub(super) fn by_hand(&self) -> Option<Excerpt> {
        let from = self.from.as_ref()?;
        Some(Excerpt {
            title: format!("by hand, to bring {} back", from.label()),
            lines: self.runs.by_hand(from),
        })
    }

    pub(super) fn end(&mut self, result: Ending, why: Option<String>) -> Result<(), Failure> {
        let images = if result == Ending::Refused { Vec::new() } else { self.runs.images() };
        let (phases, release) = (self.phases.clone(), Some(self.release.clone()));
        self.write(What::Ended { result, release, phases, images, why })
    }

    pub(super) fn write(&self, what: What) -> Result<(), Failure> {
        let Plan { run, actor, run_url, reason, .. } = self.plan;
        let entry = Entry {
            at: now(),
            run: run.clone(),
            what,
            fence: self.lock.mark.fence,
            actor: actor.clone(),
            run_url: run_url.clone(),
            reason: reason.clone(),
        };
        let dir = self.state.run(run);
        loop {
            if !lock::is_current(&self.lock.mark) {
                return Err(Failure::new(Cut::Fenced.finding("write the journal")));
            }
            match journal::append(&self.state.journal(), &entry) {
                Ok(()) => return Ok(()),
                // Room was kept for this.
                Err(_) if reserve::give(&dir) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

pub(super) fn outcome(result: Ending, failure: Failure, live: Option<Release>) -> Outcome {
    Outcome { result, findings: vec![*failure.finding], excerpts: failure.excerpts, live }
}
