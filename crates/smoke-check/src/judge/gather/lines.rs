//! The lines of a file, one at a time and each of bounded length, whatever stands in it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// The longest line that is read; the rest of a longer one is passed over.
const LONGEST: usize = 64 * 1024;

/// How gzip (RFC 1952, 2.3.1) and zstd (RFC 8878, 3.1.1) begin.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Logs are packed to a tenth, or to a fiftieth; gzip can pack zeros to a thousandth, and zstd to less.
const RATIO: u64 = 200;

/// So much is unpacked of any file.
const SMALL: u64 = 64 * 1024 * 1024;

/// One line.
pub(super) enum Line<'a> {
    /// With its end.
    Whole(&'a str),
    /// The last one, which may still be being written.
    Open(&'a str),
    /// Longer than what is read.
    TooLong,
}

/// Hands over every line that is not blank, of a file that may be packed with gzip or zstd.
pub(super) fn each(path: &Path, take: impl FnMut(Line<'_>)) -> io::Result<()> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut file = BufReader::with_capacity(LONGEST, file);
    let begins = file.fill_buf()?;
    if begins.starts_with(GZIP) {
        return all(Unpacked::reader(MultiGzDecoder::new(file), size), take);
    }
    if begins.starts_with(ZSTD) {
        return all(Unpacked::reader(zstd::Decoder::with_buffer(file)?, size), take);
    }
    all(file, take)
}

/// What was packed, up to a bound.
struct Unpacked<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Unpacked<R> {
    fn reader(inner: R, size: u64) -> BufReader<Self> {
        let left = size.saturating_mul(RATIO).max(SMALL);
        BufReader::with_capacity(LONGEST, Self { inner, left })
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(room)?;
        self.left = self.left.checked_sub(u64::try_from(count).unwrap_or(u64::MAX)).ok_or_else(|| {
            io::Error::other(format!("it unpacks to more than {RATIO} times its size, as no log does"))
        })?;
        Ok(count)
    }
}

fn all(mut reader: impl BufRead, mut take: impl FnMut(Line<'_>)) -> io::Result<()> {
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
