//! The commit that is checked out, the branch and the tags on it, and whether the files are as they are in it.

use serde::{Deserialize, Serialize};
use shiplane_core::changelog::Facts;
use shiplane_core::changelog::tags::{self, Tag};
use shiplane_core::fault::Fault;
use shiplane_core::raw;

use super::git::Git;
use crate::request::{Request, inside};

/// The checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkout {
    /// The commit.
    pub(crate) head: String,
    /// The branch; none when a commit or a tag is checked out.
    pub(crate) branch: Option<String>,
    /// The highest version that a tag on this very commit names.
    pub(crate) standing: Option<Tag>,
    /// Release files that differ from the commit.
    pub(crate) dirty: Vec<String>,
    /// How each of the release files is kept: `100644`, `100755`, or `120000` for a link.
    pub(crate) modes: Vec<(String, String)>,
}

/// Reads it.
pub(crate) fn read(request: &Request, facts: &Facts) -> anyhow::Result<Checkout> {
    let here = Git::at(&request.directory).here()?;
    let git = Git::at(&here.root);
    let head = git.commit("HEAD")?.ok_or_else(|| {
        Fault::usage("commit-missing", "there is no commit yet").help("commit something first")
    })?;
    let branch = if git.ask(&["symbolic-ref", "--quiet", "HEAD"])? {
        let name = git.text(&["symbolic-ref", "HEAD"])?;
        name.trim_end().strip_prefix("refs/heads/").map(str::to_owned)
    } else {
        None
    };
    let here = git.text(&["for-each-ref", "--points-at=HEAD", "--format=%(refname)", "refs/tags"])?;
    let names = here.lines().filter_map(|line| line.strip_prefix("refs/tags/"));
    let standing = tags::ranked(names, facts.prefix(&request.policy)).into_iter().next();
    let paths = paths(facts);
    Ok(Checkout { head, branch, standing, dirty: dirty(&git, &paths)?, modes: modes(&git, &paths)? })
}

/// All files that a release reads or writes.
fn paths(facts: &Facts) -> Vec<String> {
    let versions = facts.versions.iter();
    let all = versions.flat_map(|source| std::iter::once(&source.file).chain(&source.companions));
    let mut paths: Vec<String> = all.map(|document| document.path.clone()).collect();
    paths.push(facts.changelog.path.clone());
    paths.sort();
    paths.dedup();
    paths
}

/// A file that belongs into the commit of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Included {
    /// From the repository's root.
    pub(crate) path: String,
    /// All of it, as `raw` reads bytes.
    pub(crate) text: String,
}

/// Of these files, those that are not as they are in the commit that is checked out.
pub(crate) fn included(request: &Request, files: &[String]) -> anyhow::Result<Vec<Included>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let root = Git::at(&request.directory).here()?.root;
    let read = |path: String| {
        let bytes = std::fs::read(root.join(&path)).map_err(|error| {
            Fault::usage("include-unreadable", format!("read {path}: {error}"))
                .help("make the file before, and name it from the repository's root")
        })?;
        Ok(Included { text: raw::decode(bytes), path })
    };
    let paths = files.iter().map(|file| inside(file)).collect::<Result<Vec<_>, _>>()?;
    let all = paths.iter().cloned().map(read).collect::<Result<Vec<_>, Fault>>()?;
    let changed = dirty(&Git::at(&root), &paths)?;
    Ok(all.into_iter().filter(|file| changed.contains(&file.path)).collect())
}

fn dirty(git: &Git, paths: &[String]) -> anyhow::Result<Vec<String>> {
    let literal: Vec<String> = paths.iter().map(|path| format!(":(literal){path}")).collect();
    let mut args = vec!["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"];
    args.extend(literal.iter().map(String::as_str));
    let text = git.text(&args)?;
    // Two letters, a blank, the path.
    Ok(text.split('\0').filter_map(|entry| entry.get(3..)).map(str::to_owned).collect())
}

fn modes(git: &Git, paths: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let literal: Vec<String> = paths.iter().map(|path| format!(":(literal){path}")).collect();
    let mut args = vec!["ls-files", "--stage", "-z", "--"];
    args.extend(literal.iter().map(String::as_str));
    let text = git.text(&args)?;
    // `<mode> <object> <stage>\t<path>`
    let entries = text.split('\0').filter_map(|entry| entry.split_once('\t'));
    Ok(entries.map(|(head, path)| (path.to_owned(), head.chars().take(6).collect())).collect())
}
