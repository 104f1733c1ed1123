//! What ends a run's programs from outside: the client's word to stop, the budget, and another run that took over.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use shiplane_core::deploy::Process;
use shiplane_core::duration::Span;
use shiplane_core::report::Finding;

use crate::groups::Record;
use crate::lock::{self, Mark};

/// The file in a run's directory that tells it to stop.
pub(crate) const STOP: &str = "stop";

/// One process carries out one run.
static LEASH: OnceLock<Leash> = OnceLock::new();

/// Why a run goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Its client was told to stop.
    Stopped,
    /// Its whole time is over.
    Budget,
    /// Another run has the lock now.
    Fenced,
}

/// What counts right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Before the switch.
    Before,
    /// From the switch on there is no stopping half way, but there is an end of time.
    Switching,
    /// The wait for the word, and the way back.
    Free,
}

/// The leash of this process's run.
#[derive(Debug)]
pub(crate) struct Leash {
    run: String,
    stop: PathBuf,
    lock: Mark,
    budget: Span,
    begun: Instant,
    mode: Mutex<Mode>,
    record: Record,
}

/// Puts the leash on; from now on every program is on it.
pub(crate) fn put_on(run_dir: PathBuf, lock: Mark, budget: Span) -> anyhow::Result<()> {
    let record = Record::begin(&run_dir)?;
    let leash = Leash {
        run: lock.run.clone(),
        stop: run_dir.join(STOP),
        lock,
        budget,
        begun: Instant::now(),
        mode: Mutex::new(Mode::Before),
        record,
    };
    LEASH.set(leash).map_err(|_| anyhow::anyhow!("this process has carried out a run already"))
}

/// The leash, when this process carries out a run.
pub(crate) fn get() -> Option<&'static Leash> {
    LEASH.get()
}

/// What counts from now on.
pub(crate) fn set(mode: Mode) {
    if let Some(leash) = get() {
        *leash.mode.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }
}

/// Why the run goes no further, when it does not. Looks at the disk for each of the reasons.
pub(crate) fn cut() -> Option<Cut> {
    let leash = get()?;
    if lock::is_current(&leash.lock) { leash.cut_now() } else { Some(Cut::Fenced) }
}

/// The limit, or what is left of the budget when that is less.
pub(crate) fn left(limit: Duration) -> Duration {
    get().map_or(limit, |leash| match leash.mode() {
        Mode::Before | Mode::Switching => limit.min(leash.budget.0.saturating_sub(leash.begun.elapsed())),
        Mode::Free => limit,
    })
}

/// Whether the client's word to stop is there, at whatever moment.
pub(crate) fn told_to_stop() -> bool {
    get().is_some_and(|leash| leash.stop.exists())
}

impl Leash {
    /// The cheap part of the question, for asking often.
    pub(crate) fn cut_now(&self) -> Option<Cut> {
        let over = || (self.begun.elapsed() > self.budget.0).then_some(Cut::Budget);
        match self.mode() {
            Mode::Before if self.stop.exists() => Some(Cut::Stopped),
            Mode::Before | Mode::Switching => over(),
            Mode::Free => None,
        }
    }

    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    pub(crate) fn began(&self, leader: Process) {
        self.record.began(leader);
    }

    pub(crate) fn ended(&self, leader: Process) {
        self.record.ended(leader);
    }
}

impl Cut {
    /// In a few words.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Stopped => "the run was told to stop",
            Self::Budget => "the budget of the run is over",
            Self::Fenced => "another run has the lock now",
        }
    }

    /// For the reader of the report.
    pub(crate) fn finding(self, phase: &str) -> Finding {
        let (budget, spent) =
            get().map_or((Span::default(), 0.0), |leash| (leash.budget, leash.begun.elapsed().as_secs_f64()));
        match self {
            Self::Stopped => Finding::fail(
                "interrupted",
                format!("the run was told to stop at `{phase}`, after {spent:.1} s"),
            )
            .help("run it again"),
            Self::Budget => {
                let fact = format!("the budget of {budget} was over at `{phase}`, after {spent:.1} s");
                Finding::fail("budget-exceeded", fact).help(
                    "see which phase took so long; give more with `budget:` in the environment, or --budget",
                )
            }
            Self::Fenced => {
                let fact =
                    format!("another run took the lock over before `{phase}`, so this one did no more");
                Finding::fail("lock-lost", fact).help("see what the other run did: `ssh-deploy history`")
            }
        }
    }
}
