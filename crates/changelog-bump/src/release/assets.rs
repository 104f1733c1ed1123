//! The files to attach: their names, sizes and sums, before anything is contacted.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ring::digest::{Context, SHA256};
use shiplane_core::changelog::release::asset::{Asset, stored_name};
use shiplane_core::fault::Fault;

/// GitHub takes no larger file (docs, "About releases", "Storage and bandwidth quotas").
const LARGEST: u64 = 2 << 30;

/// A file here, and what it will be there.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) path: PathBuf,
    pub(super) asset: Asset,
}

/// Reads all of them.
pub(super) fn read(paths: Vec<PathBuf>) -> anyhow::Result<Vec<Local>> {
    let mut all: Vec<Local> = Vec::new();
    for path in paths.into_iter().map(files).collect::<Result<Vec<_>, Fault>>()?.concat() {
        let local = one(path)?;
        if let Some(known) = all.iter().find(|known| known.asset.name == local.asset.name) {
            let (one, other) = (known.path.display(), local.path.display());
            let fact = format!("{one} and {other} would both be attached as {}", local.asset.name);
            return Err(Fault::usage("asset-twice", fact).help("give one of them another name").into());
        }
        all.push(local);
    }
    Ok(all)
}

/// The files of a directory, by name; any other path is a file, or will be said to be none.
fn files(path: PathBuf) -> Result<Vec<PathBuf>, Fault> {
    if !path.is_dir() {
        return Ok(vec![path]);
    }
    let wrong = |error: std::io::Error| {
        Fault::usage("asset-unfit", format!("{} cannot be attached: {error}", path.display()))
    };
    let entries = std::fs::read_dir(&path).map_err(wrong)?;
    let mut files =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    files.sort();
    Ok(files)
}

fn one(path: PathBuf) -> anyhow::Result<Local> {
    let shown = path.display().to_string();
    let wrong = |fact: String, help: &str| Fault::usage("asset-unfit", fact).help(help);
    let name = path.file_name().map(|name| stored_name(&name.to_string_lossy())).unwrap_or_default();
    let known = std::fs::metadata(&path).map_err(|error| {
        wrong(format!("{shown} cannot be attached: {error}"), "build it before, or name it as it is")
    })?;
    if !known.is_file() || name.is_empty() {
        return Err(
            wrong(format!("{shown} is not a file"), "name single files; pack a directory first").into()
        );
    }
    let (size, digest) = sum(&path)?;
    match size {
        0 => Err(wrong(format!("{shown} is empty, and GitHub takes no empty file"), "leave it out").into()),
        size if size > LARGEST => {
            let fact = format!("{shown} has {size} bytes, and GitHub takes {LARGEST}");
            Err(wrong(fact, "split it").into())
        }
        size => Ok(Local { asset: Asset { name, size, digest }, path }),
    }
}

/// Bytes and SHA-256, without the file in memory.
fn sum(path: &Path) -> anyhow::Result<(u64, String)> {
    let mut file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let (mut context, mut part, mut size) = (Context::new(&SHA256), vec![0; 1 << 16], 0_u64);
    loop {
        let count = file.read(&mut part).with_context(|| format!("read {}", path.display()))?;
        let Some(bytes) = part.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        context.update(bytes);
        size += u64::try_from(count)?;
    }
    Ok((size, digest(context)))
}

/// The bytes, if they are still those that were summed up.
pub(super) fn bytes(local: &Local) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(&local.path).with_context(|| format!("read {}", local.path.display()))?;
    let mut context = Context::new(&SHA256);
    context.update(&bytes);
    if digest(context) != local.asset.digest {
        let fact = format!("{} was changed by something else in the meantime", local.path.display());
        return Err(Fault::could_not("asset-changed", fact).help("run it again").into());
    }
    Ok(bytes)
}

fn digest(context: Context) -> String {
    let hex: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
