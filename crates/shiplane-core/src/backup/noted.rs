//! What the journal keeps of backups, drills and restores, and how it is told again.

use serde::{Deserialize, Serialize};

use super::talk::{Counts, End};
use crate::deploy::Stamp;
use crate::deploy::journal::{Entry, What};

/// One deed with a backup, written when it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// `backup`, `drill` or `restore`.
    pub deed: String,
    /// How it ended.
    pub end: End,
    /// The backup that was made or read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<String>,
    /// Its size.
    #[serde(default)]
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// How many backups went because of their age.
    #[serde(default)]
    pub removed: usize,
    /// What a drill or a restore found in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The code of why it did not end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One deed with a backup, as the journal has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<'a> {
    /// Its line.
    pub entry: &'a Entry,
    /// What it was.
    pub noted: &'a Noted,
}

impl Told<'_> {
    /// When it began.
    pub fn began(&self) -> Stamp {
        let took = std::time::Duration::try_from_secs_f64(self.noted.seconds).unwrap_or_default();
        Stamp(self.entry.at.0.saturating_sub(u64::try_from(took.as_millis()).unwrap_or_default()))
    }
}

/// Every deed with a backup, oldest first.
pub fn told(entries: &[Entry]) -> Vec<Told<'_>> {
    entries.iter().filter_map(deed).collect()
}

fn deed(entry: &Entry) -> Option<Told<'_>> {
    let What::Backup(noted) = &entry.what else { return None };
    Some(Told { entry, noted })
}
