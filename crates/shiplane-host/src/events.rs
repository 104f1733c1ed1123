//! The events of a run: a file that only grows, written by the run and read by whoever follows it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use serde::de::IgnoredAny;
use shiplane_core::deploy::Event;

use crate::reserve;

/// The writing end.
#[derive(Debug)]
pub(crate) struct EventLog {
    dir: PathBuf,
    file: File,
    /// Whether the last line may have been cut off by a full disk.
    torn: AtomicBool,
}

pub(crate) fn path(run_dir: &Path) -> PathBuf {
    run_dir.join("events.jsonl")
}

impl EventLog {
    pub(crate) fn create(run_dir: &Path) -> anyhow::Result<Self> {
        let path = path(run_dir);
        let file = OpenOptions::new().append(true).create(true).open(&path);
        let file = file.with_context(|| format!("open {}", path.display()))?;
        Ok(Self { dir: run_dir.to_owned(), file, torn: AtomicBool::new(false) })
    }

    /// Says it. A disk that is full must not stop a switch half way, so nobody hears of a failure here.
    pub(crate) fn say(&self, event: &Event) {
        let Ok(line) = serde_json::to_string(event) else { return };
        while self.write(&line).is_err() && matters(event) && reserve::give(&self.dir) {}
    }

    fn write(&self, line: &str) -> std::io::Result<()> {
        let begin = if self.torn.load(Ordering::Relaxed) { "\n" } else { "" };
        let written = (&self.file).write_all(format!("{begin}{line}\n").as_bytes());
        self.torn.store(written.is_err(), Ordering::Relaxed);
        written
    }
}

/// Whether somebody waits for it.
fn matters(event: &Event) -> bool {
    match event {
        Event::Held | Event::Switched | Event::Finished(_) => true,
        Event::Began(_) | Event::Line(_) | Event::Ended(_) => false,
    }
}

/// The reading end: from a line on, as the file grows.
#[derive(Debug)]
pub(crate) struct EventReader {
    path: PathBuf,
    file: Option<BufReader<File>>,
    /// Lines that were heard before.
    skip: usize,
    /// A last line without its end is still being written.
    unfinished: Vec<u8>,
}

impl EventReader {
    pub(crate) fn from(run_dir: &Path, skip: usize) -> Self {
        Self { path: path(run_dir), file: None, skip, unfinished: Vec::new() }
    }

    /// The complete lines that are new.
    pub(crate) fn more(&mut self) -> anyhow::Result<Vec<String>> {
        let mut lines = Vec::new();
        while self.next_line()? {
            let line = std::mem::take(&mut self.unfinished);
            // What a full disk cut off is no event, and is not counted as one.
            if serde_json::from_slice::<IgnoredAny>(&line).is_err() {
                continue;
            }
            if self.skip > 0 {
                self.skip -= 1;
            } else {
                lines.push(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
        Ok(lines)
    }

    /// Reads on; says whether a line is complete now.
    fn next_line(&mut self) -> anyhow::Result<bool> {
        let file = match self.file.take() {
            Some(file) => self.file.insert(file),
            None => match File::open(&self.path) {
                Ok(file) => self.file.insert(BufReader::new(file)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error).with_context(|| format!("open {}", self.path.display())),
            },
        };
        let read = file.read_until(b'\n', &mut self.unfinished);
        read.with_context(|| format!("read {}", self.path.display()))?;
        Ok(self.unfinished.ends_with(b"\n"))
    }
}
