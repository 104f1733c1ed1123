//! One run at a time: an advisory lock that the kernel frees when its holder dies, and a note of who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use shiplane_core::deploy::Holder;

/// The lock, held until this value goes.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    pub(crate) fence: u64,
}

/// Got it, or who has it.
#[derive(Debug)]
pub(crate) enum Attempt {
    Held(Lock),
    Taken(Box<Holder>),
}

/// Somebody who only looks at the lock holds it for an instant, so one refusal is none yet.
const PATIENCE: Duration = Duration::from_millis(300);

/// Takes the lock, without waiting for a run that holds it.
pub(crate) fn take(path: &Path, holder: &Holder) -> anyhow::Result<Attempt> {
    let mut file = open(path)?;
    let started = Instant::now();
    let mut attempt = file.try_lock();
    while matches!(attempt, Err(TryLockError::WouldBlock)) && started.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(10));
        attempt = file.try_lock();
    }
    match attempt {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Taken(Box::new(note(&mut file)))),
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("lock {}", path.display()));
        }
    }
    let fence = note(&mut file).fence + 1;
    let text = serde_json::to_string(&Holder { fence, ..holder.clone() }).context("write the lock's note")?;
    file.set_len(0).and_then(|()| file.rewind()).with_context(|| format!("write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("write {}", path.display()))?;
    Ok(Attempt::Held(Lock { _file: file, fence }))
}

/// Who holds the lock right now, without taking it.
pub(crate) fn holder(path: &Path) -> anyhow::Result<Option<Holder>> {
    if !path.exists() {
        return Ok(None);
    }
    let mut file = open(path)?;
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Ok(Some(note(&mut file))),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("look at {}", path.display())),
    }
}

fn open(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("open {}", path.display()))
}

/// The note in the file. A holder that has not written it yet is still a holder.
fn note(file: &mut File) -> Holder {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let note = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    note.unwrap_or_else(|| Holder {
        run: "unknown".to_owned(),
        since: Default::default(),
        actor: None,
        run_url: None,
        fence: 0,
    })
}
