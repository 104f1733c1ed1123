//! How far an attempt came, and when.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use shiplane_core::smoke::Timings;

/// The marks that an attempt leaves on its way.
#[derive(Debug)]
pub(crate) struct Marks(Mutex<Inner>);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner {
    started: Instant,
    hop: Instant,
    resolved: Option<Instant>,
    opened: Option<Instant>,
    secured: Option<Instant>,
    connected: Option<Instant>,
    answered: Option<Instant>,
    /// The status, once the headers were there.
    pub(crate) status: Option<u16>,
    /// Bytes of the body so far.
    pub(crate) body: usize,
}

/// The last point that an attempt reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Nothing yet.
    Start,
    /// The name's addresses are known.
    Resolved,
    /// Something listens there; the TLS handshake is not done.
    Opened,
    /// The connection stands, TLS included.
    Connected,
    /// The headers were there.
    Answered,
}

impl Marks {
    /// The attempt starts now.
    pub(crate) fn start() -> Arc<Self> {
        let now = Instant::now();
        let inner = Inner {
            started: now,
            hop: now,
            resolved: None,
            opened: None,
            secured: None,
            connected: None,
            answered: None,
            status: None,
            body: 0,
        };
        Arc::new(Self(Mutex::new(inner)))
    }

    /// A redirect leads elsewhere: the parts are those of the last exchange, the total is that of all.
    pub(crate) fn next_hop(&self) {
        self.change(|inner, now| {
            *inner = Inner {
                started: inner.started,
                hop: now,
                resolved: None,
                opened: None,
                secured: None,
                connected: None,
                answered: None,
                status: None,
                body: 0,
            };
        });
    }

    /// The name has addresses.
    pub(crate) fn resolved(&self) {
        self.change(|inner, now| inner.resolved = Some(now));
    }

    /// The TCP connection stands.
    pub(crate) fn opened(&self) {
        self.change(|inner, now| inner.opened = Some(now));
    }

    /// The TLS handshake is done.
    pub(crate) fn secured(&self) {
        self.change(|inner, now| inner.secured = Some(now));
    }

    /// The connection stands, TLS included.
    pub(crate) fn connected(&self) {
        self.change(|inner, now| inner.connected = Some(now));
    }

    /// The headers, or what stands for them, are there.
    pub(crate) fn answered(&self, status: Option<u16>) {
        self.change(|inner, now| {
            inner.answered = Some(now);
            inner.status = status;
        });
    }

    /// More of the body is there.
    pub(crate) fn body(&self, bytes: usize) {
        self.change(|inner, _| inner.body = bytes);
    }

    /// What is known so far.
    pub(crate) fn read(&self) -> Inner {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the parts took.
    pub(crate) fn timings(&self) -> Timings {
        let inner = self.read();
        let looked_up = inner.resolved.unwrap_or(inner.hop);
        Timings {
            dns_ms: inner.resolved.map(|at| millis(at - inner.hop)),
            connect_ms: inner.connected.map(|at| millis(at - looked_up)),
            tls_ms: inner.secured.zip(inner.opened).map(|(end, begin)| millis(end - begin)),
            first_byte_ms: inner.answered.map(|at| millis(at - inner.connected.unwrap_or(looked_up))),
            total_ms: millis(inner.started.elapsed()),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Inner, Instant)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
    }
}

impl Inner {
    /// The last point that was reached.
    pub(crate) fn reached(&self) -> Reached {
        let points = [
            (self.answered, Reached::Answered),
            (self.connected, Reached::Connected),
            (self.opened, Reached::Opened),
            (self.resolved, Reached::Resolved),
        ];
        points.into_iter().find(|(at, _)| at.is_some()).map_or(Reached::Start, |(_, reached)| reached)
    }
}

/// Tenths of a millisecond are as fine as this clock is worth.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
