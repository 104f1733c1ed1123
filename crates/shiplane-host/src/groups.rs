//! The process groups that a run started: written down while they run, ended by the next run when it was cut off.
//!
//! All of them are in the run's session, because the worker leads one. A group that stays behind a program that
//! ended by itself is a daemon that was meant to stay, such as the release, and is left alone.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use shiplane_core::deploy::Process;

use crate::page;
use crate::proc;

/// The variable that every program of a run has.
pub(crate) const VARIABLE: &str = "SHIPLANE_RUN";

/// What is written down.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Groups {
    running: Vec<Process>,
    /// Groups that outlived the program that began them.
    kept: Vec<u32>,
}

/// The writing end.
#[derive(Debug)]
pub(crate) struct Record {
    file: File,
    groups: Mutex<Groups>,
}

fn path(run_dir: &Path) -> PathBuf {
    run_dir.join("groups")
}

impl Record {
    /// Begins the record. Its room on the disk is taken now.
    pub(crate) fn begin(run_dir: &Path) -> anyhow::Result<Self> {
        let file = page::open(&path(run_dir))?;
        page::write(&file, &Groups::default())?;
        Ok(Self { file, groups: Mutex::default() })
    }

    /// A program leads this group now.
    pub(crate) fn began(&self, leader: Process) {
        self.change(|groups| groups.running.push(leader));
    }

    /// The program has ended by itself.
    pub(crate) fn ended(&self, leader: Process) {
        self.change(|groups| {
            groups.running.retain(|running| *running != leader);
            groups.kept.retain(|group| proc::has_members(*group));
            if proc::has_members(leader.pid) {
                groups.kept.push(leader.pid);
            }
        });
    }

    /// A record that cannot be written is no reason to stop: the session still tells.
    fn change(&self, change: impl FnOnce(&mut Groups)) {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut groups);
        page::write(&self.file, &*groups).ok();
    }
}

/// The groups that are written down as running.
pub(crate) fn running(run_dir: &Path) -> Vec<Process> {
    read(run_dir).running
}

fn read(run_dir: &Path) -> Groups {
    File::open(path(run_dir)).ok().and_then(|file| page::read(&file)).unwrap_or_default()
}

/// Ends what a run left running; says how many processes that were. The worker itself must be gone by then.
pub(crate) fn end_leftovers(run_dir: &Path, run: &str, worker: Process) -> usize {
    let Groups { running, kept } = read(run_dir);
    let all = proc::all();
    let led = |group: u32| running.iter().any(|leader| leader.pid == group && proc::lives(*leader));
    // A number that was given to another process since is no session of ours.
    let session_is_ours = !all.iter().any(|alive| alive.process.pid == worker.pid);
    let own: Vec<_> = all
        .iter()
        .filter(|alive| {
            let in_session = session_is_ours
                && alive.session == worker.pid
                && alive.process.started >= worker.started
                && !kept.contains(&alive.group);
            led(alive.group) || in_session && proc::has_variable(alive.process.pid, VARIABLE, run)
        })
        .collect();
    let groups: BTreeSet<u32> = own.iter().map(|alive| alive.group).collect();
    groups.into_iter().for_each(proc::end_group);
    let processes: Vec<Process> = own.iter().map(|alive| alive.process).collect();
    proc::gone(&processes);
    processes.len()
}
