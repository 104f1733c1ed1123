//! What the client asks of a worker about backups, and what it hears.

use serde::{Deserialize, Serialize};

use super::files::Kept;
use super::shelf::Shelf;
use crate::deploy::{Backup, Event, Holder, Question, Site, Stamp};
use crate::exit::Exit;
use crate::report::{Excerpt, Finding};

/// So many are enough to see whether the newest is like those before it.
const ON_SCREEN: usize = 8;

/// What the worker shall do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// Where, and what runs there.
    pub place: Question,
    /// The shelf.
    pub shelf: Shelf,
    /// What.
    pub deed: Deed,
    /// Who asked.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
}

/// What is done with a backup; where none is named it is the newest that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Make one, and let go what is too old.
    Run,
    /// Read one through.
    Verify(Option<String>),
    /// Restore one where nobody uses it, and count.
    Drill(Option<String>),
    /// Put one in the place of the database.
    Restore {
        /// Which; the newest may be what a restore saved before it failed, so it is always named.
        name: String,
        /// The database, as whoever asks has named it.
        confirm: String,
        /// Whether it goes on where what is there cannot be saved before.
        force: bool,
    },
}

/// A look at a shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Where on the host.
    pub site: Site,
    /// The shelf.
    pub shelf: Shelf,
}

/// What lies on a shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// The host's clock.
    pub now: Stamp,
    /// Newest first.
    pub kept: Vec<Kept>,
    /// Who is busy with the shelf.
    pub holder: Option<Holder>,
    /// Why it cannot be read.
    pub unreadable: Option<String>,
}

impl Listing {
    /// The newest that were checked, for a screen that shows more than backups.
    pub fn on_screen(&self) -> Vec<Backup> {
        let checked = self.kept.iter().filter(|kept| kept.sha256.is_some()).take(ON_SCREEN);
        checked.map(|kept| Backup { name: kept.name.clone(), at: kept.at, bytes: kept.bytes }).collect()
    }
}

/// A shelf, and whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What people call the host.
    pub host: String,
    /// What lies there.
    pub listing: Listing,
}

/// What the worker says, one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// It goes on.
    Event(Event),
    /// It is over.
    Done(Box<Done>),
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// In a word.
    pub end: End,
    /// Why.
    pub findings: Vec<Finding>,
    /// What others printed that explains it.
    pub excerpts: Vec<Excerpt>,
    /// The backup that was made or read.
    pub backup: Option<Kept>,
    /// What was found in the database.
    pub counts: Option<Counts>,
    /// How many went because of their age.
    pub removed: Vec<String>,
    /// The host's clock.
    pub now: Stamp,
}

/// How a deed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// As it should.
    Good,
    /// Not begun; nothing was touched.
    Refused,
    /// It failed, or what was looked at is bad; the database is as it was.
    Failed,
    /// The database was put out of its place and is back in it.
    Restored,
    /// The database is not as it was, and not as it should be.
    Broken,
}

impl End {
    /// What it means to the shell.
    pub fn exit(self) -> Exit {
        match self {
            Self::Good => Exit::Done,
            Self::Refused | Self::Failed => Exit::No,
            Self::Restored => Exit::Restored,
            Self::Broken => Exit::Broken,
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Restored => "restored",
            Self::Broken => "broken",
        }
    }
}

/// What is in a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tables.
    pub tables: u64,
    /// Rows in all of them.
    pub rows: u64,
}
