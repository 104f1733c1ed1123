//! Asking the worker something whose answer comes line by line, perhaps without an end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::Result;
use tokio::io::{AsyncRead, ReadBuf};

/// Input that says one thing and then stays open: a worker takes its end for the end of the conversation.
pub(crate) struct Held<'a>(pub(crate) &'a [u8]);

impl AsyncRead for Held<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.is_empty() {
            // Nobody wakes this up, and nobody needs to: the command ends, or its caller gives up on it.
            return Poll::Pending;
        }
        let count = self.0.len().min(buffer.remaining());
        let (now, rest) = self.0.split_at_checked(count).unwrap_or((self.0, &[]));
        buffer.put_slice(now);
        self.0 = rest;
        Poll::Ready(Ok(()))
    }
}

impl crate::Attached {
    /// Asks the worker something that it answers line by line. Dropping the future ends the answer on both sides.
    pub async fn listen_to(
        &self,
        verb: &str,
        question: &impl serde::Serialize,
        mut on_line: impl FnMut(&str),
    ) -> Result<()> {
        let mut input = crate::attached::json(question)?;
        input.push(b'\n');
        let mut errors = String::new();
        let hear = |stream: crate::Stream, line: &str| match stream {
            crate::Stream::Out => on_line(line),
            crate::Stream::Err => errors = line.to_owned(),
        };
        let status = self.host().stream(&self.command(&[verb]), Held(&input), hear).await?;
        if status.success() {
            return Ok(());
        }
        let why = if errors.is_empty() { status.to_string() } else { errors };
        Err(crate::faults::worker_refused(self.name(), &why).into())
    }
}
