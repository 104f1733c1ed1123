//! The lines of a file, one at a time and each of bounded length, whatever stands in it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// The longest line that is read; the rest of a longer one is passed over.
const LONGEST: usize = 64 * 1024;

/// One line.
pub(super) enum Line<'a> {
    /// With its end.
    Whole(&'a str),
    /// The last one, which may still be being written.
    Open(&'a str),
    /// Longer than what is read.
    TooLong,
}

/// Hands over every line that is not blank.
pub(super) fn each(path: &Path, mut take: impl FnMut(Line<'_>)) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(LONGEST, File::open(path)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        match next(&mut reader, &mut line)? {
            End::Line => text(&line).iter().for_each(|text| take(Line::Whole(text))),
            End::TooLong => take(Line::TooLong),
            End::File => {
                text(&line).iter().for_each(|text| take(Line::Open(text)));
                return Ok(());
            }
        }
    }
}

enum End {
    Line,
    TooLong,
    File,
}

fn next(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<End> {
    let mut length = 0;
    loop {
        let part = reader.fill_buf()?;
        if part.is_empty() {
            return Ok(if length > LONGEST { End::TooLong } else { End::File });
        }
        let (taken, ended) = match part.iter().position(|byte| *byte == b'\n') {
            Some(place) => (place + 1, true),
            None => (part.len(), false),
        };
        length += taken;
        if length <= LONGEST {
            line.extend_from_slice(part.get(..taken).unwrap_or_default());
        }
        reader.consume(taken);
        if ended {
            return Ok(if length > LONGEST { End::TooLong } else { End::Line });
        }
    }
}

/// Bytes that are no UTF-8 are replaced: they stand in what a client sent.
fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let bytes = bytes.trim_ascii();
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes))
}
