//! Backups that are older than thirty days go, but for those of releases that are never aged out.

use std::fs;

use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Strategy, is_aged, stays};
use shiplane_core::report::Finding;

use super::Run;
use super::steps::backup_of;
use crate::facts::now;
use crate::failure::Failure;
use crate::{docker, journal, tree};

/// The name of images between their way here and the release that takes them.
const INCOMING: &str = "shiplane/incoming";

/// Milliseconds after which nobody tries that run again.
const UNUSED: u64 = 86_400_000;

impl Run<'_> {
    /// Removes them; says how many there were.
    pub(super) fn age_out(&self, keep: u32) -> Result<Option<Finding>, Failure> {
        let Ok(backups) = fs::read_dir(self.state.backups()) else { return Ok(None) };
        let entries = journal::read(&self.state.journal())?;
        let history = History::of(&entries);
        let stay: Vec<_> =
            stays(&history, keep).into_iter().filter_map(|release| backup_of(&self.state, release)).collect();
        let (now, mut removed) = (now(), 0_u32);
        for entry in backups.flatten() {
            // A link leads to somebody else's files.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let aged = entry.file_name().to_str().is_some_and(|name| is_aged(name, now));
            if !aged || is_link || stay.contains(&entry.path()) {
                continue;
            }
            if entry.path().is_dir() {
                tree::remove(&entry.path())?;
            } else {
                fs::remove_file(entry.path()).map_err(anyhow::Error::from)?;
            }
            removed += 1;
        }
        let fact = match removed {
            0 => return Ok(None),
            1 => "removed 1 backup that was older than 30 days".to_owned(),
            count => format!("removed {count} backups that were older than 30 days"),
        };
        Ok(Some(Finding::ok("aged-out", fact)))
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
