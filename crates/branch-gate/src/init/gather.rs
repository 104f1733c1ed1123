//! What lies there: the repository's top and name, and the files that would be written.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use shiplane_action::Context;
use shiplane_core::fault::Fault;
use shiplane_core::preset::Preset;

use super::suggest;

/// Configs and workflows are far smaller.
const LARGEST: u64 = 1024 * 1024;

/// The repository.
#[derive(Debug)]
pub(super) struct Place {
    /// Its top directory, without links.
    pub(super) top: PathBuf,
    /// Its name.
    pub(super) name: String,
    /// The command that runs its tests, as its files suggest.
    pub(super) test: Option<&'static str>,
}

/// A file that is there.
#[derive(Debug)]
pub(super) struct File {
    /// Path from the top, as presets write it.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

/// The repository around a directory.
pub(super) fn place(directory: Option<&Path>, context: &Context) -> anyhow::Result<Place> {
    let start = directory.or(context.workspace.as_deref()).unwrap_or(Path::new("."));
    let shown = start.display();
    let start = fs::canonicalize(start).map_err(|error| {
        Fault::usage("directory-unreadable", format!("find {shown}: {error}"))
            .help("name a directory of the repository with --directory")
    })?;
    let top = start.ancestors().find(|dir| dir.join(".git").exists()).ok_or_else(|| {
        Fault::usage("not-a-repository", format!("{shown} is not inside a git repository"))
            .help("run it in the repository, name it with --directory, or begin one with `git init`")
    })?;
    let full = context.repository.as_deref().filter(|_| directory.is_none());
    let short = full.and_then(|name| name.rsplit('/').next()).map(str::to_owned);
    let folder = || top.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = short.or_else(|| origin(top)).or_else(folder).unwrap_or_default();
    Ok(Place { top: top.to_owned(), name, test: suggest::test(top) })
}

/// The last part of origin's address, as `.git/config` has it; a worktree's is elsewhere and is not looked for.
fn origin(top: &Path) -> Option<String> {
    let text = fs::read_to_string(top.join(".git/config")).ok()?;
    let (_, rest) = text.split_once("[remote \"origin\"]")?;
    let own = rest.lines().skip(1).take_while(|line| !line.trim_start().starts_with('['));
    let url = own.filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "url")?.1;
    let name = url.trim().trim_end_matches('/').rsplit(['/', ':']).next()?;
    Some(name.strip_suffix(".git").unwrap_or(name).to_owned()).filter(|name| !name.is_empty())
}

/// The files of all presets that are there.
pub(super) fn files(place: &Place, presets: &[Preset]) -> anyhow::Result<Vec<File>> {
    let mut paths: Vec<&str> =
        presets.iter().flat_map(|preset| preset.files).map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut files = Vec::new();
    for path in paths {
        let Some(target) = target(&place.top, path)? else { continue };
        let about = fs::metadata(&target).with_context(|| format!("look at {path}"))?;
        let odd = |why: &str| {
            Fault::usage("file-unreadable", format!("{path} {why}")).help("move it away, and run it again")
        };
        if !about.is_file() || about.len() > LARGEST {
            return Err(odd("is not a file of a size that can be compared").into());
        }
        let bytes = fs::read(&target).map_err(|error| odd(&format!("cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|_| odd("is not UTF-8 text"))?;
        files.push(File { path: path.to_owned(), text });
    }
    Ok(files)
}

/// Where a path leads, links followed; nothing when there is no such file. Outside the repository is no place of ours.
pub(super) fn target(top: &Path, path: &str) -> Result<Option<PathBuf>, Fault> {
    let mut at = top.to_owned();
    for part in Path::new(path).components() {
        let Component::Normal(part) = part else { return Err(outside(path, "leads upwards")) };
        at.push(part);
        match fs::symlink_metadata(&at) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let fact = format!("{path} cannot be looked at: {error}");
                return Err(Fault::could_not("file-unreadable", fact).help("check the permissions"));
            }
            Ok(about) if about.is_symlink() => {
                at = fs::canonicalize(&at).map_err(|_| outside(path, "is a link that leads nowhere"))?;
                if !at.starts_with(top) {
                    return Err(outside(path, &format!("leads to {}", at.display())));
                }
            }
            Ok(_) => {}
        }
    }
    Ok(Some(at))
}

fn outside(path: &str, where_to: &str) -> Fault {
    Fault::usage("path-outside", format!("{path} {where_to}, outside the repository; nothing was written"))
        .help("put a directory of the repository in the place of the link")
}
