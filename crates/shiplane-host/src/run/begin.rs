//! Before a run: the lock, and a look whether the world is still as it was when the plan was made.

use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Holder, Plan, Release, locked};
use shiplane_core::report::Finding;

use crate::facts::now;
use crate::failure::Failure;
use crate::leash;
use crate::lock::{self, Attempt, Claim, Lock, TakenOver};
use crate::reserve;
use crate::runtime::{self, Ground, Runs};
use crate::state::StateDir;
use crate::{journal, masked};

/// What a run has once it may go on.
pub(super) struct Begun {
    pub(super) lock: Lock,
    pub(super) runs: Box<dyn Runs>,
    /// What it found out on the way.
    pub(super) notes: Vec<Finding>,
}

/// Lock first; then see that the world is still as it was when the plan was made.
pub(super) fn begin(plan: &Plan, state: &StateDir) -> Result<Begun, Failure> {
    let holder = Holder {
        run: plan.run.clone(),
        since: now(),
        actor: plan.actor.clone(),
        run_url: plan.run_url.clone(),
        ..Holder::default()
    };
    let least = journal::last_fence(&state.journal())?;
    let (lock, taken_over) = match lock::take(state, holder, (Claim::Polite, least))? {
        Attempt::Held(lock, taken_over) => (*lock, taken_over),
        Attempt::Taken(holder) => return Err(Failure::new(locked(&holder, now()))),
    };
    let run_dir = state.run(&plan.run);
    reserve::keep(&run_dir)?;
    leash::put_on(run_dir, lock.mark.clone(), plan.limits.budget)?;
    let live = History::of(&journal::read(&state.journal())?).live;
    if live != plan.live {
        let name = |release: &Option<Release>| release.as_ref().map_or("nothing".to_owned(), Release::label);
        let fact = format!("when this was decided {} was live, now it is {}", name(&plan.live), name(&live));
        return Err(Failure::new(Finding::fail("live-changed", fact).help("run the command again")));
    }
    masked::learn(&plan.site, plan.live.as_ref());
    let runs = runtime::of(&plan.runtime, Ground::new(plan))?;
    Ok(Begun { lock, runs, notes: taken_over.iter().map(took_over).collect() })
}

/// The finding about a run that went without freeing the lock.
fn took_over(before: &TakenOver) -> Finding {
    let TakenOver { holder, ended, lived } = before;
    let who = holder.actor.as_deref().unwrap_or("somebody");
    let place = holder.run_url.as_ref().map_or(String::new(), |url| format!(" ({url})"));
    let how = if *lived { "stood still and was ended" } else { "was cut off" };
    let left = match ended {
        0 => "it had left nothing running".to_owned(),
        1 => "1 process that it had left running was ended".to_owned(),
        count => format!("{count} processes that it had left running were ended"),
    };
    let phase = holder.phase.as_ref().map_or(String::new(), |phase| format!(" in `{phase}`"));
    let fact =
        format!("run {} by {who}{place} {how}{phase}, and this run took its lock over; {left}", holder.run);
    Finding::warning("took-over", fact)
}
