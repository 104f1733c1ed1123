//! The last release that the present commit contains, and the commits since.

use std::collections::HashSet;

use anyhow::Context as _;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::tags::{self, Tag};
use shiplane_core::fault::Fault;

use super::git::{Git, Here};

/// Gets what a shallow clone lacks, without the files of old commits.
pub(super) const FETCH: &str = "git fetch --unshallow --filter=tree:0 --tags";

/// So many tags are asked about one by one; then one walk over the whole history is cheaper.
const SINGLE: usize = 4;

/// What git says.
#[derive(Default)]
pub(super) struct History {
    pub(super) last: Option<Tag>,
    pub(super) pre: Option<Tag>,
    pub(super) strangers: usize,
    pub(super) commits: Vec<Commit>,
}

/// Reads tags and commits.
pub(super) fn read(git: &Git, here: &Here, prefix: &str) -> anyhow::Result<History> {
    if !git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"])? {
        // No commit yet, or a branch that is broken: only the former still has a name.
        git.text(&["symbolic-ref", "HEAD"])?;
        return Ok(History::default());
    }
    let names = tag_names(&git.text(&["for-each-ref", "--format=%(refname)", "refs/tags"])?);
    let names = || names.iter().map(String::as_str);
    let found = contained(git, tags::ranked(names(), prefix))?;
    let since = found.last.as_ref().map(|tag| format!("refs/tags/{}", tag.name));
    let commits = commits(git, since.as_deref())?;
    if here.shallow && (found.last.is_none() || found.missed || reaches_boundary(git, here, &commits)?) {
        let fact = "the clone is shallow, and the last release or commits since it are missing";
        return Err(Fault::could_not("history-shallow", fact).help(FETCH).into());
    }
    let strangers = tags::strangers(names(), prefix);
    Ok(History { last: found.last, pre: found.pre, strangers, commits })
}

fn tag_names(refs: &str) -> Vec<String> {
    refs.lines().filter_map(|line| line.strip_prefix("refs/tags/")).map(str::to_owned).collect()
}

/// The highest final release and pre-release that the present commit contains.
#[derive(Default)]
struct Found {
    last: Option<Tag>,
    pre: Option<Tag>,
    /// A higher one is not contained, as far as the clone can tell.
    missed: bool,
}

/// Asks from the highest version down, so that the number of tags hardly matters.
fn contained(git: &Git, ranked: Vec<Tag>) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut misses = 0;
    let mut merged: Option<HashSet<String>> = None;
    for tag in ranked {
        if !tag.is_final() && found.pre.is_some() {
            continue;
        }
        if misses == SINGLE && merged.is_none() {
            let refs = git.text(&["for-each-ref", "--merged=HEAD", "--format=%(refname)", "refs/tags"])?;
            merged = Some(tag_names(&refs).into_iter().collect());
        }
        let is_contained = match &merged {
            Some(merged) => merged.contains(&tag.name),
            None => is_ancestor(git, &tag)?,
        };
        match (is_contained, tag.is_final()) {
            (false, _) => misses += 1,
            (true, false) => found.pre = Some(tag),
            (true, true) => {
                found.last = Some(tag);
                break;
            }
        }
    }
    found.missed = misses > 0;
    Ok(found)
}

fn is_ancestor(git: &Git, tag: &Tag) -> anyhow::Result<bool> {
    let commit = format!("refs/tags/{}^{{commit}}", tag.name);
    git.ask(&["merge-base", "--is-ancestor", &commit, "HEAD"]).or_else(|error| {
        // A tag may name a tree or a file: that is no release. One that names something missing is an error.
        let kind = git.text(&["cat-file", "-t", &format!("refs/tags/{}^{{}}", tag.name)])?;
        if kind.trim_end() == "commit" { Err(error) } else { Ok(false) }
    })
}

/// The commits that the base does not have; a clone that lacks some of them proves nothing.
pub(super) fn beyond(git: &Git, here: &Here, base: &str) -> anyhow::Result<Vec<Commit>> {
    let commits = commits(git, Some(base))?;
    if here.shallow && reaches_boundary(git, here, &commits)? {
        let fact = "the clone is shallow, and commits since it left the base are missing";
        return Err(Fault::could_not("history-shallow", fact).help(FETCH).into());
    }
    Ok(commits)
}

/// The commits since this one, newest first and children before parents, whatever their clocks said.
fn commits(git: &Git, since: Option<&str>) -> anyhow::Result<Vec<Commit>> {
    let since = since.map(|since| format!("^{since}"));
    let mut args =
        vec!["log", "-z", "--topo-order", "--no-color", "--no-notes", "--format=%H%n%P%n%B", "HEAD"];
    args.extend(since.as_deref());
    args.push("--");
    let text = git.text(&args)?;
    text.split('\0')
        .filter(|record| !record.is_empty())
        .map(|record| commit(record).context("read a commit"))
        .collect()
}

fn commit(record: &str) -> Option<Commit> {
    let (id, rest) = record.split_once('\n')?;
    let (parents, message) = rest.split_once('\n')?;
    Some(Commit {
        id: id.to_owned(),
        parents: parents.split_whitespace().map(str::to_owned).collect(),
        message: message.trim_end().to_owned(),
    })
}

/// Whether the range runs into a commit whose parents were not fetched.
fn reaches_boundary(git: &Git, here: &Here, commits: &[Commit]) -> anyhow::Result<bool> {
    let path = git.text(&["rev-parse", "--path-format=absolute", "--git-path", "shallow"])?;
    let path = here.root.join(path.trim_end_matches('\n'));
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let boundary: HashSet<&str> = text.lines().collect();
    Ok(commits.iter().any(|commit| boundary.contains(commit.id.as_str())))
}
