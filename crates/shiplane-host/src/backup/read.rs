//! Reading a backup through: its hash, its packing, its end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ring::digest::{Context, SHA256};
use rustix::fs::{Advice, fadvise};
use shiplane_core::backup::{Kept, Means, TAIL, lacks};
use shiplane_core::deploy::health::bytes;
use shiplane_core::report::Finding;

use super::trouble::Trouble;
use super::{Outcome, Work, pipe, say, shelf};
use crate::failure::Failure;

const PIECE: usize = 128 * 1024;

/// What a whole reading found.
pub(super) struct Seen {
    pub(super) sha256: String,
    pub(super) plain: Plain,
}

/// The unpacked bytes that went by: how many, and the last of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Plain {
    pub(super) bytes: u64,
    pub(super) tail: Vec<u8>,
}

/// Why a reading came to no end.
pub(super) enum Broken {
    /// The file is not what gzip writes, or cannot be read.
    File(io::Error),
    /// Whoever takes the bytes does not.
    Taker(io::Error),
    Alone,
}

/// Bytes that went by, and their hash.
pub(super) struct Hashed<T> {
    pub(super) inner: T,
    hash: Context,
}

impl Plain {
    pub(super) fn went_by(&mut self, bytes: &[u8]) {
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
        let more = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..more);
    }
}

impl<T> Hashed<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, hash: Context::new(&SHA256) }
    }

    /// The hash in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<W: io::Write> io::Write for Hashed<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Unpacks a backup to its last byte, from the disk and not from memory where that can be had, and hands on what comes.
pub(super) fn through(path: &Path, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<Seen, Broken> {
    let file = File::open(path).map_err(Broken::File)?;
    fadvise(&file, 0, None, Advice::DontNeed).ok();
    let mut unpacked = MultiGzDecoder::new(BufReader::with_capacity(PIECE, Hashed::new(file)));
    let (mut piece, mut plain) = (vec![0; PIECE], Plain::default());
    loop {
        let count = unpacked.read(&mut piece).map_err(Broken::File)?;
        let some = piece.get(..count).unwrap_or_default();
        if some.is_empty() {
            let sha256 = unpacked.get_ref().get_ref().sha256();
            return Ok(Seen { sha256, plain });
        }
        if say::is_alone() {
            return Err(Broken::Alone);
        }
        plain.went_by(some);
        take(some).map_err(Broken::Taker)?;
    }
}

/// Everything that is wrong with a backup; nothing when it is whole.
pub(super) fn flaws((dir, kept): (&Path, &Kept), means: &Means) -> Result<Vec<Finding>, Failure> {
    let name = &kept.name;
    let help = "`backup run` makes a new one; an older one that `backup verify` finds whole can be restored";
    let mut flaws = Vec::new();
    let path = dir.join(name);
    let (sha256, plain) = match through(&path, |_| Ok(())) {
        Ok(Seen { sha256, plain }) => (Some(sha256), Some(plain)),
        Err(Broken::Alone) => return Err(pipe::nobody_listens()),
        Err(Broken::File(error) | Broken::Taker(error)) => {
            let fact = format!("{name} cannot be unpacked: {error}");
            flaws.push(Finding::fail("backup-damaged", fact).help(help));
            (hash(&path).ok(), None)
        }
    };
    if let Some(recorded) = kept.sha256.as_ref().filter(|recorded| Some(*recorded) != sha256.as_ref()) {
        let is = sha256.unwrap_or("not known".to_owned());
        let fact =
            format!("{name} is not what was written: its SHA-256 is {is}, and {recorded} was recorded");
        flaws.push(Finding::fail("backup-altered", fact).help(help));
    }
    if let Some(why) = plain.and_then(|plain| lacks(means, plain.bytes, &plain.tail)) {
        let fact = format!("{name} is no whole dump: {why}");
        flaws.push(Finding::fail("backup-incomplete", fact).help(help));
    }
    Ok(flaws)
}

/// The hash of a file as it lies there.
fn hash(path: &Path) -> io::Result<String> {
    let mut file = Hashed::new(File::open(path)?);
    io::copy(&mut file, &mut io::sink())?;
    Ok(file.sha256())
}

/// Reads one through, for whoever wants to know.
pub(super) fn verify(work: &Work, name: Option<&str>) -> Result<Outcome, Trouble> {
    let kept = shelf::find(&work.errand.shelf, name)?;
    let outcome = Outcome { backup: Some(kept.clone()), ..Outcome::default() };
    match check(work, &kept) {
        Ok(findings) => Ok(Outcome { findings, ..outcome }),
        Err(trouble) => Err(trouble.after(outcome)),
    }
}

/// A backup that is to be relied on: read through, and found whole.
pub(super) fn check(work: &Work, kept: &Kept) -> Result<Vec<Finding>, Trouble> {
    let mut flaws = say::phase("check backup", || {
        let mut flaws = flaws((&work.dir, kept), &work.errand.shelf.means)?;
        if let Some(last) = flaws.pop() {
            let mut trouble = Trouble::failed(last);
            trouble.outcome.findings = flaws;
            return Err(trouble);
        }
        Ok((flaws, bytes(kept.bytes)))
    })?;
    let fact = format!("{} is whole: {}", kept.name, bytes(kept.bytes));
    flaws.push(Finding::ok("backup-whole", fact));
    if kept.sha256.is_none() {
        let fact = format!("{} has no .sha256 beside it, so whether it was altered is not known", kept.name);
        flaws
            .push(Finding::warning("backup-unsigned", fact).help("backups that `backup run` makes have one"));
    }
    Ok(flaws)
}
