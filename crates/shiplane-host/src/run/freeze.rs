//! What is old leaves for cold storage. The host's own copy goes last: after the archive was read back, and after the
//! journal says where it is. A crash at any moment leaves one of the two, or both.

use std::fs;
use std::path::Path;
use std::time::Instant;

use shiplane_core::command::Command;
use shiplane_core::config::Cold;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Archive, Holds, Runtime, Stored, Strategy, is_old, still_stored, stored};
use shiplane_core::report::Finding;

use super::Run;
use super::steps::backup_of;
use crate::cold::{self, Parcel};
use crate::facts::now;
use crate::failure::Failure;
use crate::{journal, tree};

/// Longest part of a name that is taken over into an archive's name.
const NAME: usize = 100;

/// Something that may leave.
pub(super) struct Old {
    /// A backup's name, or a release's id.
    pub(super) name: String,
    /// The release that it brings back.
    pub(super) release: Option<String>,
    parcels: Vec<Parcel>,
}

impl Old {
    /// A backup, directory or file.
    pub(super) fn backup(run: &Run<'_>, name: &str, release: Option<String>) -> Self {
        let maker = tar(&run.state.backups()).arg("-cf").arg("-").arg(format!("./{name}"));
        let parcel = Parcel { name: run.archive_name(name, "tar"), holds: Holds::Backup, maker };
        Self { name: name.to_owned(), release, parcels: vec![parcel] }
    }

    /// A release with all that is kept of it.
    fn release(run: &Run<'_>, id: &str) -> Result<Self, Failure> {
        // A checkout of its own has a file there that only this clone understands.
        let maker = tar(&run.state.release("")).arg(format!("--exclude=./{id}/tree/.git"));
        let maker = maker.arg("-cf").arg("-").arg(format!("./{id}"));
        let files = Parcel { name: run.archive_name(id, "tar"), holds: Holds::Release, maker };
        let mut parcels = vec![files];
        let images = run.runs.image_names(id)?;
        if !images.is_empty() {
            let maker = Command::new("docker").arg("save").args(images);
            let name = run.archive_name(id, "images.tar");
            parcels.insert(0, Parcel { name, holds: Holds::Images, maker });
        }
        Ok(Self { name: id.to_owned(), release: Some(id.to_owned()), parcels })
    }
}

/// How much of the storing is done, for whoever reads the report.
#[derive(Default)]
pub(super) struct Frozen {
    count: u32,
    bytes: u64,
    failed: Option<Finding>,
}

impl Frozen {
    /// Whether the place did not take something; then nothing else is tried.
    pub(super) fn failed(&self) -> bool {
        self.failed.is_some()
    }

    /// What came of it.
    pub(super) fn findings(self, days: u32) -> Vec<Finding> {
        let Self { count, bytes, failed } = self;
        let what = match count {
            1 => "1 of what was".to_owned(),
            count => format!("{count} of what was"),
        };
        let older = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        let fact = format!(
            "{what} older than {older} went to cold storage ({} KiB) and was read back from there",
            bytes.div_ceil(1024)
        );
        let stored = (count > 0).then(|| Finding::ok("cold-stored", fact));
        stored.into_iter().chain(failed).collect()
    }
}

impl Run<'_> {
    /// Of the releases that nobody needs here any more, those that may be removed: all that was good among them is
    /// in cold storage by then, or too young to leave.
    pub(super) fn freeze_releases(
        &self,
        gone: Vec<String>,
        (until, frozen): (Instant, &mut Frozen),
    ) -> Result<Vec<String>, Failure> {
        let retention = &self.plan.options.retention;
        if retention.cold.is_none() {
            return Ok(gone);
        }
        let entries = journal::read(&self.state.journal())?;
        let good = History::of(&entries).good;
        let mut leaves = Vec::new();
        for id in gone {
            let release = good.iter().find(|release| release.id == id);
            let Some(release) = release.filter(|_| self.state.release(&id).is_dir()) else {
                leaves.push(id);
                continue;
            };
            let is_in_backup =
                || backup_of(&self.state, release).is_some() || stored(&entries, &id).is_some();
            let is_safe = self.is_files_only() && is_in_backup();
            let may_leave = is_old(&id, now(), retention.days) && !frozen.failed();
            if is_safe || may_leave && self.freeze(&Old::release(self, &id)?, (&entries, until), frozen) {
                leaves.push(id);
            }
        }
        Ok(leaves)
    }

    /// Puts one thing into cold storage; says whether it is there now, and the journal has it.
    pub(super) fn freeze(
        &self,
        old: &Old,
        (entries, until): (&[Entry], Instant),
        frozen: &mut Frozen,
    ) -> bool {
        let Some(place) = &self.plan.options.retention.cold else { return false };
        match self.stored(old, place, (entries, until)) {
            Ok(bytes) => {
                (frozen.count, frozen.bytes) = (frozen.count + 1, frozen.bytes + bytes);
                true
            }
            Err(failure) => {
                let fact = format!("{} stays on the host: {}", old.name, failure.finding.fact);
                let help = "nothing was removed; see that the cold storage is there and has room";
                frozen.failed = Some(Finding::warning("cold-failed", fact).help(help));
                false
            }
        }
    }

    fn stored(&self, old: &Old, place: &Cold, (entries, until): (&[Entry], Instant)) -> Result<u64, Failure> {
        if let Cold::Directory(dir) = place {
            cold::prepare(Path::new(dir), entries)?;
        }
        // What a run that was cut off had stored already is not stored again.
        if let Some(before) = still_stored(entries, &old.name).filter(|before| before.place == *place)
            && before.archives.iter().all(|archive| matches!(cold::differs(place, archive, until), Ok(None)))
        {
            return Ok(before.bytes());
        }
        let store = |parcel: &Parcel| cold::store(place, parcel, until);
        let archives: Vec<Archive> = old.parcels.iter().map(store).collect::<anyhow::Result<_>>()?;
        let stored =
            Stored { name: old.name.clone(), release: old.release.clone(), archives, place: place.clone() };
        let bytes = stored.bytes();
        self.write(What::Stored(stored))?;
        Ok(bytes)
    }

    /// Whether a backup is all that a release needs.
    fn is_files_only(&self) -> bool {
        matches!((&self.plan.strategy, &self.plan.runtime), (Strategy::Files(_), Runtime::Command(_)))
    }

    /// Unlike any other host's and any other site's: several may share one place.
    fn archive_name(&self, name: &str, kind: &str) -> String {
        let node = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let node = node.trim();
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '_') { c } else { '-' };
        let short = |text: &str| text.chars().take(NAME).map(plain).collect::<String>();
        let whole = format!("{node}\0{}\0{name}", self.state.path().display());
        let hash: String =
            tree::hash(whole.as_bytes()).0.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{}-{hash}.{kind}.zst", short(name), short(node))
    }
}

/// `tar` in a directory.
fn tar(dir: &Path) -> Command {
    Command::new("tar").arg("-C").arg(dir.display().to_string())
}
