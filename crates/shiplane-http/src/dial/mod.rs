//! Connections to what speaks no HTTP: one attempt, bounded in time and size.

use std::time::Duration;

use shiplane_core::fault::Fault;
use shiplane_core::smoke::{Answer, Failure, FailureKind, Timings};

use crate::ask::Asker;

/// Whom to connect to, and what to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// What is spoken.
    pub protocol: Protocol,
    /// A name or an address.
    pub host: String,
    /// The port; 0 for a look-up.
    pub port: u16,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Nothing: the connection is enough.
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

impl Dial {
    /// Settles `host:port`, or a name alone for a look-up.
    pub fn to(protocol: Protocol, place: &str) -> Result<Self, Fault> {
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "0"));
        Ok(Self { protocol, host: host.to_owned(), port: port.parse().unwrap_or(0) })
    }
}

/// Connects again and again, each time as if for the first time.
#[derive(Clone, Debug)]
pub struct Dialer {
    dial: Dial,
}

impl Dialer {
    /// Gets ready.
    pub fn new(dial: Dial) -> Result<Self, Fault> {
        Ok(Self { dial })
    }
}

impl Asker for Dialer {
    async fn attempt(&self, _: Duration) -> Answer {
        let detail = format!("{:?} cannot be asked yet", self.dial.protocol);
        Answer::Failed(Failure { reason: FailureKind::Protocol, detail, timings: Timings::default() })
    }
}
