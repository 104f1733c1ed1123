//! Cold storage: what leaves a host when it is old, what the journal knows of it, and what is asked of the place.

use serde::{Deserialize, Serialize};

use super::aged::made;
use super::journal::{Entry, What};
use super::stamp::Stamp;
use crate::config::{self, Cold};
use crate::fault::Fault;

/// How long backups stay, unless the config says otherwise.
const DAYS: u32 = 30;

/// How long what old releases left stays on the host, and where it goes then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Days after which something leaves.
    pub days: u32,
    /// Where it goes; `None` removes it.
    pub cold: Option<Cold>,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: DAYS, cold: None }
    }
}

/// Something that went to cold storage. It is written to the journal before the host's own copy goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// What it was called on the host: a backup's name, or a release's id.
    pub name: String,
    /// The release that it brings back, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The archives that hold it.
    pub archives: Vec<Archive>,
    /// Where they are.
    pub place: Cold,
}

/// One archive, packed with zstd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// Its name in the place.
    pub name: String,
    /// What is in it.
    pub holds: Holds,
    /// Of its bytes as they are in the place.
    pub sha256: String,
    /// How many these are.
    pub bytes: u64,
    /// Bytes of what is in it.
    pub unpacked: u64,
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// A tar of a backup.
    Backup,
    /// A tar of what a release needs to run again.
    Release,
    /// Images, as `docker load` reads them.
    Images,
}

impl Stored {
    /// Bytes of its archives.
    pub fn bytes(&self) -> u64 {
        self.archives.iter().map(|archive| archive.bytes).sum()
    }
}

/// Everything that went to cold storage, newest first, and since when it is there.
pub fn all_stored(journal: &[Entry]) -> impl Iterator<Item = (&Stored, Stamp)> {
    journal.iter().rev().filter_map(|entry| {
        let What::Stored(stored) = &entry.what else { return None };
        Some((stored, entry.at))
    })
}

/// What brings a release back, and since when it is there: the newest with everything, else its newest backup.
pub fn stored<'a>(journal: &'a [Entry], release: &str) -> Option<(&'a Stored, Stamp)> {
    let of_it = || all_stored(journal).filter(|(stored, _)| stored.release.as_deref() == Some(release));
    let is_whole = |stored: &Stored| stored.archives.iter().any(|archive| archive.holds == Holds::Release);
    of_it().find(|(stored, _)| is_whole(stored)).or_else(|| of_it().next())
}

/// What went to cold storage under a name, unless a run of that release began since: it may differ by now.
pub fn still_stored<'a>(journal: &'a [Entry], name: &str) -> Option<&'a Stored> {
    let at = journal.iter().rposition(|entry| matches!(&entry.what, What::Stored(it) if it.name == name))?;
    let (before, since) = journal.split_at_checked(at + 1)?;
    let (stored, _) = all_stored(before).next()?;
    let began = |entry: &Entry| matches!(&entry.what, What::Began { release, .. } if Some(&release.id) == stored.release.as_ref());
    (!since.iter().any(began)).then_some(stored)
}

/// Whether a release is so old that it leaves: its id tells when it was made. One of unknown age stays.
pub fn is_old(release: &str, now: Stamp, days: u32) -> bool {
    made(&format!("env-{release}")).is_some_and(|made| is_older(made, now, days))
}

/// Whether more than these days have gone by.
pub(super) fn is_older(made: Stamp, now: Stamp, days: u32) -> bool {
    now.0.saturating_sub(made.0) > u64::from(days) * 86_400_000
}

/// The config's words settled; a directory has to be told as a whole, and must not be what it shall relieve.
pub(super) fn retention(given: Option<&config::Retention>, state_dir: &str) -> Result<Retention, Fault> {
    let Some(given) = given else { return Ok(Retention::default()) };
    let days = given.days.unwrap_or(DAYS);
    match &given.cold {
        Some(Cold::Directory(directory)) => in_directory(directory, state_dir)?,
        Some(Cold::Commands(commands)) => {
            if commands.store.is_empty() || commands.fetch.is_empty() {
                let fact = "`retention.cold` has a command without a program";
                return Err(Fault::usage("cold-invalid", fact)
                    .help("write both as lists: store: [rclone, rcat, \"remote:bucket/{name}\"]"));
            }
            let has_name = |words: &[String]| words.iter().any(|word| word.contains("{name}"));
            if !has_name(&commands.store) || !has_name(&commands.fetch) {
                let fact = "a command of `retention.cold` does not say where the archive's name goes";
                return Err(Fault::usage("cold-invalid", fact).help(
                    "write {name} in `store` and in `fetch`: [rclone, cat, \"remote:bucket/{name}\"]",
                ));
            }
        }
        None => {}
    }
    Ok(Retention { days, cold: given.cold.clone() })
}

fn in_directory(directory: &str, state_dir: &str) -> Result<(), Fault> {
    let plain = directory.trim_end_matches('/');
    if !directory.starts_with('/') || plain.is_empty() || plain.split('/').any(|part| part == "..") {
        let fact = format!("`retention.cold` is `{directory}`, which is no absolute path");
        return Err(Fault::usage("cold-invalid", fact)
            .help("begin with / and leave out `..`, or write `store:` and `fetch:` commands"));
    }
    let inside = |part: &str| {
        let own = format!("{}/{part}", state_dir.trim_end_matches('/'));
        plain == own || plain.starts_with(&format!("{own}/"))
    };
    if plain == state_dir.trim_end_matches('/')
        || ["backups", "releases", "runs", "incoming"].iter().any(|part| inside(part))
    {
        let fact = format!("`retention.cold` is `{directory}`, which belongs to the host's own state");
        return Err(
            Fault::usage("cold-invalid", fact).help("name a directory of its own, on another disk at best")
        );
    }
    Ok(())
}
