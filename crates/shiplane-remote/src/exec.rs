//! What a command is to its caller: the bytes it writes, and how it ended.

use std::fmt;
use std::time::Duration;

/// How much of each stream [`crate::Host::run`] keeps.
pub const CAPTURE_LIMIT: usize = 16 * 1024 * 1024;

/// How long after the end of a command its streams may stay open without a word.
///
/// A process that it left behind may hold them for ever; the answer of the command itself is long here by then.
pub(crate) const LINGER: Duration = Duration::from_secs(5);

/// Which of the two a byte came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// How a command ended. Only [`Status::success`] is success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It returned a number. A shell in between reports a signal as 128 and its number.
    Exited(i32),
    /// It was killed; the signal's name without SIG.
    Signalled(String),
    /// The host never said.
    Unknown,
}

impl Status {
    /// Whether it returned 0.
    pub fn success(&self) -> bool {
        match self {
            Self::Exited(code) => *code == 0,
            Self::Signalled(_) | Self::Unknown => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(formatter, "exit status {code}"),
            Self::Signalled(name) => write!(formatter, "killed by SIG{name}"),
            Self::Unknown => formatter.write_str("no exit status"),
        }
    }
}

/// A command that ended, with what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// How it ended.
    pub status: Status,
    /// At most [`CAPTURE_LIMIT`] bytes of its output.
    pub stdout: Vec<u8>,
    /// At most [`CAPTURE_LIMIT`] bytes of its errors.
    pub stderr: Vec<u8>,
    /// How many bytes were read and not kept.
    pub dropped: u64,
}

/// Where the bytes of a command go, as they come.
pub(crate) trait Sink {
    /// Takes the next bytes.
    fn take(&mut self, stream: Stream, bytes: &[u8]);
}

/// Keeps what fits.
#[derive(Default)]
pub(crate) struct Capture {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    dropped: u64,
}

impl Capture {
    pub(crate) fn finish(self, status: Status) -> Finished {
        Finished { status, stdout: self.stdout, stderr: self.stderr, dropped: self.dropped }
    }
}

impl Sink for Capture {
    fn take(&mut self, stream: Stream, bytes: &[u8]) {
        let kept = match stream {
            Stream::Out => &mut self.stdout,
            Stream::Err => &mut self.stderr,
        };
        let room = CAPTURE_LIMIT.saturating_sub(kept.len());
        let (fits, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        kept.extend_from_slice(fits);
        self.dropped += rest.len() as u64;
    }
}
