//! The way back, whatever is broken: what a release needs is mended first, and each part has something to fall back on.
//!
//! A rollback goes here, and so does a deploy that takes its switch back.

use shiplane_core::deploy::journal::What;
use shiplane_core::deploy::{Kind, Release, Step, Strategy};
use shiplane_core::report::{Excerpt, Finding};
use shiplane_core::rollback::STOP_TIMEOUT;

use super::steps::set_aside;
use super::{ADOPTED, Run};
use crate::failure::Failure;
use crate::runtime::OnLine;
use crate::{journal, record, spare};

impl Run<'_> {
    /// Sees that the release is whole before anything is touched, and mends what can be mended without a change to
    /// what runs.
    pub(super) fn ready_to_return(&mut self) -> Result<(), Failure> {
        if let Some(grace) = self.plan.options.stop_timeout {
            self.runs.hurry(grace.0);
        }
        let release = self.release.clone();
        self.name_images_again(&release)?;
        let Err(missing) = self.runs.ready(&release) else { return Ok(()) };
        let is_git = matches!(self.plan.strategy, Strategy::Git);
        if !is_git || self.git().resolve(&release.commit).is_none() {
            let title = format!("by hand, to bring {} back", release.label());
            let mut failure = missing;
            failure.excerpts.push(Excerpt { title, lines: self.runs.by_hand(&release) });
            return Err(failure);
        }
        let fact = format!("{}; so it is built again from its commit", missing.finding.fact);
        self.notes.push(
            Finding::warning("rebuilt", fact).help("a build can differ from the release that was good"),
        );
        self.rebuilds = true;
        Ok(())
    }

    /// Images whose names a prune took are found by what the journal calls them. One that cannot be read stops no
    /// way back: what is there under its own name is enough.
    pub(super) fn name_images_again(&mut self, release: &Release) -> Result<(), Failure> {
        let entries = journal::read(&self.state.journal()).unwrap_or_default();
        let recorded = entries.into_iter().rev().find_map(|entry| {
            let What::Ended { images, .. } = entry.what else { return None };
            (entry.run == release.id && !images.is_empty()).then_some(images)
        });
        let named = self.runs.mend(release, &recorded.unwrap_or_default())?;
        if !named.is_empty() {
            let fact = format!("images had lost their names and got them back: {}", named.join(", "));
            self.notes.push(Finding::warning("retagged", fact));
        }
        Ok(())
    }

    /// What undoes a switch gets its own time, and stops what is bad without a long wait.
    pub(super) fn turn_round(&mut self) {
        spare::give_up_if_tight(self.state.path());
        self.runs.hurry(STOP_TIMEOUT.0);
    }

    /// What the release that is live now runs with is kept, for the day on which somebody comes back to it.
    pub(super) fn keep_record(&mut self) {
        if self.plan.kind != Kind::Deploy {
            return;
        }
        let dir = self.state.release(&self.release.id);
        if let Err(error) = record::keep(&dir) {
            let fact = format!("what the release runs with could not be kept: {error:#}");
            self.notes.push(Finding::warning("record-incomplete", fact));
        }
    }
}

/// The release is not there any more, and its directory can be made again beside what runs.
pub(super) fn rebuild_beside(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    if run.plan.steps.contains(&Step::Checkout) {
        return Ok(());
    }
    let tree = run.tree();
    if tree.exists() {
        run.git().remove_unpacked(&tree)?;
    }
    let built = run.git().unpack(&run.release.commit, &tree, on_line);
    let built = built.and_then(|()| run.runs.build(&run.release, on_line));
    built.inspect_err(|_| drop(run.git().remove_unpacked(&tree)))
}

/// Checks the release out, and builds it when there is no other way.
pub(super) fn check_out(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let release = run.release.clone();
    if run.plan.kind == Kind::Deploy {
        run.git().checkout(&release.commit, on_line)?;
        run.notes.extend(run.git().lfs_missing());
        return Ok(());
    }
    if run.rebuilds {
        run.git().checkout(&release.commit, on_line)?;
        return run.runs.build(&release, on_line);
    }
    stand_on(run, &release, on_line)
}

/// Puts the files of a release in place; where git cannot, the release starts from what was kept of it.
fn stand_on(run: &mut Run<'_>, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
    run.runs.use_checkout();
    let checked = match &run.unseen {
        Some(why) => Err(Failure::new(why.clone())),
        None => run.git().checkout(&release.commit, on_line),
    };
    let Err(failure) = checked.and_then(|()| run.runs.readable(release)) else { return Ok(()) };
    if !run.runs.use_record(release) {
        return Err(failure);
    }
    let why = failure.excerpts.first().and_then(|excerpt| excerpt.lines.last()).cloned().unwrap_or_default();
    let fact = format!(
        "{} could not be checked out ({} {why}), so it runs from the Compose file kept with the release",
        release.label(),
        failure.finding.fact
    );
    let help = "other files of the checkout stay as they are; mend the clone before the next deploy";
    run.notes.push(Finding::warning("from-record", fact).help(help));
    Ok(())
}

/// Takes a switch back: what was live takes over again.
pub(super) fn switch_back(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let Some(from) = run.from.clone() else { return run.runs.clear(on_line) };
    // The old release's own Compose files must be there before it can start.
    if run.plan.steps.contains(&Step::Checkout) {
        stand_on(run, &from, on_line)?;
        // What ran before Shiplane came may have been started with the edits.
        if from.id.ends_with(ADOPTED) && from.id.starts_with(&run.plan.run) {
            set_aside::back(run, on_line)?;
        }
    }
    run.name_images_again(&from)?;
    run.runs.switch(&from, on_line)?;
    run.runs.settle(&from, on_line)
}
