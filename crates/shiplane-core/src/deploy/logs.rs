//! What a client may ask of a host's logs, and what comes back, line by line.

use serde::{Deserialize, Serialize};

use super::plan::Site;
use super::release::Runtime;
use crate::duration::Span;
use crate::report::Finding;

/// Which lines are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsQuestion {
    /// Where on the host.
    pub site: Site,
    /// What runs there.
    pub runtime: Runtime,
    /// Of these services; none means all.
    pub services: Vec<String>,
    /// How many of the last lines of each; `None` means all there are.
    pub lines: Option<u32>,
    /// Nothing older than this.
    pub since: Option<Span>,
    /// Whether to go on as more comes, until the asker goes away.
    pub follow: bool,
    /// Whether every line begins with its time.
    pub timestamps: bool,
    /// The worker's own log of a run in place of the services'; `last` is the newest.
    pub run: Option<String>,
}

/// What the worker says, one JSON object a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLine {
    /// A line that somebody else wrote, secrets taken out.
    Line {
        /// Whose.
        service: String,
        /// It.
        text: String,
    },
    /// Something about the logs themselves.
    Note(Finding),
}
