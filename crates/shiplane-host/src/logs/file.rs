//! The log of own commands: the end of a file, and what is added to it.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use shiplane_core::deploy::LogsQuestion;
use shiplane_core::report::Finding;

use super::say::Say;

/// A file is read in pieces of this size, from its end.
const PIECE: u64 = 64 * 1024;

/// No more than this of a file is read for its last lines.
const MOST: u64 = 64 * 1024 * 1024;

/// How often a follower looks.
const LOOK: Duration = Duration::from_millis(200);

/// Prints the last lines, and then what comes.
pub(super) fn print(question: &LogsQuestion, path: &Path, say: &Say) -> anyhow::Result<()> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            let fact = format!("read log {}: {error}", path.display());
            let help =
                "see that `log:` in the environment's `command:` names the file that the processes write";
            say.note(Finding::unknown("log-unreadable", fact).help(help));
            return Ok(());
        }
    };
    if !file.metadata().context("look at the log")?.is_file() {
        let fact = format!("{} is no file", path.display());
        say.note(Finding::unknown("log-unreadable", fact).help("name the file that the processes write"));
        return Ok(());
    }
    if question.since.is_some() {
        let fact = "lines of a file have no times that we know, so --since is left aside";
        say.note(Finding::warning("since-ignored", fact).help("choose by --lines"));
    }
    let service = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let from = beginning(&mut file, question.lines)?;
    file.seek(SeekFrom::Start(from)).context("go to the last lines")?;
    let mut tail = Tail { service, rest: Vec::new() };
    tail.take(&mut file, say)?;
    if !question.follow {
        tail.end(say);
        return Ok(());
    }
    loop {
        thread::sleep(LOOK);
        tail.take(&mut file, say)?;
        if let Some(new) = replaced(&mut file, path)? {
            tail.end(say);
            file = new;
        }
    }
}

/// A log that was rotated or cut off begins anew.
fn replaced(file: &mut File, path: &Path) -> anyhow::Result<Option<File>> {
    let about = file.metadata().context("look at the log")?;
    let at = file.stream_position().context("look at the log")?;
    let other = match File::open(path) {
        Ok(other) => other,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("open the log again"),
    };
    let now = other.metadata().context("look at the log")?;
    let is_other = (now.dev(), now.ino()) != (about.dev(), about.ino()) || now.len() < at;
    Ok(is_other.then_some(other))
}

/// Where the last lines begin.
fn beginning(file: &mut File, lines: Option<u32>) -> anyhow::Result<u64> {
    let Some(lines) = lines else { return Ok(0) };
    let end = file.metadata().context("look at the log")?.len();
    let (mut from, mut left) = (end, lines);
    while from > 0 && end - from < MOST {
        let size = PIECE.min(from);
        from -= size;
        file.seek(SeekFrom::Start(from)).context("go back in the log")?;
        let mut piece = Vec::new();
        file.by_ref().take(size).read_to_end(&mut piece).context("read the log")?;
        for (index, _) in piece.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
            let after = from + u64::try_from(index).unwrap_or_default() + 1;
            // The end of the last line begins no other.
            if after == end {
                continue;
            }
            left = left.saturating_sub(1);
            if left == 0 {
                return Ok(after);
            }
        }
    }
    Ok(from)
}

/// Bytes that have come and are no whole line yet.
struct Tail {
    service: String,
    rest: Vec<u8>,
}

impl Tail {
    fn take(&mut self, file: &mut File, say: &Say) -> anyhow::Result<()> {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let count = file.read(&mut piece).context("read the log")?;
            if count == 0 {
                return Ok(());
            }
            for part in piece.get(..count).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
                self.rest.extend_from_slice(part);
                if self.rest.ends_with(b"\n") || self.rest.len() > 1024 * 1024 {
                    say.line(&self.service, &self.rest);
                    self.rest.clear();
                }
            }
        }
    }

    fn end(&mut self, say: &Say) {
        if !self.rest.is_empty() {
            say.line(&self.service, &self.rest);
            self.rest.clear();
        }
    }
}
