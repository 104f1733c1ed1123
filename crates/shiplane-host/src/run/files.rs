//! What a run does beyond its steps when releases are uploaded files.

use shiplane_core::deploy::Strategy;
use shiplane_core::deploy::journal::What;
use shiplane_core::report::Finding;

use super::{Run, steps};
use crate::failure::Failure;
use crate::shown;

impl Run<'_> {
    /// The directory that was shown before the first deploy becomes a release, so that there is a way back to it.
    pub(super) fn adopt_files(&mut self, to: &str) -> Result<(), Failure> {
        let id = format!("{}-adopted", self.plan.run);
        let place = std::path::Path::new(&self.plan.site.path);
        let Some(release) = shown::adopt(place, to, (&self.state, &id))? else { return Ok(()) };
        // Compose may run something from there; without it the files alone are what there is to go back to.
        self.runs.adopt(&release).ok();
        self.write(What::Adopted { release: release.clone() })?;
        self.from = Some(release);
        Ok(())
    }

    /// Files that are gone come back from their backup.
    pub(super) fn bring_back(&mut self) -> Result<(), Failure> {
        match &self.plan.strategy {
            Strategy::Git | Strategy::Image { .. } => return Ok(()),
            Strategy::Files(_) => {}
        }
        if steps::bring_back(&self.state, &self.release)? {
            let fact =
                format!("the files of {} were gone and came back from their backup", self.release.label());
            self.notes.push(Finding::warning("restored-from-backup", fact));
        }
        Ok(())
    }
}
