//! How far an attempt came, and when.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use shiplane_core::smoke::Timings;
use tower_service::Service;

/// The marks that an attempt leaves on its way.
#[derive(Debug)]
pub(crate) struct Marks(Mutex<Inner>);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner {
    started: Instant,
    hop: Instant,
    resolved: Option<Instant>,
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
                hop: now,
                resolved: None,
                connected: None,
                answered: None,
                status: None,
                body: 0,
                ..*inner
            };
        });
    }

    /// The name has addresses.
    pub(crate) fn resolved(&self) {
        self.change(|inner, now| inner.resolved = Some(now));
    }

    /// The connection stands.
    pub(crate) fn connected(&self) {
        self.change(|inner, now| inner.connected = Some(now));
    }

    /// The headers are there.
    pub(crate) fn answered(&self, status: u16) {
        self.change(|inner, now| {
            inner.answered = Some(now);
            inner.status = Some(status);
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
        let opened = inner.resolved.unwrap_or(inner.hop);
        Timings {
            dns_ms: inner.resolved.map(|at| millis(at - inner.hop)),
            connect_ms: inner.connected.map(|at| millis(at - opened)),
            tls_ms: None,
            first_byte_ms: inner.answered.map(|at| millis(at - inner.connected.unwrap_or(opened))),
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
        match (self.answered, self.connected, self.resolved) {
            (Some(_), _, _) => Reached::Answered,
            (None, Some(_), _) => Reached::Connected,
            (None, None, Some(_)) => Reached::Resolved,
            (None, None, None) => Reached::Start,
        }
    }
}

/// Tenths of a millisecond are as fine as this clock is worth.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A connector that marks when its connection stands.
#[derive(Clone, Debug)]
pub(crate) struct Marked<S> {
    /// The connector.
    pub(crate) inner: S,
    /// Where to mark it.
    pub(crate) marks: Arc<Marks>,
}

impl<S, R> Service<R> for Marked<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.inner.call(request);
        let marks = Arc::clone(&self.marks);
        Box::pin(async move {
            let connection = connecting.await?;
            marks.connected();
            Ok(connection)
        })
    }
}
