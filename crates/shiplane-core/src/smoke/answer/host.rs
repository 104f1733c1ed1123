//! What was seen on a host, as a recorded fact.

use serde::{Deserialize, Serialize};

use super::Timings;
use crate::duration::Span;

/// A container of a Compose project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerSeen {
    /// The Compose service that it belongs to.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// `running`, `restarting`, `exited`, …
    pub state: String,
    /// `healthy`, `unhealthy` or `starting`, where a health check is defined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<String>,
    /// How often Docker has restarted it.
    pub restarts: u64,
    /// How it ended, when it has.
    pub exit_code: i64,
    /// Whether it was killed for want of memory.
    pub out_of_memory: bool,
    /// How long ago it was started, on the host's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<Span>,
    /// The id of the image that it runs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Which one of its service it is, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// What Docker says went wrong; empty when nothing did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// How often Docker has restarted it since this check looked first.
    #[serde(default)]
    pub restarted: u64,
}

/// A service that the Compose files have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceKnown {
    /// Its name.
    pub name: String,
    /// Whether Compose starts it by default.
    pub expected: bool,
    /// Whether another service waits for its end.
    pub once: bool,
    /// How many containers it must have; 0 means at least one.
    pub replicas: u32,
}

/// A program that ran to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// Its exit status; none when a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// What it printed, bounded.
    pub output: String,
    /// How long it ran.
    pub timings: Timings,
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileSeen {
    /// Its path.
    pub path: String,
    /// How long ago it was written last, on the host's clock; nothing for a time to come.
    pub age: Option<Span>,
    /// How far in the time to come it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<Span>,
    /// Why its text cannot be read, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Its last lines, bounded.
    pub tail: String,
    /// How long it took to look.
    pub timings: Timings,
}
