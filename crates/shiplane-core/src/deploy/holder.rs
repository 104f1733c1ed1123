//! Who holds a host's lock, and what may be done about it.

use serde::{Deserialize, Serialize};

use super::facts::HostFacts;
use super::stamp::Stamp;
use crate::duration::Span;
use crate::report::Finding;

/// Who holds a host's lock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    /// The run.
    pub run: String,
    /// Since when.
    pub since: Stamp,
    /// Who asked for it.
    pub actor: Option<String>,
    /// Where people see it.
    pub run_url: Option<String>,
    /// Goes up by one with every holder, so that a late writer can be told from the current one.
    pub fence: u64,
    /// The worker's process.
    pub worker: Option<Process>,
    /// The process groups of the programs that it runs now.
    pub groups: Vec<Process>,
    /// What it is doing.
    pub phase: Option<String>,
    /// Until when it counts as well, unless it is heard of again; `None` when that is not known.
    pub lease: Option<Stamp>,
}

/// A process that cannot be taken for a later one of the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number; for a process group that of its leader.
    pub pid: u32,
    /// When it began, as the kernel counts: field 22 of `/proc/<pid>/stat` (proc(5)).
    pub started: u64,
}

impl Holder {
    /// Whether nothing was heard of it for so long that the next run may end it.
    pub fn stalled(&self, now: Stamp) -> bool {
        self.lease.is_some_and(|lease| now > lease)
    }

    /// The run, by whom, in which phase, since when and where to see it.
    pub fn described(&self, now: Stamp) -> String {
        let who = self.actor.as_deref().unwrap_or("somebody");
        let place = self.run_url.as_ref().map_or(String::new(), |url| format!(": {url}"));
        let phase = self.phase.as_ref().map_or(String::new(), |phase| format!(", now in `{phase}`"));
        let age = Span::millis(now.0.saturating_sub(self.since.0)).brief();
        format!("run {} by {who} holds the lock since {} ({age}){phase}{place}", self.run, self.since)
    }
}

/// The finding about a lock that somebody else holds.
pub fn locked(holder: &Holder, now: Stamp) -> Finding {
    let fact = holder.described(now);
    if holder.stalled(now) {
        let fact = format!("{fact}; nothing was heard of it for more than two minutes");
        return Finding::warning("lock-stalled", fact)
            .help("the next run ends it and takes the lock over; `ssh-deploy unlock` does so at once");
    }
    Finding::fail("lock-held", fact)
        .help("wait until it ends, or say --wait-for-lock 10m; nothing was changed by this run")
}

/// What `unlock` asks the worker to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlock {
    /// Where on the host.
    pub site: super::plan::Site,
    /// The run that was seen to hold the lock; another one is left alone.
    pub run: String,
    /// Whether a run that lives is ended.
    pub force: bool,
    /// Who asks.
    pub actor: Option<String>,
    /// Where people see that.
    pub run_url: Option<String>,
}

/// What became of a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Released {
    /// It is free now; so many processes of the run were ended.
    Freed(usize),
    /// The same, and the journal could not be told of it, for this reason.
    FreedUnrecorded(usize, String),
    /// Nobody holds it.
    Free,
    /// Another run, or one that lives, holds it.
    Held(Box<Holder>),
}

/// What `unlock` finds out about a host before it does anything.
pub fn unlock(facts: &HostFacts, force: bool) -> (Vec<Finding>, Option<Holder>) {
    let now = facts.now;
    match (&facts.lock, &facts.left) {
        (Some(holder), _) if holder.stalled(now) => {
            let fact =
                format!("{}; nothing was heard of it for more than two minutes", holder.described(now));
            (vec![Finding::warning("lock-stalled", fact)], Some(holder.clone()))
        }
        (Some(holder), _) if force => {
            let fact = format!("{}, and it lives", holder.described(now));
            (vec![Finding::warning("lock-held", fact)], Some(holder.clone()))
        }
        (Some(holder), _) => {
            let fact = format!("{}, and it lives", holder.described(now));
            let help = "wait until it ends; `unlock --force` ends it wherever it is";
            (vec![Finding::fail("lock-held", fact).help(help)], None)
        }
        (None, Some(left)) => {
            let fact = format!("{}, and its process is gone", left.described(now));
            (vec![Finding::warning("lock-left", fact)], Some(left.clone()))
        }
        (None, None) => (vec![Finding::ok("lock-free", "nobody holds the lock")], None),
    }
}
