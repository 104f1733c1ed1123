//! Takes an upload in: a tree of its own under `incoming`, whole or not at all. Nothing that is live is touched, so
//! it needs no lock; the run that it is for makes a release of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use ring::digest::{Context, SHA256};
use shiplane_core::deploy::manifest::{Kept, Manifest};
use shiplane_core::deploy::{Contents, Digest, Name, Parcel, Receipt};
use shiplane_core::report::Finding;

use crate::base::{self, Ready};
use crate::room::disk;
use crate::state::{self, StateDir, is_plain_name};
use crate::tree;

/// The manifest of an upload that is complete; it is written last.
pub(crate) const COMPLETE: &str = "complete.json";

/// Locked by whoever builds the upload, as long as it lives.
const ALIVE: &str = "alive";

/// Longest first line.
const HEAD: u64 = 1024 * 1024;

/// Longest list of what changed.
const LIST: u64 = 512 * 1024 * 1024;

/// A complete upload that no run took within this time belongs to a client that is gone.
const UNCLAIMED: Duration = Duration::from_secs(60 * 60);

/// Reads one upload to its end, and says what became of it.
pub(crate) fn receive(input: impl Read) -> anyhow::Result<Receipt> {
    let (mut input, mut head) = (BufReader::with_capacity(tree::PIECE, input), Vec::new());
    input.by_ref().take(HEAD).read_until(b'\n', &mut head).context("read an upload")?;
    let parcel: Parcel = serde_json::from_slice(&head).context("read an upload's first line")?;
    if !is_plain_name(&parcel.run) {
        bail!("`{}` is no name of a run", parcel.run);
    }
    let base = base::find(&parcel.site)?;
    if base.as_ref().map(|base| tree::hash(&base.manifest.bytes())) != parcel.base {
        return Ok(Receipt::Stale);
    }
    let state = StateDir::new(&parcel.site.state_dir);
    let (dir, _alive) = place(&state, &parcel.run)?;
    let result =
        room(&dir, &parcel, base.as_ref()).and_then(|()| build(&dir, &parcel, (input, base.as_ref())));
    let Err(error) = result else { return Ok(Receipt::Taken) };
    tree::remove(&dir)?;
    refusal(error, &dir, &parcel).map(|finding| Receipt::Refused(Box::new(finding)))
}

/// A directory for this upload alone. Those of dead ones are removed on the way.
fn place(state: &StateDir, run: &str) -> anyhow::Result<(PathBuf, File)> {
    state.prepare()?;
    let incoming = state.incoming();
    state::make(&incoming)?;
    let door = File::create(incoming.join(".lock")).context("open the lock of uploads")?;
    door.lock().context("lock the uploads")?;
    sweep(&incoming)?;
    let dir = incoming.join(run);
    if !state::make_new(&dir)? {
        bail!("there is an upload for run {run} already");
    }
    let alive = File::create(dir.join(ALIVE)).context("make the sign of life")?;
    alive.lock().context("lock the sign of life")?;
    Ok((dir, alive))
}

fn sweep(incoming: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(incoming).context("read directory of uploads")?.flatten() {
        let dir = entry.path();
        let Ok(alive) = File::open(dir.join(ALIVE)) else {
            if dir.is_dir() {
                tree::remove(&dir)?;
            }
            continue;
        };
        let complete = fs::metadata(dir.join(COMPLETE)).and_then(|complete| complete.modified());
        let waits = complete.is_ok_and(|since| {
            SystemTime::now().duration_since(since).is_ok_and(|waited| waited < UNCLAIMED)
        });
        if !waits && alive.try_lock().is_ok() {
            tree::remove(&dir)?;
        }
    }
    Ok(())
}

