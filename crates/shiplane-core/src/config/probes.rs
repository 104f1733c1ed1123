//! `probes:` what must answer, and how.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::OneOrMany;
use super::sent::Sent;
use crate::duration::Span;
use crate::smoke::{Pattern, StatusRange};

/// One thing that must be well. Exactly one of the keys up to `paths` says what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Probe {
    /// Address to get; `{host}` stands for the host's name
    pub http: Option<String>,
    /// `host:port` that must take connections
    pub tcp: Option<String>,
    /// `host:port` that must speak TLS with a good certificate
    pub tls: Option<String>,
    /// Name that must have an address
    pub dns: Option<String>,
    /// `host:port` of a Redis that must answer a PING
    pub redis: Option<String>,
    /// `host:port` of a PostgreSQL that must take connections
    pub postgres: Option<String>,
    /// `host:port` or address of a ClickHouse that must answer a ping
    pub clickhouse: Option<String>,
    /// Compose services whose containers must run on the host; an empty list stands for all
    pub containers: Option<OneOrMany<String>>,
    /// A program with its arguments that must end well on the host; no shell is involved
    pub command: Vec<String>,
    /// A file on the host that must have been written lately
    pub file_age: Option<String>,
    /// A file in the repository with one endpoint a line; each must answer below the address in `http`
    pub paths: Option<String>,

    /// From where to ask: this machine by default, or `ssh` for the host itself
    pub via: Option<Via>,

    /// HTTP method; GET by default
    pub method: Option<String>,
    /// Headers to send, or `username` and `password` of a Redis; a value may come from a variable
    pub send: BTreeMap<String, Sent>,
    /// Body to send
    pub send_body: Option<String>,
    /// Redirects to follow; none by default
    pub follow: Option<u8>,
    /// Take any certificate; shown in every report
    pub insecure: Option<bool>,
    /// Ask every address that the name has, and not only the first that answers
    pub each_address: Option<bool>,

    /// Status codes that are right, such as 204 or 200-299; 200 to 299 by default
    pub status: OneOrMany<StatusRange>,
    /// Text that the answer must contain
    pub body: OneOrMany<String>,
    /// Regular expression that the answer must match
    pub matches: OneOrMany<Pattern>,
    /// Values that the JSON body must have, by JSON pointer
    pub json: BTreeMap<String, String>,
    /// Values that headers must have, by name
    pub header: BTreeMap<String, String>,
    /// Where the answer says which version it is
    pub version: Option<VersionAt>,
    /// Longest time that a right answer may take
    pub max_latency: Option<Span>,
    /// Days that the certificate must still be good for
    pub certificate_days: Option<u32>,
    /// Addresses that the name must have, and no others
    pub address: OneOrMany<String>,
    /// Compose services that run to their end, such as migrations
    pub one_shot: OneOrMany<String>,
    /// Longest time since the file was written
    pub max_age: Option<Span>,

    /// How long to wait until it answers as expected; one try by default
    pub within: Option<Span>,
    /// Right answers in a row that make it ready; 3 by default
    pub successes: Option<u32>,
    /// How long it must have been right before it is ready
    pub stable: Option<Span>,
    /// Failed tries that are worth a warning although it got ready
    pub max_failed: Option<u32>,
    /// Longest time for one try; 10s by default
    pub timeout: Option<Span>,
}

/// From where to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// From the host, reached over SSH: for ports that are not public.
    Ssh,
}

/// Where the answer says which version it is; exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct VersionAt {
    /// JSON pointer into the body
    pub json: Option<String>,
    /// Name of a header
    pub header: Option<String>,
    /// Whether the body is the version and nothing else, as a file `VERSION` is
    pub text: bool,
}
