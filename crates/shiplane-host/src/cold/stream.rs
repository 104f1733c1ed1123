//! Streams that count and hash what goes through them, and an end of time for those that no program holds.

use std::io::{self, Read, Write};
use std::time::Instant;

use ring::digest::{Context, SHA256};

use crate::leash::{self, Leash};

/// Bytes that went by: how many, and their hash.
pub(super) struct Counted<T> {
    pub(super) inner: T,
    pub(super) bytes: u64,
    hash: Context,
    deadline: Instant,
}

impl<T> Counted<T> {
    pub(super) fn new(inner: T, deadline: Instant) -> Self {
        Self { inner, bytes: 0, hash: Context::new(&SHA256), deadline }
    }

    /// The hash in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn went_by(&mut self, bytes: &[u8]) {
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.hash.update(bytes);
    }

    fn in_time(&self) -> io::Result<()> {
        if Instant::now() > self.deadline || leash::get().and_then(Leash::cut_now).is_some() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "its time was over"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.in_time()?;
        let count = self.inner.read(buffer)?;
        self.went_by(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.in_time()?;
        let count = self.inner.write(bytes)?;
        self.went_by(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
