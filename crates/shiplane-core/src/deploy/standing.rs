//! How a host stands: what runs there beside what should, and how much room is left.

use serde::{Deserialize, Serialize};

use super::settle::Container;
use super::stamp::Stamp;
use crate::duration::Span;
use crate::rollout::State;

/// What the worker found beyond the facts, without changing anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// The services of the project, in its own order; none where own commands run.
    pub services: Vec<Expected>,
    /// Why the services are not known, in the words of who was asked.
    pub unknown: Option<String>,
    /// Containers of the project, the ended ones included.
    pub containers: Vec<Running>,
    /// Images of the live release that are on the host, by service: their ids.
    pub images: Vec<(String, String)>,
    /// What changed since the containers were made, and is therefore not in them.
    pub stale: Stale,
    /// What is left on the disk and in memory; nothing where the host does not say.
    pub room: Option<Room>,
    /// What lies under `backups`, or on the shelf that is configured, newest first, at most eight.
    pub backups: Vec<Backup>,
    /// Why they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups_unreadable: Option<String>,
    /// How old the newest may be, where a shelf is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_due: Option<Span>,
    /// The rollout that the host knows, be it over or not.
    pub rollout: Option<State>,
}

/// A service of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Its name.
    pub name: String,
    /// Whether it should be there.
    pub expected: bool,
}

/// A container with its times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// As the daemon describes it.
    pub container: Container,
    /// What people call it.
    pub name: String,
    /// When it was made, in the daemon's words.
    pub created: String,
    /// When it started last, in the daemon's words.
    pub started: String,
    /// Seconds since it started, by the host's clock; nothing while it is not running.
    pub uptime: Option<u64>,
}

/// Edits that containers do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stale {
    /// Names of the keys of `.env` that changed.
    pub keys: Vec<String>,
    /// Whether `.env` changed in ways whose names are not known.
    pub unnamed: bool,
    /// Compose files that changed.
    pub files: Vec<String>,
    /// Services whose containers are older than that.
    pub services: Vec<String>,
}

/// What is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// Bytes on the disk that this user may fill.
    pub disk_free: u64,
    /// Bytes that the disk has.
    pub disk_total: u64,
    /// Files that may still be made.
    pub inodes_free: u64,
    /// Files that the disk may have; 0 where it has no such limit.
    pub inodes_total: u64,
    /// Bytes of memory that programs may still get.
    pub memory_free: u64,
    /// Bytes of memory that the host has.
    pub memory_total: u64,
}

/// Something under `backups`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Its name.
    pub name: String,
    /// When it was written last.
    pub at: Stamp,
    /// Its size, everything below it included.
    pub bytes: u64,
}
