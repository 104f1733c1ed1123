//! Previews on this host: which there are, room for a new one, and the end of one.
//!
//! A preview is a directory `pr-<number>` in the base directory with a record of ours in it. The records are the list:
//! a port is given as long as a record has it. Who writes one, or takes one away, holds a lock of the base directory.

mod begin;
mod docker;
mod list;
mod make;
mod remove;

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use shiplane_core::preview::{At, Number, Record};

use crate::state::{self, StateDir};

pub(crate) use list::list;
pub(crate) use make::make;
pub(crate) use remove::remove;

/// The record in a preview's state directory.
const RECORD: &str = "preview.json";

/// The state directory of the base, and of each preview.
const STATE: &str = ".shiplane";

/// Where a preview lies.
fn place(at: &At) -> PathBuf {
    Path::new(&at.base).join(at.number.directory())
}

fn state_of(dir: &Path) -> StateDir {
    StateDir::new(dir.join(STATE))
}

/// Nobody else makes or removes a preview while this is held.
fn lock(base: &Path) -> anyhow::Result<File> {
    let state = state_of(base);
    state.prepare()?;
    let path = state.path().join("previews.lock");
    let file = File::create(&path).with_context(|| format!("open {}", path.display()))?;
    file.lock().with_context(|| format!("lock {}", path.display()))?;
    Ok(file)
}

/// What a directory is to us.
#[derive(Debug)]
enum Look {
    /// There is none.
    Nothing,
    /// Ours.
    Ours(Record),
    /// Something else, in words.
    Others(String),
}

/// What lies where the preview of that number has its place.
fn look(dir: &Path, number: Number) -> anyhow::Result<Look> {
    let shown = dir.display();
    match fs::symlink_metadata(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Look::Nothing),
        Err(error) => return Err(error).with_context(|| format!("look at {shown}")),
        Ok(about) if about.is_symlink() => return Ok(Look::Others(format!("{shown} is a link"))),
        Ok(about) if !about.is_dir() => return Ok(Look::Others(format!("{shown} is no directory"))),
        Ok(_) => {}
    }
    let file = dir.join(STATE).join(RECORD);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(Look::Others(format!("{shown} has no record of a preview in it")));
        }
        Err(error) => return Ok(Look::Others(format!("{} cannot be read: {error}", file.display()))),
    };
    Ok(match serde_json::from_str::<Record>(&text) {
        Ok(record) if record.number == number => Look::Ours(record),
        Ok(record) => Look::Others(format!("{} is of number {}", file.display(), record.number)),
        Err(error) => Look::Others(format!("{} cannot be read: {error}", file.display())),
    })
}

/// The previews of a base directory by number, and what is called like one and is none.
fn records(base: &Path) -> anyhow::Result<(Vec<Record>, Vec<String>)> {
    let (mut records, mut others) = (Vec::new(), Vec::new());
    let entries = match fs::read_dir(base) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((records, others)),
        Err(error) => return Err(error).with_context(|| format!("read directory {}", base.display())),
    };
    for entry in entries {
        let entry = entry.with_context(|| format!("read directory {}", base.display()))?;
        let Some(number) = entry.file_name().to_str().and_then(Number::of_directory) else { continue };
        match look(&entry.path(), number)? {
            Look::Ours(record) => records.push(record),
            Look::Others(why) => others.push(why),
            Look::Nothing => {}
        }
    }
    records.sort_by_key(|record| record.number);
    others.sort();
    Ok((records, others))
}

fn write(dir: &Path, record: &Record) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(record).context("write a record as JSON")?;
    state::write(&dir.join(STATE).join(RECORD), text + "\n")
}

/// The base directory, which nothing under it may lead out of.
fn base(at: &At) -> anyhow::Result<PathBuf> {
    let base = PathBuf::from(&at.base);
    if !base.is_absolute() || base.parent().is_none() {
        bail!("{} is no base directory for previews", base.display());
    }
    Ok(base)
}
