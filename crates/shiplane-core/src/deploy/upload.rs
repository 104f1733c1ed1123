//! What client and worker say to each other about an upload. The files themselves follow as one compressed stream.

use serde::{Deserialize, Serialize};

use super::manifest::{Change, Manifest};
use super::name::Digest;
use super::plan::Site;
use crate::report::Finding;

/// The first line of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Where on the host.
    pub site: Site,
    /// The run that it is for.
    pub run: String,
    /// The manifest that the client takes the host to have; `None` means none.
    pub base: Option<Digest>,
    /// What the upload must amount to.
    pub whole: Digest,
    /// How many bytes of files follow.
    pub size: u64,
    /// How many files follow.
    pub files: u64,
    /// Whether files that did not change may be shared with the last release; else they are copied.
    pub share: bool,
}

/// What stands first in the stream; the contents of the files follow in the order of their paths.
pub type Contents = Change;

/// What the worker answers to an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Receipt {
    /// Everything is there and waits for its run.
    Taken,
    /// The host has something else than the client thought; nothing was kept.
    Stale,
    /// No, and why; nothing was kept.
    Refused(Box<Finding>),
}

/// What the host has to build on: the files of the live release, without those that were touched since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// `None` when there is nothing.
    pub manifest: Option<Manifest>,
}

/// `version.json`, as it is written into every release of uploaded files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VersionFile {
    /// The version it calls itself.
    pub version: Option<String>,
    /// The commit.
    pub commit: String,
    /// When it was deployed, in UTC.
    pub time: String,
    /// Who deployed it.
    pub actor: Option<String>,
    /// Percent of users at the beginning.
    pub rollout: u8,
    /// The release's id on this host.
    pub release: String,
}
