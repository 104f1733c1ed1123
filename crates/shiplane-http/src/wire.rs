//! One HTTP exchange on one connection: what may come is bounded here.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Request, Response};
use shiplane_core::smoke::FailureKind;
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::task::JoinSet;

use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;
use crate::stream::Stream;

/// The most bytes of headers that are taken.
pub(crate) const HEADER_BYTES: usize = 64 * 1024;

/// The most header fields that are taken.
pub(crate) const HEADER_FIELDS: usize = 100;

/// The most interim answers (1xx) that are taken.
const INTERIM: u32 = 10;

/// What is read at once.
const PART: usize = 8 * 1024;

/// The first byte of a TLS record that a server sends on its own: an alert, or a handshake (RFC 8446, 5.1).
const TLS_RECORDS: [u8; 2] = [0x15, 0x16];

/// A connection that can be asked; it lives as long as this.
#[derive(Debug)]
pub(crate) struct Line {
    sender: SendRequest<String>,
    _connection: JoinSet<()>,
    seen: Arc<Seen>,
}

/// An exchange whose headers are there.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// The answer, its body still to come.
    pub(crate) response: Response<Incoming>,
    line: Line,
}

/// Makes a connection ready to be asked.
pub(crate) async fn open(stream: Stream, marks: &Marks, place: &Place) -> Result<Line, Stop> {
    let seen = Arc::new(Seen { interim: AtomicU32::new(0), first: AtomicU8::new(0) });
    let wire = Wire { stream, seen: Arc::clone(&seen), asked: false, reader: None };
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADER_FIELDS).max_header_size(HEADER_BYTES);
    let handshake = builder.handshake(wire).await;
    let (sender, connection) = handshake.map_err(|error| failure::of_exchange(&error, marks, place))?;
    let mut driver = JoinSet::new();
    driver.spawn(async move {
        // What goes wrong is told to whoever waits for the answer.
        connection.await.ok();
    });
    Ok(Line { sender, _connection: driver, seen })
}

impl Line {
    /// Asks, and waits for the headers of the answer.
    pub(crate) async fn ask(
        mut self,
        mut request: Request<String>,
        marks: &Marks,
        place: &Place,
    ) -> Result<Exchange, Stop> {
        self.seen.interim.store(0, Ordering::Relaxed);
        let counted = Arc::clone(&self.seen);
        hyper::ext::on_informational(&mut request, move |_| {
            counted.interim.fetch_add(1, Ordering::Relaxed);
        });
        let sent = self.sender.send_request(request).await;
        let response = sent.map_err(|error| self.stop(&error, marks, place))?;
        if self.seen.is_flood() {
            // All of it came at once, the final answer with it.
            return Err(flood());
        }
        Ok(Exchange { response, line: self })
    }

    /// Whether it can be asked once more, after the answer before was read to its end.
    pub(crate) async fn is_open(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    fn stop(&self, error: &hyper::Error, marks: &Marks, place: &Place) -> Stop {
        self.seen.stop().unwrap_or_else(|| failure::of_exchange(error, marks, place))
    }
}

impl Exchange {
    /// The connection, once the answer was read to its end.
    pub(crate) fn into_line(self) -> Line {
        self.line
    }

    /// Where an error in the middle of the body belongs.
    pub(crate) fn stop(&self, error: &hyper::Error, marks: &Marks, place: &Place) -> Stop {
        self.line.stop(error, marks, place)
    }
}

/// What passed by.
#[derive(Debug)]
struct Seen {
    interim: AtomicU32,
    first: AtomicU8,
}

impl Seen {
    fn is_flood(&self) -> bool {
        self.interim.load(Ordering::Relaxed) > INTERIM
    }

    /// What explains an error better than the error itself.
    fn stop(&self) -> Option<Stop> {
        if self.is_flood() {
            return Some(flood());
        }
        if TLS_RECORDS.contains(&self.first.load(Ordering::Relaxed)) {
            let detail = "what listens there speaks TLS: ask it with https".to_owned();
            return Some(Stop { reason: FailureKind::Protocol, detail });
        }
        None
    }
}

fn flood() -> Stop {
    let detail = format!("more than {INTERIM} interim answers (1xx) came before a final one");
    Stop { reason: FailureKind::TooLarge, detail }
}

/// A connection as hyper wants it.
struct Wire {
    stream: Stream,
    seen: Arc<Seen>,
    asked: bool,
    reader: Option<Waker>,
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.asked {
            // A server that speaks first is heard after the question: whether it was quicker must not matter.
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        if self.seen.is_flood() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let mut part = [0; PART];
        let mut read = ReadBuf::new(part.get_mut(..buffer.remaining().min(PART)).unwrap_or_default());
        match Pin::new(&mut self.stream).poll_read(context, &mut read) {
            Poll::Ready(Ok(())) => {
                if let Some(first) = read.filled().first() {
                    // Only the very first byte is kept; 0 stands for none.
                    self.seen.first.compare_exchange(0, *first, Ordering::Relaxed, Ordering::Relaxed).ok();
                }
                buffer.put_slice(read.filled());
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.asked = true;
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
