//! Bytes into lines, two streams apart, however the network cut them.

use crate::exec::{Sink, Stream};

/// A longer line is handed on in pieces, so that a host cannot fill our memory.
const LINE_LIMIT: usize = 1024 * 1024;

/// Calls back for every line, without its line end.
pub(crate) struct Lines<F> {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    on_line: F,
}

impl<F: FnMut(Stream, &str)> Lines<F> {
    pub(crate) fn new(on_line: F) -> Self {
        Self { stdout: Vec::new(), stderr: Vec::new(), on_line }
    }

    /// Hands on what no line end followed.
    pub(crate) fn finish(mut self) {
        for (stream, rest) in [(Stream::Out, &self.stdout), (Stream::Err, &self.stderr)] {
            if !rest.is_empty() {
                (self.on_line)(stream, &text(rest));
            }
        }
    }
}

impl<F: FnMut(Stream, &str)> Sink for Lines<F> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) {
        let held = match stream {
            Stream::Out => &mut self.stdout,
            Stream::Err => &mut self.stderr,
        };
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            for part in piece.chunks(LINE_LIMIT) {
                held.extend_from_slice(part);
                if held.ends_with(b"\n") || held.len() >= LINE_LIMIT {
                    (self.on_line)(stream, &text(held));
                    held.clear();
                }
            }
        }
    }
}

fn text(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}
