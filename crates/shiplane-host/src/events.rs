//! The events of a run: a file that only grows, written by the run and read by whoever follows it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shiplane_core::deploy::Event;

/// The writing end.
#[derive(Debug)]
pub(crate) struct EventLog {
    file: File,
}

pub(crate) fn path(run_dir: &Path) -> PathBuf {
    run_dir.join("events.jsonl")
}

impl EventLog {
    pub(crate) fn create(run_dir: &Path) -> anyhow::Result<Self> {
        let path = path(run_dir);
        let file = OpenOptions::new().append(true).create(true).open(&path);
        Ok(Self { file: file.with_context(|| format!("open {}", path.display()))? })
    }

    /// Says it. A disk that is full must not stop a switch half way, so nobody hears of a failure here.
    pub(crate) fn say(&self, event: &Event) {
        if let Ok(mut line) = serde_json::to_string(event) {
            line.push('\n');
            (&self.file).write_all(line.as_bytes()).ok();
        }
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
