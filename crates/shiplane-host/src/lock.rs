//! One run at a time: an advisory lock that the kernel frees when its holder dies, a note of who holds it, and a
//! lease that ends when nothing is heard of the holder.
//!
//! The lease is the time of the file's last change, which a thread renews: that needs no room on the disk and is
//! never half written. The note has a number that goes up with every holder; whoever finds a higher one than its
//! own has lost the lock and writes nothing more.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use shiplane_core::deploy::{Holder, Stamp};

use crate::facts::now;
use crate::state::StateDir;
use crate::{groups, page, proc, reserve};

/// Somebody who only looks at the lock holds it for an instant, so one refusal is none yet.
const PATIENCE: Duration = Duration::from_millis(300);

/// A holder that was not heard of for so long may be ended.
const LEASE: Duration = Duration::from_secs(120);

/// How often a holder is heard of.
const BEAT: Duration = Duration::from_secs(10);

/// The lock, held until this value goes.
#[derive(Debug)]
pub(crate) struct Lock {
    file: Arc<File>,
    note: Mutex<Note>,
    pub(crate) mark: Mark,
    /// Ends the heartbeat when it goes.
    _beat: Sender<()>,
}

/// What tells a holder from every other.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    path: PathBuf,
    pub(crate) run: String,
    pub(crate) fence: u64,
}

/// Got it, or who has it.
#[derive(Debug)]
pub(crate) enum Attempt {
    Held(Box<Lock>, Option<TakenOver>),
    Taken(Box<Holder>),
}

/// A holder that went without freeing the lock.
#[derive(Debug)]
pub(crate) struct TakenOver {
    pub(crate) holder: Holder,
    /// Processes that it left running, and that are ended now.
    pub(crate) ended: usize,
    /// Whether it still had the lock.
    pub(crate) lived: bool,
}

/// Who has the lock, and who had it and went without a word.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) held: Option<Holder>,
    pub(crate) left: Option<Holder>,
}

/// What may be done to a holder that has the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing, unless its lease is over.
    Polite,
    /// It is ended wherever it is.
    Forced,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Note {
    #[serde(flatten)]
    holder: Holder,
    freed: bool,
}

/// Takes the lock, without waiting for a run that lives. `least` is a number that was in use already.
pub(crate) fn take(
    state: &StateDir,
    holder: Holder,
    (claim, least): (Claim, u64),
) -> anyhow::Result<Attempt> {
    let path = state.lock();
    let mut overpowered = false;
    let file = loop {
        let file = page::open(&path)?;
        if try_lock(&file, &path)? {
            if is_there(&file, &path) {
                break file;
            }
            continue;
        }
        let other = noted(&file, state);
        let may = match claim {
            Claim::Forced => true,
            Claim::Polite => has_stalled(&file, &other, state),
        };
        if !may || overpowered {
            return Ok(Attempt::Taken(Box::new(other)));
        }
        overpower(state, &other)?;
        overpowered = true;
    };
    let before: Note = page::read(&file).unwrap_or_default();
    let taken_over = (!before.freed && !before.holder.run.is_empty()).then(|| TakenOver {
        ended: end_leftovers(state, &before.holder),
        holder: before.holder.clone(),
        lived: overpowered,
    });
    let fence = before.holder.fence.max(least) + 1;
    let note = Note { holder: Holder { fence, worker: proc::own(), ..holder }, freed: false };
    page::write(&file, &note).with_context(|| format!("write {}", path.display()))?;
    let (mark, file) = (Mark { path, run: note.holder.run.clone(), fence }, Arc::new(file));
    let beat = heartbeat(Arc::clone(&file));
    let lock = Lock { file, note: Mutex::new(note), mark, _beat: beat };
    Ok(Attempt::Held(Box::new(lock), taken_over))
}

/// Who holds the lock right now, and who left it, without taking it.
pub(crate) fn look(state: &StateDir) -> anyhow::Result<Seen> {
    let path = state.lock();
    if !path.exists() {
        return Ok(Seen::default());
    }
    let file = page::open(&path)?;
    match file.try_lock_shared() {
        Ok(()) => {
            let note: Note = page::read(&file).unwrap_or_default();
            let is_left = !note.freed && note.holder.worker.is_some();
            Ok(Seen { held: None, left: is_left.then(|| noted(&file, state)) })
        }
        Err(TryLockError::WouldBlock) => Ok(Seen { held: Some(noted(&file, state)), left: None }),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("look at {}", path.display())),
    }
}

