//! Directories of runs, of which the newest stay.

use std::collections::BTreeSet;
use std::fs;

use shiplane_core::deploy::journal::{Entry, History, What};

use crate::state::StateDir;
use crate::worker::is_alive;
use crate::{journal, lock};

/// How many stay, whatever they are.
const KEPT: usize = 50;

/// Removes what is older. A run that lives stays, and so does one that the journal has no end for.
pub(crate) fn remove(state: &StateDir) -> anyhow::Result<()> {
    let mut names: Vec<String> = fs::read_dir(state.runs())?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    // A run's name begins with its time.
    names.sort_unstable();
    let entries = journal::read(&state.journal())?;
    let mut needed = unended(&entries);
    needed.extend(History::of(&entries).unsettled.map(|release| release.id));
    let seen = lock::look(state)?;
    needed.extend(seen.held.into_iter().chain(seen.left).map(|holder| holder.run));
    for name in names.iter().rev().skip(KEPT).filter(|name| !needed.contains(*name)) {
        let dir = state.run(name);
        if !is_alive(&dir)? {
            fs::remove_dir_all(dir)?;
        }
    }
    Ok(())
}

fn unended(entries: &[Entry]) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    for entry in entries {
        match &entry.what {
            What::Began { .. } => drop(open.insert(entry.run.clone())),
            What::Ended { .. } => drop(open.remove(&entry.run)),
            What::Adopted { .. }
            | What::Unlocked { .. }
            | What::Stored(_)
            | What::Backup(_)
            | What::Rollout(_) => {}
        }
    }
    open
}
