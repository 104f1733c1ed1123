//! A release comes back from cold storage: unpacked beside everything, and moved to its place when it is whole.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use shiplane_core::command::Command;
use shiplane_core::config::Cold;
use shiplane_core::deploy::{Archive, Holds, Stamp, Stored, Strategy, stored};
use shiplane_core::report::Finding;

use super::Run;
use super::steps::{backup_of, name_backup};
use crate::cold::{self, Trouble};
use crate::failure::Failure;
use crate::{journal, leash, record, room, state, tree};

/// Bytes that stay free on the disk beyond what is unpacked.
const SPARE: u64 = 16 * 1024 * 1024;

/// Longest time for one archive; the budget of the run is shorter, as a rule.
const LIMIT: Duration = Duration::from_secs(3600);

impl Run<'_> {
    /// Brings the release back when the host has it no more, or when that was asked for. Nothing that runs is
    /// touched by it.
    pub(super) fn thaw_missing(&mut self) -> Result<(), Failure> {
        let asked = self.plan.options.from_cold;
        // A journal that cannot be read stops no way back.
        let entries = journal::read(&self.state.journal()).unwrap_or_default();
        let Some((kept, since)) = stored(&entries, &self.release.id).map(|(kept, at)| (kept.clone(), at))
        else {
            if !asked {
                return Ok(());
            }
            let fact = format!("the journal has nothing of {} in cold storage", self.release.label());
            let help = "leave --from-cold out, or see `rollback list` for what is there";
            return Err(Failure::new(Finding::fail("not-in-cold", fact).help(help)));
        };
        if !asked && !self.is_gone()? {
            return Ok(());
        }
        self.not_while_live()?;
        let brought = self.phase("fetch from cold storage", |run, _| run.thaw(&kept));
        tree::remove(&self.state.thawing()).ok();
        match brought {
            Ok(()) => {
                self.notes.push(self.was_cold(since, asked));
                Ok(())
            }
            Err(failure) if asked || !self.is_in_clone() || leash::cut().is_some() => Err(failure),
            Err(failure) => {
                let fact = format!("{}; so the commit is what is left", failure.finding.fact);
                self.notes.push(Finding::warning(&failure.finding.code, fact));
                Ok(())
            }
        }
    }

    fn was_cold(&self, since: Stamp, asked: bool) -> Finding {
        let label = self.release.label();
        if asked {
            return Finding::ok(
                "from-cold",
                format!("{label} came from cold storage, where it is since {since}"),
            );
        }
        let fact = format!(
            "{label} was not on the host any more and came from cold storage, where it is since {since}"
        );
        Finding::warning("from-cold", fact)
    }

    /// Whether something of the release is missing that only its archive has.
    fn is_gone(&mut self) -> Result<bool, Failure> {
        let release = self.release.clone();
        match &self.plan.strategy {
            Strategy::Files(_) if !self.tree().is_dir() => Ok(backup_of(&self.state, &release).is_none()),
            Strategy::Files(_) | Strategy::Git | Strategy::Image { .. } => {
                self.name_images_again(&release)?;
                Ok(self.runs.ready(&release).is_err())
            }
        }
    }

    /// What serves is not exchanged under its users.
    fn not_while_live(&self) -> Result<(), Failure> {
        if self.from.as_ref().is_none_or(|from| from.id != self.release.id) {
            return Ok(());
        }
        let fact = format!("{} is live, so its files are not exchanged", self.release.label());
        Err(Failure::new(Finding::fail("cold-live", fact).help("go back to another release first")))
    }

    fn is_in_clone(&self) -> bool {
        matches!(self.plan.strategy, Strategy::Git) && self.git().resolve(&self.release.commit).is_some()
    }

    fn thaw(&self, kept: &Stored) -> Result<(), Failure> {
        let room = self.state.thawing();
        tree::remove(&room)?;
        state::make(&room)?;
        self.has_room(kept)?;
        // Images first: without its files a release is not there.
        let files = |archive: &&Archive| archive.holds != Holds::Images;
        for archive in kept.archives.iter().filter(|archive| !files(archive)) {
            self.fetch(kept, archive, &Command::new("docker").args(["load", "--quiet"]))?;
        }
        for archive in kept.archives.iter().filter(files) {
            let dir = room.display().to_string();
            self.fetch(kept, archive, &Command::new("tar").args(["-C", &dir, "-xpf", "-"]))?;
        }
        let came = room.join(&kept.name);
        if kept.archives.iter().any(|archive| archive.holds == Holds::Release) {
            return Ok(self.place_release(&came)?);
        }
        Ok(self.place_backup(&came, &kept.name)?)
    }

    /// From where the config says, else from where the journal says.
    fn fetch(&self, kept: &Stored, archive: &Archive, taker: &Command) -> Result<(), Failure> {
        let own = self.plan.options.retention.cold.as_ref().filter(|own| **own != kept.place);
        let limit = leash::left(LIMIT);
        let from = |place: &Cold| cold::fetch(place, archive, (taker, Instant::now() + limit));
        let done = match own.map(from) {
            Some(Err(Trouble::Absent(_))) | None => from(&kept.place),
            Some(done) => done,
        };
        done.map_err(|trouble| refused(archive, trouble))
    }

    fn has_room(&self, kept: &Stored) -> Result<(), Failure> {
        let needed: u64 =
            kept.archives.iter().filter(|it| it.holds != Holds::Images).map(|it| it.unpacked).sum();
        let free = room::disk(self.state.path()).map_err(anyhow::Error::from)?.free;
        if free >= needed.saturating_add(SPARE) {
            return Ok(());
        }
        let mib = |bytes: u64| bytes.div_ceil(1024 * 1024);
        let fact = format!(
            "{} needs {} MiB to come back from cold storage, and {} MiB are free",
            self.release.label(),
            mib(needed),
            mib(free)
        );
        Err(Failure::new(Finding::fail("cold-no-room", fact).help("free space on the host")))
    }

    fn place_release(&self, came: &Path) -> anyhow::Result<()> {
        tree::sync(came).context("write the release to the disk")?;
        let dir = self.state.release(&self.release.id);
        self.replace(came, &dir)?;
        if let Strategy::Files(_) = self.plan.strategy {
            self.state.open_way(&self.release.id)?;
        }
        record::keep(&dir)
    }

    fn place_backup(&self, came: &Path, name: &str) -> anyhow::Result<()> {
        tree::sync(came).context("write the backup to the disk")?;
        state::make(&self.state.backups())?;
        self.replace(came, &self.state.backups().join(name))?;
        // The release is made of it again.
        let tree = self.tree();
        if tree.is_dir() {
            fs::rename(&tree, self.state.thawing().join("old-tree")).context("set the old files aside")?;
        }
        name_backup(&self.state, &self.release.id, name)
    }

    /// Old or new, whole in both cases; what was there goes with the room that the archive was unpacked in.
    fn replace(&self, came: &Path, place: &Path) -> anyhow::Result<()> {
        if place.exists() {
            fs::rename(place, self.state.thawing().join("old")).context("set the old files aside")?;
        }
        if let Some(parent) = place.parent() {
            state::make(parent)?;
        }
        fs::rename(came, place).with_context(|| format!("bring back {}", place.display()))?;
        place.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all()).context("write to the disk")
    }
}

fn refused(archive: &Archive, trouble: Trouble) -> Failure {
    let name = &archive.name;
    let finding = match trouble {
        Trouble::Absent(error) => {
            Finding::fail("cold-absent", format!("{name} could not be fetched: {error:#}"))
                .help("see that the cold storage is there and answers")
        }
        Trouble::Damaged(why) => Finding::fail("cold-damaged", format!("{name} is damaged: {why}"))
            .help("fetch another copy of it, or choose another release: `rollback list`"),
        Trouble::Refused(error) => {
            Finding::fail("cold-unpack", format!("{name} came whole and could not be unpacked: {error:#}"))
                .help("see that the host's disk has room, and that `tar` and `docker` work there")
        }
    };
    Failure::new(finding)
}
