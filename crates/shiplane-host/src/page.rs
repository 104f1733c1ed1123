//! Small notes that are written over in place, so that a full disk takes none of them.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Notes are filled up with spaces to a multiple of this, so that writing over one needs no new room.
const SIZE: usize = 4096;

/// How often a note is read again that was being written at that instant.
const TRIES: u32 = 5;

/// Opens the file of a note, for its owner only.
pub(crate) fn open(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(path).with_context(|| format!("open {}", path.display()))
}

/// Writes the note over the one that was there.
pub(crate) fn write(file: &File, note: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec(note).context("write a note as JSON")?;
    text.push(b'\n');
    let size = text.len().next_multiple_of(SIZE);
    text.resize(size, b' ');
    file.write_all_at(&text, 0).context("write a note")?;
    if file.metadata().is_ok_and(|metadata| usize::try_from(metadata.len()).is_ok_and(|len| len > size)) {
        file.set_len(u64::try_from(size)?).context("cut a note")?;
    }
    Ok(())
}

/// The note, when there is one.
pub(crate) fn read<T: DeserializeOwned>(file: &File) -> Option<T> {
    for _ in 0..TRIES {
        if let Some(note) = whole(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Some(note);
        }
        if file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            return None;
        }
        thread::sleep(Duration::from_millis(2));
    }
    None
}

fn whole(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(file.metadata()?.len()).unwrap_or(SIZE)];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}
