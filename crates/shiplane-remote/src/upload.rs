//! Sends what changed in a directory, in one compressed stream over one command.
//!
//! The client takes the host to have what it remembers of it. When that is wrong the host says so before it keeps
//! anything, tells what it has, and the client sends again.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Turn, Poll, ready};
use std::thread;

use anyhow::Result;
use shiplane_core::deploy::manifest::{Change, Kept, Manifest};
use shiplane_core::deploy::{Base, Parcel, Plan, Receipt, Runtime};
use shiplane_core::report::Finding;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use crate::attached::{Attached, is_lost};
use crate::exec::{Status, Stream};
use crate::faults;
use crate::source::{Source, at, name_of};

/// How often an upload begins anew when its line breaks.
const ATTEMPTS: u32 = 3;

/// How much is handed on at once, and how many such pieces may wait.
const PIECE: usize = 64 * 1024;
const WAITING: usize = 16;

/// What was sent, or why the host did not take it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The host's "no".
    pub refused: Option<Finding>,
    /// Files that changed.
    pub files: u64,
    /// Bytes that travelled.
    pub bytes: u64,
}

impl Attached {
    /// Uploads a directory for a plan. `known` is what the client takes the live release to hold.
    pub async fn upload(
        &mut self,
        (source, plan): (&Arc<Source>, &Plan),
        known: Option<Manifest>,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<Sent> {
        let (mut base, mut attempt) = (known, 1);
        let mut guessed = base.is_some();
        loop {
            if !guessed {
                base = self.ask::<Base>("manifest", &plan.site).await?.manifest;
            }
            match self.send((source, plan), base.as_ref(), &mut on_progress).await {
                Ok((Receipt::Taken, sent)) => return Ok(sent),
                Ok((Receipt::Refused(finding), sent)) => return Ok(Sent { refused: Some(*finding), ..sent }),
                Ok((Receipt::Stale, _)) if attempt <= ATTEMPTS => {}
                Ok((Receipt::Stale, _)) => {
                    let why = "what is live changes again and again";
                    return Err(faults::worker_refused(self.name(), why).into());
                }
                // What had come of it is gone already: the worker keeps nothing that is not whole.
                Err(error) if is_lost(&error) && attempt < ATTEMPTS => self.come_back(attempt).await?,
                Err(error) => return Err(error),
            }
            (guessed, attempt) = (false, attempt + 1);
        }
    }

    async fn send(
        &self,
        (source, plan): (&Arc<Source>, &Plan),
        base: Option<&Manifest>,
        on_progress: &mut impl FnMut(u64, u64),
    ) -> Result<(Receipt, Sent)> {
        let change = base.unwrap_or(&Manifest::default()).to(&source.manifest);
        let parcel = parcel((plan, &change), base, &source.manifest);
        let (files, sum) = (parcel.files, parcel.size);
        let mut body = Body::begin(Arc::clone(source), parcel, change);
        let (mut receipt, mut errors) = (None, String::new());
        let on_line = |stream: Stream, line: &str| match (stream, serde_json::from_str::<Receipt>(line)) {
            (Stream::Out, Ok(own)) => receipt = Some(own),
            (Stream::Out, Err(_)) => {}
            (Stream::Err, _) => errors = line.to_owned(),
        };
        let sending = Counted { body: &mut body, sum, on_progress };
        let status = self.stream_to_worker(&["receive"], sending, on_line).await?;
        let sent = Sent { refused: None, files, bytes: body.sent };
        match (receipt, status) {
            (Some(receipt), _) => Ok((receipt, sent)),
            (None, Status::Unknown) => Err(faults::connection_lost(self.name(), "no answer").into()),
            (None, Status::Exited(_) | Status::Signalled(_)) => {
                Err(faults::worker_refused(self.name(), &errors).into())
            }
        }
    }
}

fn parcel((plan, change): (&Plan, &Change), base: Option<&Manifest>, whole: &Manifest) -> Parcel {
    // A build writes into the release, and must not write into another one by a shared file.
    let share = match &plan.runtime {
        Runtime::Compose { .. } => true,
        Runtime::Command(commands) => commands.build.is_empty(),
    };
    Parcel {
        site: plan.site.clone(),
        run: plan.run.clone(),
        base: base.map(name_of),
        whole: name_of(whole),
        size: change.size(),
        files: change.files() as u64,
        share,
    }
}

/// The bytes of an upload, made on a thread of their own.
struct Body {
    pieces: mpsc::Receiver<io::Result<Vec<u8>>>,
    now: Vec<u8>,
    given: usize,
    sent: u64,
}

impl Body {
    fn begin(source: Arc<Source>, parcel: Parcel, change: Change) -> Self {
        let (sender, pieces) = mpsc::channel(WAITING);
        thread::spawn(move || {
            let mut pieces = Pieces { sender: sender.clone(), piece: Vec::with_capacity(PIECE) };
            if let Err(error) = write(&mut pieces, (&source, &parcel), &change) {
                // Nobody listens any more when the host has answered early.
                drop(sender.blocking_send(Err(error)));
            }
        });
        Self { pieces, now: Vec::new(), given: 0, sent: 0 }
    }
}

fn write(out: &mut Pieces, (source, parcel): (&Source, &Parcel), change: &Change) -> io::Result<()> {
    serde_json::to_writer(&mut *out, parcel)?;
    out.write_all(b"\n")?;
    let mut packed = zstd::stream::write::Encoder::new(&mut *out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    let list = serde_json::to_vec(change)?;
    packed.write_all(&(list.len() as u64).to_le_bytes())?;
    packed.write_all(&list)?;
    for (name, kept) in &change.put {
        if let Kept::File { size, .. } = kept {
            copy(&at(&source.dir, name), *size, &mut packed)?;
        }
    }
    packed.finish()?;
    out.flush()
}

/// Exactly as many bytes as were counted before; the host compares what they are.
fn copy(path: &Path, size: u64, out: &mut impl Write) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(named)?.take(size);
    if io::copy(&mut file, out)? == size {
        return Ok(());
    }
    Err(io::Error::other(format!("{} changed while it was read", path.display())))
}

/// Collects bytes into pieces and hands them on.
struct Pieces {
    sender: mpsc::Sender<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// A body that tells how far it was read.
struct Counted<'a, F> {
    body: &'a mut Body,
    sum: u64,
    on_progress: &'a mut F,
}

impl<F: FnMut(u64, u64)> AsyncRead for Counted<'_, F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        turn: &mut Turn<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let body = &mut *this.body;
        if body.given == body.now.len() {
            match ready!(body.pieces.poll_recv(turn)) {
                Some(piece) => (body.now, body.given) = (piece?, 0),
                None => return Poll::Ready(Ok(())),
            }
        }
        let rest = body.now.get(body.given..).unwrap_or_default();
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..count).unwrap_or_default());
        body.given += count;
        body.sent += count as u64;
        (this.on_progress)(body.sent, this.sum);
        Poll::Ready(Ok(()))
    }
}
