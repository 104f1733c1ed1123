//! A packed archive as a stream: a thread packs it, the connection takes it, and between them stand a few pieces.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::thread;

use shiplane_core::deploy::image::pack::{Pack, Piece};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes that are read and packed at once.
const CHUNK: usize = 128 * 1024;

/// Pieces that may wait to be sent; more would only fill memory.
const AHEAD: usize = 8;

/// A middle way between the packer's time and the line's.
const LEVEL: i32 = 3;

type Part = io::Result<Vec<u8>>;

/// The reading end.
pub(super) struct Stream {
    parts: Receiver<Part>,
    part: Vec<u8>,
    taken: usize,
    /// Bytes that were handed on.
    pub(super) sent: Arc<AtomicU64>,
}

/// Begins with a line; without a file nothing follows it.
pub(super) fn stream(line: String, archive: Option<(Arc<File>, Pack)>) -> Stream {
    let (sender, parts) = channel(AHEAD);
    thread::spawn(move || {
        let mut out = Out(sender);
        let result = out.write_all(line.as_bytes()).and_then(|()| match archive {
            Some((file, pack)) => packed(&file, &pack, &mut out),
            None => Ok(()),
        });
        if let Err(error) = result {
            // Nobody may be there to hear it.
            out.0.blocking_send(Err(error)).ok();
        }
    });
    Stream { parts, part: Vec::new(), taken: 0, sent: Arc::default() }
}

fn packed(file: &File, pack: &Pack, out: &mut Out) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(io::BufWriter::with_capacity(CHUNK, out), LEVEL)?;
    encoder.include_checksum(true)?;
    let mut buffer = vec![0; CHUNK];
    for piece in &pack.pieces {
        match piece {
            Piece::Bytes(bytes) => encoder.write_all(bytes)?,
            Piece::Range { start, size } => {
                let (mut at, mut left) = (*start, *size);
                while left > 0 {
                    let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
                    let room = buffer.get_mut(..most).unwrap_or_default();
                    file.read_exact_at(room, at)?;
                    encoder.write_all(room)?;
                    (at, left) = (at + most as u64, left - most as u64);
                }
            }
        }
    }
    encoder.finish()?.flush()
}

/// The writing end.
struct Out(Sender<Part>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(bytes.to_vec())).map_err(|_| gone())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.taken == self.part.len() {
            match self.parts.poll_recv(context) {
                Poll::Ready(Some(Ok(part))) => (self.part, self.taken) = (part, 0),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
        let rest = self.part.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..count).unwrap_or_default());
        self.taken += count;
        self.sent.fetch_add(count as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}