/// Why an upload cannot be taken.
enum Trouble {
    /// A finding for the reader.
    No(Finding),
    /// The operating system, or the stream.
    Io(io::Error, String),
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> Trouble {
    let place = path.display().to_string();
    move |error| Trouble::Io(error, place)
}

/// What is known to be too much is not begun.
fn room(dir: &Path, parcel: &Parcel, base: Option<&Ready>) -> Result<(), Trouble> {
    let copied = base.filter(|_| !parcel.share).map_or(0, |base| base.manifest.size());
    let disk = disk(dir).map_err(io_at(dir))?;
    let (needed, free) = (parcel.size.saturating_add(copied), disk.free);
    // File systems that make inodes as they need them say that they have none (btrfs).
    let inodes = disk.inodes == 0 || disk.free_inodes >= parcel.files;
    if free < needed {
        return Err(Trouble::No(full(dir, needed, free)));
    }
    if inodes {
        return Ok(());
    }
    let fact =
        format!("{} new files need as many inodes, and the disk has {}", parcel.files, disk.free_inodes);
    Err(Trouble::No(Finding::fail("disk-full", fact).help(FREE)))
}

const FREE: &str = "make room on the host: `df -h` and `df -i` show the disks; nothing was left behind there";

fn full(dir: &Path, needed: u64, free: u64) -> Finding {
    let at = dir.parent().unwrap_or(dir).display();
    let fact = format!("the upload needs {needed} bytes and the disk of {at} has {free} free");
    Finding::fail("disk-full", fact).help(FREE)
}

fn build(
    dir: &Path,
    parcel: &Parcel,
    (input, base): (impl io::BufRead, Option<&Ready>),
) -> Result<(), Trouble> {
    let stream = |error| Trouble::Io(error, "the upload".to_owned());
    let mut input = zstd::stream::read::Decoder::with_buffer(input).map_err(stream)?;
    let change: Contents = list(&mut input)?;
    let manifest = base.map_or_else(Manifest::default, |base| base.manifest.clone()).with(&change);
    let unfit: Vec<String> = manifest.unfit().iter().take(5).map(|(name, _)| name.to_string()).collect();
    if !unfit.is_empty() {
        let fact = format!("these names lead out of the release: {}", unfit.join(", "));
        return Err(Trouble::No(Finding::fail("path-escapes", fact)));
    }
    if tree::hash(&manifest.bytes()) != parcel.whole {
        return Err(Trouble::No(damaged("the list of files is another one than the client meant")));
    }
    let tree = dir.join("tree");
    tree::make_dir(&tree).map_err(io_at(&tree))?;
    for (name, kept) in &manifest.0 {
        let path = tree::at(&tree, name);
        match kept {
            Kept::Directory => tree::make_dir(&path).map_err(io_at(&path))?,
            Kept::Link(target) => {
                symlink(std::ffi::OsStr::from_bytes(&target.0), &path).map_err(io_at(&path))?;
            }
            Kept::File { size, exec, hash } if change.put.contains_key(name) => {
                let mode = if *exec { 0o755 } else { 0o644 };
                let own = write(&path, (&mut input).take(*size), mode)?;
                if own != *hash {
                    return Err(Trouble::No(damaged(&format!("{name} arrived with another content"))));
                }
            }
            Kept::File { .. } => reuse(base, (name, &path), parcel.share)?,
        }
    }
    // A stream has its own end; one that was cut does not come this far.
    if input.read(&mut [0]).map_err(stream)? != 0 {
        return Err(Trouble::No(damaged("more came than was announced")));
    }
    let text = serde_json::to_string(&manifest).unwrap_or_default();
    state::write(&dir.join(COMPLETE), &text).map_err(|error| {
        let place = dir.display().to_string();
        Trouble::Io(error.downcast().unwrap_or_else(io::Error::other), place)
    })
}

/// What changed stands first, after its length.
fn list(input: &mut impl Read) -> Result<Contents, Trouble> {
    let stream = |error| Trouble::Io(error, "the upload".to_owned());
    let (mut length, mut text) = ([0; 8], Vec::new());
    input.read_exact(&mut length).map_err(stream)?;
    let length = u64::from_le_bytes(length);
    if length > LIST {
        return Err(Trouble::No(damaged("the list of files is too long")));
    }
    input.take(length).read_to_end(&mut text).map_err(stream)?;
    serde_json::from_slice(&text).map_err(|error| Trouble::No(damaged(&error.to_string())))
}

fn damaged(why: &str) -> Finding {
    Finding::fail("upload-damaged", format!("the upload did not arrive as it was sent: {why}"))
        .help("run the command again; nothing was left behind on the host")
}

/// Writes a new file, never over another one, and answers with its hash.
fn write(path: &Path, mut input: impl Read, mode: u32) -> Result<Digest, Trouble> {
    let new = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = new.map_err(io_at(path))?;
    let (mut context, mut piece) = (Context::new(&SHA256), vec![0; tree::PIECE]);
    loop {
        let count = input.read(&mut piece).map_err(io_at(path))?;
        let bytes = piece.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        context.update(bytes);
        file.write_all(bytes).map_err(io_at(path))?;
    }
    file.set_permissions(fs::Permissions::from_mode(mode)).map_err(io_at(path))?;
    Ok(tree::fixed(context.finish().as_ref()))
}

/// Takes a file over from the live release.
fn reuse(base: Option<&Ready>, (name, path): (&Name, &Path), share: bool) -> Result<(), Trouble> {
    let Some(base) = base else {
        return Err(Trouble::No(damaged(&format!("{name} was not sent"))));
    };
    let old = tree::at(&base.tree, name);
    let made = if share { tree::share(&old, path) } else { tree::copy(&old, path) };
    made.map_err(io_at(&old))
}

/// The finding, where there is one; else an error. A disk that is full is the reader's to mend.
fn refusal(trouble: Trouble, dir: &Path, parcel: &Parcel) -> anyhow::Result<Finding> {
    match trouble {
        Trouble::No(finding) => Ok(finding),
        Trouble::Io(error, _)
            if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) =>
        {
            let free = disk(dir.parent().unwrap_or(dir)).map_or(0, |disk| disk.free);
            Ok(full(dir, parcel.size, free))
        }
        Trouble::Io(error, place) if error.kind() == io::ErrorKind::UnexpectedEof => {
            bail!("{place}: the upload was cut off")
        }
        Trouble::Io(error, place) => Err(error).context(place),
    }
}
