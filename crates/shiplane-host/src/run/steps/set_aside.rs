//! Saves files aside that the checkout would write over, so that nobody's work on the server is ever lost.

use std::path::PathBuf;

use shiplane_core::deploy::{Kind, decide};
use shiplane_core::report::Finding;

use super::Run;
use crate::edits::{self, SetAside};
use crate::failure::Failure;
use crate::runtime::OnLine;

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let git = run.git();
    if let (Some(what), Kind::Deploy | Kind::Restart) = (git.under_way(), run.plan.kind) {
        return Err(Failure::new(decide::under_way(&run.plan.site.path, &what)));
    }
    let found = match edits::find(git, &run.release.commit) {
        // The way back has something else to stand on than a clone that is broken.
        Err(failure) if run.plan.kind == Kind::Rollback && !run.rebuilds => {
            run.unseen = Some(*failure.finding);
            return Ok(());
        }
        found => found?,
    };
    let Some(found) = found else { return Ok(()) };
    let dir = dir(run);
    let saved = found.save(git, &dir, &run.plan.run)?;
    let finding = saved.finding(git.path, &dir);
    on_line(&finding.fact);
    run.notes.push(finding);
    Ok(())
}

/// Puts them back, if the checkout stands again where it stood; put back already is as good.
pub(in crate::run) fn back(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let (git, dir) = (run.git(), dir(run));
    let Some(saved) = SetAside::read(&dir)? else { return Ok(()) };
    if git.resolve("HEAD") != saved.head {
        let fact = format!("another commit is checked out than before, so {} keeps the edits", dir.display());
        on_line(&fact);
        return Ok(());
    }
    saved.put_back(git, &dir)?;
    run.notes.retain(|remark: &Finding| remark.code != "edits-set-aside");
    Ok(())
}

fn dir(run: &Run<'_>) -> PathBuf {
    run.state.edits(&run.plan.run)
}
