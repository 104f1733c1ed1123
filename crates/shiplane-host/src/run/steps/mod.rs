//! What each step does, and what takes it back: one file for each that is more than a line.

mod configure;
mod fetch;
mod load;
mod migrate;
mod receive;
pub(super) mod set_aside;
mod snapshot;
mod wait;

use shiplane_core::deploy::Step;

use super::{Run, way_back};
use crate::failure::Failure;
use crate::git::Git;
use crate::runtime::OnLine;

pub(super) use configure::keep_live;
pub(crate) use snapshot::backup_of;
pub(super) use snapshot::{bring_back, name_backup, release_of, set_down};
pub(crate) use wait::{ATTENDED, DECISION};

/// Does a step.
pub(super) fn forward(step: Step, run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    match step {
        Step::SetAside => set_aside::forward(run, on_line),
        Step::Fetch => fetch::forward(run, on_line),
        Step::Checkout => way_back::check_out(run, on_line),
        Step::Unpack => run.git().unpack(&run.release.commit, &run.tree(), on_line),
        Step::Receive => receive::forward(run, on_line),
        Step::Load => load::forward(run, on_line),
        Step::Build => run.runs.build(&run.release, on_line),
        Step::Snapshot => snapshot::forward(run, on_line),
        Step::Hold => wait::hold(run),
        Step::Migrate => migrate::forward(run, on_line),
        Step::Configure => configure::forward(run, on_line),
        Step::Switch => {
            configure::keep(run)?;
            run.runs.switch(&run.release, on_line)
        }
        Step::Restart => run.runs.restart(&run.release, on_line),
        Step::Settle => run.runs.settle(&run.release, on_line),
        Step::Confirm => wait::confirm(run),
    }
}

/// Takes a step back, which may have been done in part only.
pub(super) fn back(step: Step, run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    match step {
        Step::SetAside => set_aside::back(run, on_line),
        Step::Checkout => checked_out(run, on_line),
        Step::Unpack if run.tree().exists() => run.git().remove_unpacked(&run.tree()),
        Step::Receive => receive::back(run, on_line),
        Step::Snapshot => snapshot::back(run, on_line),
        Step::Configure => configure::back(run, on_line),
        Step::Switch => way_back::switch_back(run, on_line),
        Step::Unpack
        | Step::Fetch
        | Step::Load
        | Step::Build
        | Step::Hold
        | Step::Migrate
        | Step::Restart
        | Step::Settle
        | Step::Confirm => Ok(()),
    }
}

/// The files of what was switched back to stay, wherever the checkout stood before.
fn checked_out(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    match &run.head {
        Some(_) if run.git().position() == run.head => Ok(()),
        Some(head) if !run.touched.contains(&Step::Switch) || run.from.is_none() => {
            run.git().return_to(head, on_line)
        }
        Some(head) if run.from.as_ref().is_some_and(|from| Git::stood_at(head, &from.commit)) => {
            run.git().return_to(head, on_line)
        }
        Some(_) | None => Ok(()),
    }
}
