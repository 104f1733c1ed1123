//! A directory of this machine as it is uploaded: walked and hashed while the connection is made.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow};
use ring::digest::{Context, SHA256, digest};
use shiplane_core::deploy::manifest::{Kept, Manifest, Unfit};
use shiplane_core::deploy::{Digest, Name};
use shiplane_core::fault::Fault;
use shiplane_core::report::Finding;

/// What lies at the top and is not uploaded: our own state, git's, and the file that the host writes itself.
const LEFT_OUT: [&[u8]; 3] = [b".git", b".shiplane", b"version.json"];

/// How many names a finding tells.
const SHOWN: usize = 5;

/// How many files are hashed at once, at most.
const THREADS: usize = 4;

/// A directory and what was found in it.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is.
    pub dir: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
    /// Why it cannot be uploaded, or what of it is left out.
    pub findings: Vec<Finding>,
}

/// A directory that is being read.
#[derive(Debug)]
pub struct Reading(JoinHandle<Result<Source>>);

impl Reading {
    /// Begins to read; somebody else may work meanwhile.
    pub fn begin(dir: PathBuf) -> Self {
        Self(thread::spawn(move || Source::read(dir)))
    }

    /// Waits until everything is read.
    pub fn finish(self) -> Result<Source> {
        self.0.join().map_err(|_| anyhow!("reading the directory to upload broke off"))?
    }
}

impl Source {
    /// Reads everything.
    pub fn read(dir: PathBuf) -> Result<Self> {
        let mut walk = Walk::default();
        walk.enter(&dir, &Name::default())?;
        let hashed = hash_all(&walk.files)?;
        let files = walk.files.into_iter().zip(hashed);
        let files = files.map(|(file, (size, hash))| (file.name, Kept::File { size, exec: file.exec, hash }));
        let manifest = Manifest(walk.others.into_iter().chain(files).collect());
        let findings = findings(&dir, &manifest, &walk.special);
        Ok(Self { dir, manifest, findings })
    }
}

/// The hash that names a manifest.
pub(crate) fn name_of(manifest: &Manifest) -> Digest {
    fixed(digest(&SHA256, &manifest.bytes()).as_ref())
}

fn fixed(bytes: &[u8]) -> Digest {
    Digest(bytes.try_into().unwrap_or_default())
}

/// Where a name lies under a directory.
pub(crate) fn at(dir: &Path, name: &Name) -> PathBuf {
    dir.join(std::ffi::OsStr::from_bytes(&name.0))
}

#[derive(Default)]
struct Walk {
    files: Vec<Found>,
    others: Vec<(Name, Kept)>,
    special: Vec<Name>,
}

struct Found {
    name: Name,
    path: PathBuf,
    exec: bool,
}

impl Walk {
    fn enter(&mut self, dir: &Path, at: &Name) -> Result<(), Fault> {
        for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
            let entry = entry.map_err(unreadable(dir))?;
            let own = entry.file_name().into_vec();
            if at.0.is_empty() && LEFT_OUT.contains(&own.as_slice()) {
                continue;
            }
            let mut name = at.0.clone();
            if !name.is_empty() {
                name.push(b'/');
            }
            name.extend(own);
            self.take(entry.path(), Name(name))?;
        }
        Ok(())
    }

    fn take(&mut self, path: PathBuf, name: Name) -> Result<(), Fault> {
        let metadata = fs::symlink_metadata(&path).map_err(unreadable(&path))?;
        if metadata.is_dir() {
            self.others.push((name.clone(), Kept::Directory));
            return self.enter(&path, &name);
        }
        if metadata.is_symlink() {
            let target = fs::read_link(&path).map_err(unreadable(&path))?;
            self.others.push((name, Kept::Link(Name(target.into_os_string().into_vec()))));
        } else if metadata.is_file() {
            let exec = metadata.permissions().mode() & 0o111 != 0;
            self.files.push(Found { name, path, exec });
        } else {
            self.special.push(name);
        }
        Ok(())
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Fault {
    move |error| {
        Fault::could_not("files-unreadable", format!("read {}: {error}", path.display()))
            .help("see that everything in the directory can be read by who runs this")
    }
}

/// Size and hash of each, on several threads: this is what an upload waits for.
fn hash_all(files: &[Found]) -> Result<Vec<(u64, Digest)>, Fault> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((number, file)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|number| Some((number, files.get(number)?)))
        {
            done.push((number, hash(&file.path)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let mut all: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|one| one.join().unwrap_or_default()).collect()
    });
    all.sort_by_key(|(number, _)| *number);
    if all.len() < files.len() {
        return Err(Fault::could_not("files-unreadable", "reading the directory to upload broke off"));
    }
    all.into_iter().map(|(_, hashed)| hashed).collect()
}

fn hash(path: &Path) -> Result<(u64, Digest), Fault> {
    let mut file = File::open(path).map_err(unreadable(path))?;
    let (mut context, mut size, mut piece) = (Context::new(&SHA256), 0_u64, vec![0; 256 * 1024]);
    loop {
        let count = file.read(&mut piece).map_err(unreadable(path))?;
        let bytes = piece.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((size, fixed(context.finish().as_ref())));
        }
        context.update(bytes);
        size += bytes.len() as u64;
    }
}

fn findings(dir: &Path, manifest: &Manifest, special: &[Name]) -> Vec<Finding> {
    let (mut findings, unfit, at) = (Vec::new(), manifest.unfit(), dir.display());
    let of =
        |why: Unfit| unfit.iter().filter(|(_, own)| *own == why).map(|(name, _)| *name).collect::<Vec<_>>();
    let escaping = of(Unfit::LinkEscapes);
    if !escaping.is_empty() {
        let fact = format!("symbolic links in {at} lead out of it: {}", names(&escaping));
        findings.push(
            Finding::fail("link-escapes", fact)
                .help("put the files themselves there, or leave the links out"),
        );
    }
    let odd: Vec<&Name> = of(Unfit::Path).into_iter().chain(of(Unfit::Parent)).collect();
    if !odd.is_empty() {
        let fact = format!("names in {at} cannot be uploaded: {}", names(&odd));
        findings.push(
            Finding::fail("name-invalid", fact).help("rename them: a part of a path has at most 255 bytes"),
        );
    }
    if !special.is_empty() {
        let special: Vec<&Name> = special.iter().collect();
        let fact = format!("{at} has what is no file, directory or link: {}", names(&special));
        findings.push(Finding::fail("special-file", fact).help("leave sockets, pipes and devices out"));
    }
    if manifest.files() == 0 {
        let fact = format!("the directory {at} has no files to upload");
        findings.push(
            Finding::fail("files-empty", fact)
                .help("build the release first, or name another directory with --from"),
        );
    }
    findings
}

fn names(all: &[&Name]) -> String {
    let shown: Vec<String> = all.iter().take(SHOWN).map(|name| name.to_string()).collect();
    let more = all.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
