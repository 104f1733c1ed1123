//! Before a run: the lock, and a look whether the world is still as it was when the plan was made.

use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Holder, Plan, Release, locked};
use shiplane_core::report::Finding;

use crate::facts::now;
use crate::failure::Failure;
use crate::journal;
use crate::lock::{self, Attempt, Lock};
use crate::runtime::{self, Ground, Runs};
use crate::state::StateDir;

/// Lock first; then see that the world is still as it was when the plan was made.
pub(super) fn begin(plan: &Plan, state: &StateDir) -> Result<(Lock, Box<dyn Runs>), Failure> {
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
    let runs = runtime::of(&plan.runtime, Ground::new(plan))?;
    Ok((lock, runs))
}
