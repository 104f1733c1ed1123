//! Files on the host that a checkout would write over: copied aside with everything, and put back exactly.

mod copy;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use shiplane_core::command::Command;
use shiplane_core::report::Finding;

use crate::failure::Failure;
use crate::git::{Git, names};
use crate::state;

/// The list of what was set aside; once it is there, everything is.
const LIST: &str = "edits.json";

/// Files in git's own directory that tell of a merge, beside the index.
const STATE: [&str; 7] =
    ["index", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "AUTO_MERGE"];

/// What was set aside; names are as git quotes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetAside {
    /// What was checked out.
    pub(crate) head: Option<String>,
    /// Tracked files with edits.
    pub(crate) tracked: Vec<String>,
    /// Files that git does not track, or was told not to look at, and the commit brings.
    pub(crate) untracked: Vec<String>,
    /// Where git has the edits of tracked files.
    pub(crate) commit: Option<String>,
}

/// What a checkout of that commit would write over; `None` when it is nothing.
pub(crate) fn find(git: Git<'_>, commit: &str) -> Result<Option<SetAside>, Failure> {
    let tracked = git.edited()?;
    for name in &tracked {
        twisted(git.path, &names::path(name))?;
    }
    let untracked = clashes(git, commit, &tracked)?;
    if tracked.is_empty() && untracked.is_empty() {
        return Ok(None);
    }
    Ok(Some(SetAside { head: git.resolve("HEAD"), tracked, untracked, commit: None }))
}

/// Files that git does not track where the commit has one: ignored ones it would replace without a word (git docs,
/// `checkout --overwrite-ignore`, which is the default).
fn clashes(git: Git<'_>, commit: &str, edited: &[String]) -> Result<Vec<String>, Failure> {
    let leaving: BTreeSet<PathBuf> = git.leaving(commit)?.iter().map(|name| names::path(name)).collect();
    let edited: BTreeSet<PathBuf> = edited.iter().map(|name| names::path(name)).collect();
    let mut found: Vec<String> = git.unwatched(commit)?;
    let mut seen = BTreeSet::new();
    for name in git.arriving(commit)? {
        let Some(obstacle) = obstacle(git.path, &names::path(&name))? else { continue };
        if leaving.contains(&obstacle) || edited.contains(&obstacle) || !seen.insert(obstacle.clone()) {
            continue;
        }
        found.push(if obstacle == names::path(&name) { name } else { quoted(&obstacle) });
    }
    Ok(found)
}

/// What stands where the file shall be, or where one of its directories shall be.
fn obstacle(root: &Path, file: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut so_far = PathBuf::new();
    for part in file.components() {
        so_far.push(part);
        let Ok(about) = fs::symlink_metadata(root.join(&so_far)) else { return Ok(None) };
        match (about.is_dir(), so_far == file) {
            (true, false) => {}
            (false, _) => return Ok(Some(so_far)),
            (true, true) => {
                let is_empty = fs::read_dir(root.join(&so_far)).is_ok_and(|mut all| all.next().is_none());
                return if is_empty { Ok(None) } else { Err(in_the_way(&so_far, "a directory")) };
            }
        }
    }
    Ok(None)
}

/// A tracked file whose place was taken by something of another kind: to make room would lose it.
fn twisted(root: &Path, file: &Path) -> Result<(), Failure> {
    if root.join(file).symlink_metadata().is_ok_and(|about| about.is_dir()) {
        return Err(in_the_way(file, "a directory"));
    }
    for parent in file.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
        if root.join(parent).symlink_metadata().is_ok_and(|about| !about.is_dir()) {
            return Err(in_the_way(parent, "no directory"));
        }
    }
    Ok(())
}

fn in_the_way(path: &Path, what: &str) -> Failure {
    let fact = format!("{} on the host is {what}, where git has something else", path.display());
    Failure::new(Finding::fail("in-the-way", fact).help("move it away by hand; it was left as it is"))
}

