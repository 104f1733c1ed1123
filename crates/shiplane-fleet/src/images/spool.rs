//! `docker save` into a file that has no name any more, so that nothing of it stays, whatever ends this process.
//!
//! On disk and not in memory: which layers are sent is known only when the archive's last file is read.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use shiplane_core::deploy::image::pack::{self, MANIFEST, Read};
use shiplane_core::deploy::image::tar::{self, Entry, Trouble};
use shiplane_core::fault::Fault;
use tokio::io::AsyncReadExt as _;
use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::timeout;

use super::here;

const CHUNK: usize = 256 * 1024;

/// A config or a list of images is not larger.
const LARGEST_TEXT: u64 = 32 * 1024 * 1024;

/// How many names are tried for the file.
const NAMES: u32 = 100;

/// The archive, and the images in it.
#[derive(Debug)]
pub(super) struct Spool {
    pub(super) file: File,
    pub(super) images: Vec<Read>,
}

/// Saves these images and reads what came.
pub(super) async fn save(ids: &[&str], limit: Duration) -> Result<Spool> {
    let (file, place) = nameless()?;
    let saving = timeout(limit, fill(&file, ids, &place));
    saving.await.map_err(|_| {
        let fact = format!("docker save took longer than {} seconds", limit.as_secs());
        Fault::could_not("image-save-failed", fact).help("raise `build-timeout` in the environment")
    })??;
    let images = images(&file).map_err(|why| {
        let fact = format!("what docker save wrote cannot be read: {why:#}");
        Fault::could_not("image-save-failed", fact)
            .help("`docker save` of that image must work on this machine")
    })?;
    Ok(Spool { file, images })
}

fn nameless() -> Result<(File, PathBuf)> {
    let dir = std::env::temp_dir();
    for turn in 0..NAMES {
        let path = dir.join(format!(".shiplane-images-{}-{turn}", std::process::id()));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => {
                remove_file(&path).with_context(|| format!("unlink {}", path.display()))?;
                return Ok((file, dir));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(no_room(&error, &dir).into()),
        }
    }
    Err(anyhow!("make a file in {}: every name is taken", dir.display()))
}

async fn fill(mut file: &File, ids: &[&str], place: &std::path::Path) -> Result<()> {
    let mut child = here::save(ids)?;
    let stdout = child.stdout.take().context("docker save has no output")?;
    let stderr = child.stderr.take().context("docker save has no error output")?;
    let (copied, errors) = tokio::join!(copy(stdout, &mut file), last_words(stderr));
    copied.map_err(|error| no_room(&error, place))?;
    let status = child.wait().await.context("wait for docker save")?;
    if status.success() {
        return Ok(());
    }
    Err(Fault::could_not("image-save-failed", format!("docker save: {status}: {errors}"))
        .help("`docker save` of that image must work on this machine")
        .into())
}

async fn copy(mut from: ChildStdout, to: &mut &File) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.flush();
        }
        to.write_all(buffer.get(..count).unwrap_or_default())?;
    }
}

/// What it said, as long as that is short.
async fn last_words(mut from: ChildStderr) -> String {
    let (mut said, mut buffer) = (Vec::new(), vec![0; 4096]);
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if said.len() < CHUNK {
            said.extend_from_slice(buffer.get(..count).unwrap_or_default());
        }
    }
    String::from_utf8_lossy(&said).trim().to_owned()
}

fn no_room(error: &io::Error, dir: &std::path::Path) -> Fault {
    let fact = format!("keep the saved images in {}: {error}", dir.display());
    let help = "free space there, or set TMPDIR to a directory that has more";
    let full =
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge);
    Fault::could_not(if full { "spool-full" } else { "spool-failed" }, fact).help(help)
}

fn images(file: &File) -> Result<Vec<Read>> {
    let entries = tar::index(|at, size| piece(file, at, size)).map_err(|trouble| match trouble {
        Trouble::Source(error) => anyhow!(error),
        Trouble::Damaged(why) => anyhow!(why),
    })?;
    let manifest = entries.iter().find(|entry| entry.name == MANIFEST);
    let manifest = text(file, manifest.with_context(|| format!("it has no {MANIFEST}"))?)?;
    let saved = pack::saved(&manifest, &entries).map_err(|why| anyhow!(why))?;
    let read = |saved: pack::Saved| {
        let layers = pack::layers(&text(file, &saved.config)?).map_err(|why| anyhow!(why))?;
        Ok(Read { saved, layers })
    };
    saved.into_iter().map(read).collect()
}

fn text(file: &File, entry: &Entry) -> Result<Vec<u8>> {
    if entry.size > LARGEST_TEXT {
        return Err(anyhow!("{} is too large", entry.name));
    }
    Ok(piece(file, entry.start, entry.size)?)
}

/// Fewer bytes only at the end of the file.
fn piece(file: &File, at: u64, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(size).map_err(io::Error::other)?];
    let mut done = 0;
    while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, at + done as u64)? {
            0 => break,
            count => done += count,
        }
    }
    bytes.truncate(done);
    Ok(bytes)
}
