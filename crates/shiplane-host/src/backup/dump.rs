//! Making a backup: dumped, packed, written down, read back; only then it gets its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ChildStdout;

use anyhow::{Context as _, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;
use shiplane_core::backup::{Kept, Shelf, file_name, lacks, median, partial};
use shiplane_core::deploy::health::bytes;
use shiplane_core::report::Finding;

use super::pipe::{Program, nobody_listens};
use super::read::{Broken, Hashed, Plain, Seen, through};
use super::trouble::Trouble;
use super::{Maker, Work, say, shelf};
use crate::facts::now;
use crate::failure::Failure;
use crate::room;

const PIECE: usize = 128 * 1024;

/// A file that is not a backup yet, and never becomes one unless it is told so.
struct Partial {
    path: PathBuf,
    file: File,
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once it has its name, nothing is there any more.
        fs::remove_file(&self.path).ok();
    }
}

/// A new backup, whole and on the disk.
pub(super) fn make(work: &Work, maker: &Maker) -> Result<Kept, Trouble> {
    let target = &work.errand.shelf;
    has_room(target)?;
    let dir = &work.dir;
    let name = file_name(target, now(), |name| fs::symlink_metadata(dir.join(name)).is_ok());
    let program = match maker {
        Maker::Postgres(server) => server.dump(work.deadline()),
        Maker::Command(commands) => commands.dump(work.deadline())?,
    };
    let mut partial = open(&dir.join(partial(&name)))?;
    let dumped = say::phase("dump database", || {
        let (seen, bytes_packed) = dump(&program, &mut partial.file).inspect_err(|_| maker.clear())?;
        if let Some(why) = lacks(&target.means, seen.plain.bytes, &seen.plain.tail) {
            let fact = format!("the dump of {} ended well, and is not whole: {why}", maker.database());
            let help = "run the program by hand on the host, and look at what it prints";
            return Err(Trouble::failed(Finding::fail("dump-incomplete", fact).help(help)));
        }
        let note = format!("{}, packed {}", bytes(seen.plain.bytes), bytes(bytes_packed));
        Ok(((seen, bytes_packed), note))
    });
    let (seen, size) = dumped?;
    say::phase("check backup", || read_back(&partial.path, &seen).map(|()| ((), String::new())))?;
    keep(&partial, dir, (&name, &seen.sha256))?;
    Ok(Kept { at: work.at, bytes: size, sha256: Some(seen.sha256), name })
}

/// What is worth telling about a new backup beside those before it.
pub(super) fn remarks(kept: &Kept, before: &[Kept]) -> Vec<Finding> {
    let median = median(before.iter().map(|it| it.bytes)).unwrap_or_default();
    let fact = format!("{} has {}, and those before it have {}", kept.name, bytes(kept.bytes), bytes(median));
    let help = "look whether the database lost something";
    let small = (kept.bytes < median / 2).then(|| Finding::warning("backup-small", fact).help(help));
    small.into_iter().collect()
}

/// The newest says how much the next one will want.
fn has_room(target: &Shelf) -> Result<(), Trouble> {
    let Some(newest) = shelf::list(target)?.into_iter().next() else { return Ok(()) };
    let free = room::disk(Path::new(&target.dir)).with_context(|| format!("look at {}", target.dir))?.free;
    if free > newest.bytes.saturating_add(newest.bytes / 5) {
        return Ok(());
    }
    let fact = format!(
        "{} are free in {}, and the newest backup has {}",
        bytes(free),
        target.dir,
        bytes(newest.bytes)
    );
    Err(Trouble::refused(
        Finding::fail("backup-no-room", fact).help("make room, or name another `backup.dir`"),
    ))
}

/// Locked while it is written, so that nobody takes it for what a run left behind.
fn open(path: &Path) -> anyhow::Result<Partial> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let file = file.with_context(|| format!("make {}", path.display()))?;
    let partial = Partial { path: path.to_owned(), file };
    partial.file.try_lock().with_context(|| format!("lock {}", path.display()))?;
    Ok(partial)
}