impl SetAside {
    /// Copies everything aside, then makes room. The list comes last, and nothing is touched before it is there.
    pub(crate) fn save(mut self, git: Git<'_>, dir: &Path, run: &str) -> Result<Self, Failure> {
        state::make(&dir.join("files"))?;
        state::make(&dir.join("git"))?;
        for name in self.tracked.iter().chain(&self.untracked) {
            let path = names::path(name);
            copy::aside(&git.path.join(&path), &dir.join("files").join(&path))?;
        }
        if let Some(own) = git.git_dir() {
            for name in STATE {
                copy::aside(&own.join(name), &dir.join("git").join(name))?;
            }
        }
        state::write(&dir.join("edits.patch"), git.patch())?;
        if !self.tracked.is_empty() {
            self.commit = git.keep_edits(&format!("refs/shiplane/edits/{run}"));
        }
        let list = serde_json::to_string_pretty(&self).context("write what was set aside")?;
        state::write(&dir.join(LIST), &list)?;
        if !self.tracked.is_empty() {
            git.discard_edits()?;
        }
        for name in &self.untracked {
            copy::away(&git.path.join(names::path(name)))?;
        }
        Ok(self)
    }

    /// What a run has set aside, if it did.
    pub(crate) fn read(dir: &Path) -> Result<Option<Self>, Failure> {
        let Ok(text) = fs::read_to_string(dir.join(LIST)) else { return Ok(None) };
        Ok(Some(serde_json::from_str(&text).context("read what was set aside")?))
    }

    /// Puts everything back: content, mode, and what was staged. The copies go last.
    pub(crate) fn put_back(&self, git: Git<'_>, dir: &Path) -> Result<(), Failure> {
        for name in &self.untracked {
            let path = names::path(name);
            copy::back(&dir.join("files").join(&path), &git.path.join(&path))?;
        }
        for name in &self.tracked {
            let path = names::path(name);
            let saved = dir.join("files").join(&path);
            if saved.symlink_metadata().is_ok() {
                copy::back(&saved, &git.path.join(&path))?;
            } else {
                copy::away(&git.path.join(&path))?;
            }
        }
        if let Some(own) = git.git_dir() {
            for name in STATE {
                let saved = dir.join("git").join(name);
                if saved.exists() {
                    copy::back(&saved, &own.join(name))?;
                }
            }
        }
        git.refresh();
        if let Some(name) = &self.commit {
            git.forget_edits(name);
        }
        fs::remove_dir_all(dir).with_context(|| format!("remove {}", dir.display()))?;
        Ok(())
    }

    /// What the reader has to know of it.
    pub(crate) fn finding(&self, site: &Path, dir: &Path) -> Finding {
        let all: Vec<&str> = self.tracked.iter().chain(&self.untracked).map(String::as_str).collect();
        let shown = all.get(..all.len().min(5)).unwrap_or_default().join(", ");
        let more = if all.len() > 5 { ", …" } else { "" };
        let fact = format!(
            "{} files on the host that git does not have so were set aside in {}: {shown}{more}",
            all.len(),
            dir.display()
        );
        let apply = self.commit.as_ref().map(|name| {
            let git = Command::new("git").args(["-C", &site.display().to_string()]);
            git.args(["stash", "apply", name]).line()
        });
        let copy = || {
            let from = format!("{}/files/.", dir.display());
            Command::new("cp").args(["-a", &from, &format!("{}/", site.display())]).line()
        };
        let copies = (self.commit.is_none() || !self.untracked.is_empty()).then(copy);
        let commands: Vec<String> = apply.into_iter().chain(copies).collect();
        let help = format!("to bring them back, on the host: {}", commands.join(" && "));
        Finding::warning("edits-set-aside", fact).help(help)
    }
}

/// A name as git would quote it, of a path that git has not named.
fn quoted(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"' && *byte != b'\\' || *byte == b' ';
    let bytes = path.as_os_str().as_bytes();
    if bytes.iter().all(plain) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let one = |byte: &u8| if plain(byte) { char::from(*byte).to_string() } else { format!("\\{byte:03o}") };
    format!("\"{}\"", bytes.iter().map(one).collect::<String>())
}
