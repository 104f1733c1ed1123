//! Backups that are older than they may be leave, but for those of releases that are never aged out.

use std::fs;
use std::path::Path;
use std::time::Instant;

use shiplane_core::deploy::journal::{Entry, History};
use shiplane_core::deploy::{Strategy, is_aged, stays};
use shiplane_core::report::Finding;

use super::Run;
use super::freeze::{Frozen, Old};
use super::steps::{backup_of, release_of, set_down};
use crate::facts::now;
use crate::failure::Failure;
use crate::{docker, journal};

/// The name of images between their way here and the release that takes them.
const INCOMING: &str = "shiplane/incoming";

/// Milliseconds after which nobody tries that run again.
const UNUSED: u64 = 86_400_000;

impl Run<'_> {
    /// Removes them, or stores them elsewhere first; says how many were removed.
    pub(super) fn age_out(
        &self,
        keep: u32,
        (until, frozen): (Instant, &mut Frozen),
    ) -> Result<Option<Finding>, Failure> {
        let Ok(backups) = fs::read_dir(self.state.backups()) else { return Ok(None) };
        let entries = journal::read(&self.state.journal())?;
        let history = History::of(&entries);
        let retention = &self.plan.options.retention;
        let stay: Vec<_> =
            stays(&history, keep).into_iter().filter_map(|release| backup_of(&self.state, release)).collect();
        let (now, mut removed) = (now(), 0_u32);
        for entry in backups.flatten() {
            // A link leads to somebody else's files.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| is_aged(name, now, retention.days)) else {
                continue;
            };
            if is_link || stay.contains(&entry.path()) {
                continue;
            }
            match &retention.cold {
                None => removed += 1,
                Some(_)
                    if frozen.failed()
                        || !self.store_backup(&entry.path(), name, (&entries, until, frozen)) =>
                {
                    continue;
                }
                Some(_) => {}
            }
            set_down(&entry.path())?;
        }
        let days = retention.days;
        let fact = match removed {
            0 => return Ok(None),
            1 => format!("removed 1 backup that was older than {days} days"),
            count => format!("removed {count} backups that were older than {days} days"),
        };
        Ok(Some(Finding::ok("aged-out", fact)))
    }

    fn store_backup(
        &self,
        path: &Path,
        name: &str,
        (entries, until, frozen): (&[Entry], Instant, &mut Frozen),
    ) -> bool {
        let release = release_of(&self.state, path, entries);
        self.freeze(&Old::backup(self, name, release), (entries, until), frozen)
    }

    /// Images that were sent for a run that then failed lose the name that kept them.
    pub(super) fn forget_unused(&self) -> Result<(), Failure> {
        match self.plan.strategy {
            Strategy::Image { .. } => {}
            Strategy::Git | Strategy::Files(_) => return Ok(()),
        }
        let now = now();
        for (name, since) in docker::tagged(INCOMING)? {
            if now.0.saturating_sub(since.0) > UNUSED {
                docker::untag(&name);
            }
        }
        Ok(())
    }
}
