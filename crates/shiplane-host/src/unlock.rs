//! Frees a lock whose holder is gone, stands still, or is ended on demand; what that holder left running is ended.

use shiplane_core::deploy::Holder;
use shiplane_core::deploy::holder::{Released, Unlock};
use shiplane_core::deploy::journal::{Entry, What};

use crate::facts::now;
use crate::journal;
use crate::lock::{self, Attempt, Claim};
use crate::spare;
use crate::state::StateDir;

/// Does it, and writes it into the journal: what the run left is as uncertain as before.
pub(crate) fn unlock(ask: &Unlock) -> anyhow::Result<Released> {
    let state = StateDir::new(&ask.site.state_dir);
    let seen = lock::look(&state)?;
    let Some(holder) = seen.held.or(seen.left) else { return Ok(Released::Free) };
    if holder.run != ask.run {
        return Ok(Released::Held(Box::new(holder)));
    }
    let claim = if ask.force { Claim::Forced } else { Claim::Polite };
    let actor = ask.actor.clone();
    let run = format!("unlock-{}", now().0);
    let own = Holder {
        run: run.clone(),
        since: now(),
        actor: actor.clone(),
        run_url: ask.run_url.clone(),
        phase: Some("unlock".to_owned()),
        ..Holder::default()
    };
    let least = journal::last_fence(&state.journal())?;
    let (lock, before) = match lock::take(&state, own, (claim, least))? {
        Attempt::Held(lock, before) => (lock, before),
        Attempt::Taken(holder) => return Ok(Released::Held(holder)),
    };
    // It may have ended in order meanwhile.
    let Some(before) = before else { return Ok(Released::Free) };
    let what = What::Unlocked { holder: before.holder.run, forced: ask.force && before.lived };
    let (fence, run_url) = (lock.mark.fence, ask.run_url.clone());
    let entry = Entry { at: now(), run, what, fence, actor, run_url, reason: None };
    let ended = before.ended + usize::from(before.lived);
    let record = || journal::append(&state.journal(), &entry);
    let recorded = record().or_else(|error| {
        // Room was kept for the way back, and this is the first step of it.
        if spare::give_up(state.path()) { record() } else { Err(error) }
    });
    match recorded {
        Ok(()) => Ok(Released::Freed(ended)),
        Err(error) => Ok(Released::FreedUnrecorded(ended, format!("{error:#}"))),
    }
}
