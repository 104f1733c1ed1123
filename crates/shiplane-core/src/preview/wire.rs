//! What travels between the client and the worker about previews.

use serde::{Deserialize, Serialize};

use super::fill::Filled;
use super::record::Record;
use super::settings::Number;
use crate::config::Ports;
use crate::deploy::{Holder, Release, Result as Ending, Stamp};
use crate::report::Finding;

/// Which preview, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The base directory.
    pub base: String,
    /// Of which pull request.
    pub number: Number,
    /// What its Compose project is called, where nothing is recorded.
    pub project: String,
}

/// Makes room for a preview, or brings up to date what it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Make {
    /// Which.
    pub at: At,
    /// Where it answers, with places for number and port.
    pub url: String,
    /// The ports that it may get one of.
    pub ports: Option<Ports>,
    /// At most so many at once.
    pub limit: Option<u32>,
    /// The commit that is to be put up.
    pub commit: String,
    /// What its directory begins with.
    pub begins: Begins,
    /// Whether nothing is changed.
    pub dry_run: bool,
}

impl Make {
    pub(super) fn url_with(&self, port: Option<u16>) -> String {
        Filled { number: self.at.number, port, url: String::new() }.fill(&self.url)
    }
}

/// What a preview's directory begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begins {
    /// A clone of what the base directory is a clone of.
    Clone,
    /// Nothing: files are uploaded.
    Empty,
    /// The base directory's Compose files; none means those that Compose looks for.
    Files(Vec<String>),
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Made {
    /// What the host keeps of it now, or would.
    pub preview: Option<Record>,
    /// Whether it was there already.
    pub was_there: bool,
    /// What stands in the way.
    pub findings: Vec<Finding>,
}

/// The previews that a host has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listed {
    /// The host's clock.
    pub now: Stamp,
    /// By number.
    pub previews: Vec<Seen>,
    /// What is called like a preview and is none of ours, or cannot be read, with the reason.
    pub others: Vec<String>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What the host keeps of it.
    pub record: Record,
    /// What is live there.
    pub live: Option<Release>,
    /// How the last run there ended; `None` when none did.
    pub last: Option<Ending>,
    /// Its containers, where Compose runs it and the daemon answers.
    pub containers: Option<Containers>,
}

/// How many containers a preview has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Containers {
    /// In all.
    pub all: usize,
    /// That run.
    pub running: usize,
}

impl Seen {
    /// How it stands, in a word.
    pub fn word(&self) -> &'static str {
        match (&self.live, self.containers, self.last) {
            (Some(_), Some(Containers { all, running }), _) if all == 0 || running < all => "stopped",
            (Some(_), _, Some(Ending::Good) | None) => "up",
            (Some(_), _, Some(Ending::Refused | Ending::Restored)) => "up, behind",
            (_, _, Some(Ending::Broken)) => "broken",
            (None, _, Some(Ending::Good | Ending::Refused | Ending::Restored)) => "failed",
            (None, _, None) => "empty",
        }
    }
}

/// Removes a preview with everything that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remove {
    /// Which.
    pub at: At,
    /// Whether Compose runs it.
    pub compose: bool,
    /// The link to what is live, where own commands run it.
    pub link: String,
    /// Whether own commands start anything.
    pub starts: bool,
    /// The words that stop that.
    pub stop: Vec<String>,
    /// Who asks, for whoever waits for the lock meanwhile.
    pub actor: Option<String>,
    /// Whether nothing is changed.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Removed {
    /// The host's clock.
    pub now: Stamp,
    /// What the host kept of it.
    pub preview: Option<Record>,
    /// What is gone, or would be: `2 containers`.
    pub gone: Vec<String>,
    /// The run that works there right now; nothing was removed.
    pub held: Option<Holder>,
    /// What stands in the way.
    pub findings: Vec<Finding>,
}
