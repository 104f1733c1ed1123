//! `journal.jsonl`: append-only, synced to the disk, readable after any crash.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use shiplane_core::deploy::journal::Entry;

/// Every entry, oldest first. A torn last line is what a crash left and counts as never written; any other line
/// that cannot be read is damage that somebody must look at.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Entry>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    let mut entries = Vec::new();
    let whole = bytes.get(..complete(&bytes)).unwrap_or_default();
    for (index, line) in whole.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(entry) => entries.push(entry),
            Err(error) => bail!("read {}: line {}: {error}", path.display(), index + 1),
        }
    }
    Ok(entries)
}

/// Adds one entry, as a whole or not at all. Before it, the torn line of an earlier crash is cut off.
pub(crate) fn append(path: &Path, entry: &Entry) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("open {}", path.display()))?;
    // A backup may write while a deploy does; the lock goes with the file.
    file.lock().with_context(|| format!("lock {}", path.display()))?;
    if fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n')) {
        drop_torn_line(path)?;
    }
    let line = serde_json::to_string(entry).context("write a journal entry as JSON")? + "\n";
    let before = file.metadata().with_context(|| format!("look at {}", path.display()))?.len();
    file.write_all(line.as_bytes())
        .and_then(|()| file.sync_all())
        .inspect_err(|_| drop(file.set_len(before)))
        .with_context(|| format!("append to {}", path.display()))
}

/// The highest number that any holder of the lock had.
pub(crate) fn last_fence(path: &Path) -> anyhow::Result<u64> {
    Ok(read(path)?.iter().map(|entry| entry.fence).max().unwrap_or_default())
}

/// Cuts off what stands behind the last line end.
fn drop_torn_line(path: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let keep = complete(&bytes);
    let file =
        OpenOptions::new().write(true).open(path).with_context(|| format!("open {}", path.display()))?;
    file.set_len(u64::try_from(keep)?).with_context(|| format!("mend {}", path.display()))
}

/// How many bytes the complete lines have. A line may be torn in the middle of a character.
fn complete(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}