/// Runs the program into the file; says what went by, and how many bytes were written.
fn dump(program: &Program, file: &mut File) -> Result<(Seen, u64), Trouble> {
    let (running, stdout) = program.giving()?;
    let packed = pack(stdout, file);
    let (seen, size) = match packed {
        Ok(packed) => {
            running.finish().map_err(dump_failed)?;
            packed
        }
        Err(Packed::Alone) => return Err(nobody_listens().into()),
        Err(Packed::Disk(error)) => return Err(not_written(error).into()),
        Err(Packed::Program(error)) => return Err(anyhow!(error).context("read the dump").into()),
    };
    file.sync_all().map_err(not_written)?;
    Ok((seen, size))
}

/// Which side failed.
enum Packed {
    Program(io::Error),
    Disk(io::Error),
    Alone,
}

fn pack(mut source: ChildStdout, file: &mut File) -> Result<(Seen, u64), Packed> {
    let mut packer = GzEncoder::new(Hashed::new(file), Compression::default());
    let (mut piece, mut plain) = (vec![0; PIECE], Plain::default());
    loop {
        let count = source.read(&mut piece).map_err(Packed::Program)?;
        let some = piece.get(..count).unwrap_or_default();
        if some.is_empty() {
            break;
        }
        if say::is_alone() {
            return Err(Packed::Alone);
        }
        plain.went_by(some);
        packer.write_all(some).map_err(Packed::Disk)?;
    }
    let written = packer.finish().map_err(Packed::Disk)?;
    let size = written.inner.metadata().map_err(Packed::Disk)?.len();
    Ok((Seen { sha256: written.sha256(), plain }, size))
}

fn dump_failed(failure: Failure) -> Trouble {
    if failure.finding.code == "interrupted" {
        return failure.into();
    }
    let fact = format!("the dump failed, and what came of it was removed: {}", failure.finding.fact);
    let help = "its last words are below; nothing else was changed, and older backups stay as they are";
    Trouble::from(Failure { finding: Box::new(Finding::fail("dump-failed", fact).help(help)), ..failure })
}

fn not_written(error: io::Error) -> Failure {
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&error.kind());
    let fact = format!("the backup could not be written, and what came of it was removed: {error}");
    Failure::new(if full {
        Finding::fail("backup-no-room", fact).help("make room, or name another `backup.dir`")
    } else {
        Finding::fail("backup-not-written", fact).help("look at the disk and at the rights of the directory")
    })
}

/// What the disk gives back is what went to it.
fn read_back(path: &Path, seen: &Seen) -> Result<(), Trouble> {
    let fact = match through(path, |_| Ok(())) {
        Ok(back) if back.sha256 == seen.sha256 && back.plain.bytes == seen.plain.bytes => return Ok(()),
        Ok(back) => format!("its SHA-256 is {}, and {} was written", back.sha256, seen.sha256),
        Err(Broken::Alone) => return Err(nobody_listens().into()),
        Err(Broken::File(error) | Broken::Taker(error)) => error.to_string(),
    };
    let finding =
        Finding::fail("backup-damaged", format!("what was read back is not what was written: {fact}"));
    Err(Trouble::failed(finding.help("look at the disk: `dmesg` and its health")))
}

/// The hash first: a backup is never without it.
fn keep(partial: &Partial, dir: &Path, (name, sha256): (&str, &str)) -> Result<(), Trouble> {
    let hash = shelf::hash_file(dir, name);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&hash)?;
        file.write_all(format!("{sha256}  {name}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial.path, dir.join(name))
    };
    write().inspect_err(|_| drop(fs::remove_file(&hash))).map_err(not_written)?;
    Ok(File::open(dir).and_then(|dir| dir.sync_all()).map_err(not_written)?)
}
