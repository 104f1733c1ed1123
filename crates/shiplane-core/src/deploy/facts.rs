//! What a host says about itself before anything is decided.

use serde::{Deserialize, Serialize};

use super::doctor::{Checkup, Inquiry};
use super::holder::Holder;
use super::journal::Entry;
use super::plan::Site;
use super::release::Runtime;
use super::stamp::Stamp;
use super::strategy::Strategy;

/// What the client wants to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Where on the host.
    pub site: Site,
    /// How a release would get there.
    pub strategy: Strategy,
    /// What would build and run a release there.
    pub runtime: Runtime,
    /// What else is to be looked at, when the host's health matters.
    #[serde(default)]
    pub checkup: Option<Inquiry>,
}

/// What the worker found, without changing anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostFacts {
    /// The host's clock.
    pub now: Stamp,
    /// Whether the site's path is a directory.
    pub path_exists: bool,
    /// Whether we may write there.
    pub writable: bool,
    /// What git says of the path.
    pub checkout: Checkout,
    /// Whether the checkout has a remote named `origin`.
    pub has_origin: bool,
    /// A merge, rebase or the like that somebody has begun in the checkout and not ended.
    pub under_way: Option<String>,
    /// Tracked files with edits that git does not have, at most fifty of them.
    pub dirty: Vec<String>,
    /// Compose files that were named and are not there.
    pub missing_files: Vec<String>,
    /// What is installed.
    pub tools: Tools,
    /// Who holds the lock right now.
    pub lock: Option<Holder>,
    /// Who held it and went without freeing it; the kernel did that.
    pub left: Option<Holder>,
    /// The host's journal, oldest first.
    pub journal: Vec<Entry>,
    /// The host's health, when that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkup: Option<Checkup>,
}

/// What git says of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checkout {
    /// It is not the top of a checkout.
    #[default]
    Missing,
    /// It is one, and git does not read it: another owner, damage; in git's words.
    Unreadable(String),
    /// A clone in which no commit is checked out yet.
    Unborn,
    /// This commit is checked out.
    At(String),
}

/// Programs on the host; each is what it answered when asked for its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tools {
    /// Git.
    pub git: Option<String>,
    /// The Docker daemon.
    pub docker: Option<String>,
    /// Compose.
    pub compose: Option<ComposeTool>,
}

/// The Compose that the host has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeTool {
    /// `["docker", "compose"]` or `["docker-compose"]`.
    pub command: Vec<String>,
    /// As it answered.
    pub version: String,
}