/// Whether nobody else has taken the lock since.
pub(crate) fn is_current(mark: &Mark) -> bool {
    let Ok(file) = File::open(&mark.path) else { return true };
    let note: Note = page::read(&file).unwrap_or_default();
    note.holder.fence <= mark.fence && (note.holder.fence < mark.fence || note.holder.run == mark.run)
}

impl Lock {
    /// Notes what the holder is doing, for whoever looks.
    pub(crate) fn doing(&self, phase: &str) {
        let mut note = self.note.lock().unwrap_or_else(PoisonError::into_inner);
        note.holder.phase = Some(phase.to_owned());
        if is_current(&self.mark) {
            page::write(&self.file, &*note).ok();
        }
    }
}

impl Drop for Lock {
    /// A holder that goes in order says so; the next one has nothing to clean up behind it.
    fn drop(&mut self) {
        let note = self.note.get_mut().unwrap_or_else(PoisonError::into_inner);
        note.freed = true;
        if is_current(&self.mark) {
            page::write(&self.file, note).ok();
        }
        // The heartbeat may keep the file open a moment longer.
        self.file.unlock().ok();
    }
}

fn heartbeat(file: Arc<File>) -> Sender<()> {
    let (sender, ended) = channel();
    thread::spawn(move || {
        while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
            file.set_modified(SystemTime::now()).ok();
        }
    });
    sender
}

/// Takes the kernel's lock.
fn try_lock(file: &File, path: &Path) -> anyhow::Result<bool> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("lock {}", path.display()));
            }
        }
    }
}

/// Whether the file still has the name: one that was replaced locks nobody out.
fn is_there(file: &File, path: &Path) -> bool {
    let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (ours, there) = (file.metadata().map(number), fs::metadata(path).map(number));
    matches!((ours, there), (Ok(ours), Ok(there)) if ours == there)
}

/// The note in the file, with what else is known. A holder that has not written it yet is still a holder.
fn noted(file: &File, state: &StateDir) -> Holder {
    let note: Note = page::read(file).unwrap_or_default();
    if note.holder.run.is_empty() || note.freed {
        return Holder { run: "unknown".to_owned(), since: now(), ..Holder::default() };
    }
    let run_dir = state.run(&note.holder.run);
    Holder {
        groups: groups::running(&run_dir),
        lease: note.holder.worker.and_then(|_| lease(file)),
        ..note.holder
    }
}

fn lease(file: &File) -> Option<Stamp> {
    let until = file.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()? + LEASE;
    u64::try_from(until.as_millis()).ok().map(Stamp)
}

/// Whether the lease is over. A machine that slept wakes with every lease over, so a holder that could still be
/// heard of is given the time for it.
fn has_stalled(file: &File, holder: &Holder, state: &StateDir) -> bool {
    let is_stopped = |holder: &Holder| {
        holder.worker.and_then(|worker| proc::look(worker.pid)).is_some_and(|worker| worker.stopped)
    };
    let begun = Instant::now();
    loop {
        let holder = if begun.elapsed() < PATIENCE { holder.clone() } else { noted(file, state) };
        if !holder.stalled(now()) {
            return false;
        }
        if is_stopped(&holder) || begun.elapsed() > BEAT + PATIENCE {
            return true;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Ends the holder. One that hangs in the kernel keeps its lock, so then the file is replaced under it; its note's
/// number tells that holder so, should it ever wake.
fn overpower(state: &StateDir, other: &Holder) -> anyhow::Result<()> {
    let Some(worker) = other.worker else { return replace(state, other) };
    if proc::end(worker) { Ok(()) } else { replace(state, other) }
}

fn replace(state: &StateDir, other: &Holder) -> anyhow::Result<()> {
    let (path, temporary) = (state.lock(), state.lock().with_file_name(".lock.new"));
    fs::remove_file(&temporary).ok();
    let file = page::open(&temporary)?;
    let holder = Holder { fence: other.fence + 1, ..other.clone() };
    page::write(&file, &Note { holder, freed: false })?;
    fs::rename(&temporary, &path).with_context(|| format!("replace {}", path.display()))
}

fn end_leftovers(state: &StateDir, holder: &Holder) -> usize {
    // The room on the disk that it kept is wanted by the next run.
    reserve::free(&state.run(&holder.run));
    match holder.worker {
        Some(worker) if !proc::lives(worker) => {
            groups::end_leftovers(&state.run(&holder.run), &holder.run, worker)
        }
        Some(_) | None => 0,
    }
}
