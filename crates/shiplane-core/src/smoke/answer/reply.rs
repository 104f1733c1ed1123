//! What a server that speaks no HTTP answered, as a recorded fact.

use serde::{Deserialize, Serialize};

use super::Timings;

/// Seconds.
const DAY: i64 = 86_400;

/// What is spoken where it is not HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Nothing: the connection is enough.
    #[default]
    Tcp,
    /// TLS, up to the end of the handshake.
    Tls,
    /// Nothing: the name must have an address.
    Dns,
    /// Redis, a PING.
    Redis,
    /// PostgreSQL, as `pg_isready`.
    Postgres,
}

/// What a server that speaks no HTTP answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// What was spoken.
    #[serde(default)]
    pub protocol: Protocol,
    /// The address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// What it said, bounded; bytes that are no UTF-8 are replaced. Nothing where nothing is said, as with TCP.
    pub said: String,
    /// The addresses of the name that was looked up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Its certificate, where there was TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// What the name's other addresses answered, where each was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Reply>,
    /// How long its parts took.
    pub timings: Timings,
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The names that it is good for.
    pub names: Vec<String>,
    /// Who made it.
    pub issuer: String,
    /// When it ends, in seconds since 1970.
    pub not_after: i64,
    /// When it was seen, in seconds since 1970.
    pub seen: i64,
}

impl Certificate {
    /// Whole days that it was still good for when it was seen.
    pub fn days_left(&self) -> i64 {
        self.not_after.saturating_sub(self.seen).div_euclid(DAY)
    }
}
