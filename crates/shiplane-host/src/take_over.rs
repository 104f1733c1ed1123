//! Has a run that is at work give way: it is told to, and ended when it does not.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;
use serde::Deserialize;
use shiplane_core::deploy::holder::{Released, Unlock};
use shiplane_core::deploy::{Event, Holder, Site};
use shiplane_core::rollback::GaveWay;

use crate::events::EventReader;
use crate::leash::STOP;
use crate::lock;
use crate::run::DECISION;
use crate::state::{self, StateDir, is_plain_name};
use crate::unlock::unlock;

/// How long a run has that does not take anything back.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a run has that is taking back what it did.
const UNDOING: Duration = Duration::from_secs(40);

/// Where the lock is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Question {
    site: Site,
}

/// Afterwards the lock is free, or this is an error. What the run left open the journal tells.
pub(crate) fn take_over(question: &Question) -> anyhow::Result<GaveWay> {
    let state = StateDir::new(&question.site.state_dir);
    let Some(holder) = lock::look(&state)?.held else { return Ok(GaveWay::Free) };
    if !is_plain_name(&holder.run) {
        bail!("`{}` is no name of a run", holder.run);
    }
    let dir = state.run(&holder.run);
    if dir.is_dir() {
        state::write(&dir.join(STOP), "")?;
        state::write(&dir.join(DECISION), "\"revert\"")?;
    }
    let started = Instant::now();
    while started.elapsed() < if is_undoing(&dir) { UNDOING } else { PATIENCE } {
        if !is_held_by(&state, &holder)? {
            return Ok(GaveWay::ByItself(holder));
        }
        thread::sleep(Duration::from_millis(50));
    }
    let (site, run) = (question.site.clone(), holder.run.clone());
    match unlock(&Unlock { site, run, force: true, actor: None, run_url: None })? {
        Released::Freed(_) | Released::FreedUnrecorded(..) => Ok(GaveWay::Ended(holder)),
        Released::Free => Ok(GaveWay::ByItself(holder)),
        Released::Held(now) => bail!("run {} was ended, and run {} holds the lock", holder.run, now.run),
    }
}

fn is_held_by(state: &StateDir, holder: &Holder) -> anyhow::Result<bool> {
    Ok(lock::look(state)?.held.is_some_and(|now| now.run == holder.run))
}

/// Whether what the run said last is that it takes something back.
fn is_undoing(dir: &Path) -> bool {
    let lines = EventReader::from(dir, 0).more().unwrap_or_default();
    let begun = lines.iter().rev().find_map(|line| match serde_json::from_str(line) {
        Ok(Event::Began(name)) => Some(name),
        Ok(Event::Line(_) | Event::Ended(_) | Event::Held | Event::Switched | Event::Finished(_))
        | Err(_) => None,
    });
    begun.is_some_and(|name| name.starts_with("undo: "))
}
