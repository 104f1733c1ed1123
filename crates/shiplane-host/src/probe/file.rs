//! When a file was written last, and how it ends.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use shiplane_core::duration::Span;
use shiplane_core::smoke::{Answer, FailureKind, FileSeen, Timings};

use super::Looked;
use crate::masked;

/// So much of its end is read.
const TAIL: u64 = 64 * 1024;

/// A file system's clock runs behind or ahead of the kernel's by moments.
const SLACK: Duration = Duration::from_secs(2);

/// Looks at the file that the path leads to, links followed.
pub(super) fn look(path: &str, directory: Option<&str>) -> Looked {
    let place = PathBuf::from(directory.unwrap_or_default()).join(path);
    let shown = place.display().to_string();
    let about = fs::metadata(&place).map_err(|error| unseen(&shown, &error))?;
    if let Some(what) = other_kind(&about) {
        return Err((FailureKind::NotAFile, format!("{shown} is a {what}, not a file")));
    }
    let written = about.modified().map_err(|error| unseen(&shown, &error))?;
    let (age, ahead) = since(written, SystemTime::now());
    let (tail, unreadable) = match tail(&place, about.len()) {
        Ok(tail) => (tail, None),
        Err(error) => (String::new(), Some(error.to_string())),
    };
    let size = about.len();
    Ok(Answer::File(FileSeen {
        path: shown,
        age,
        ahead,
        unreadable,
        size,
        tail,
        timings: Timings::default(),
    }))
}

fn unseen(shown: &str, error: &io::Error) -> (FailureKind, String) {
    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        return (FailureKind::FileMissing, format!("{shown} is not there"));
    }
    (FailureKind::FileDenied, format!("{shown} cannot be looked at: {error}"))
}

/// Opening one of these may wait for ever.
fn other_kind(about: &Metadata) -> Option<&'static str> {
    let kind = about.file_type();
    match () {
        () if kind.is_file() => None,
        () if kind.is_dir() => Some("directory"),
        () if kind.is_fifo() => Some("pipe"),
        () if kind.is_socket() => Some("socket"),
        () => Some("device"),
    }
}

/// How long ago it was, or how far ahead.
fn since(written: SystemTime, now: SystemTime) -> (Option<Span>, Option<Span>) {
    let whole = |span: Duration| Span::millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
    match now.duration_since(written) {
        Ok(age) => (Some(whole(age)), None),
        Err(error) if error.duration() <= SLACK => (Some(Span::default()), None),
        Err(error) => (None, Some(whole(error.duration()))),
    }
}

fn tail(place: &Path, size: u64) -> io::Result<String> {
    let mut file = File::open(place)?;
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    file.take(TAIL).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let hidden: Vec<String> = text.split('\n').map(masked::hide).collect();
    Ok(hidden.join("\n"))
}
