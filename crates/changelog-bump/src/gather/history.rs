//! The last release that the present commit contains, and the commits since.

use std::collections::{BTreeSet, HashSet};

use anyhow::Context as _;
use shiplane_core::changelog::convention::Lines;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::tags::{self, Aside, Seen, Tag, WhyAside};
use shiplane_core::fault::Fault;

use super::commits::Range;
use super::git::{Git, Here};
use crate::choice::Scope;

/// Gets what a shallow clone lacks, without the files of old commits.
pub(super) const FETCH: &str = "git fetch --unshallow --filter=tree:0 --tags";

/// So many tags are asked about one by one; then one walk over the whole history is cheaper.
const SINGLE: usize = 4;

/// So many tags are named one by one.
const NAMED: usize = 100;

/// What git says.
#[derive(Default)]
pub(super) struct History {
    pub(super) last: Option<Tag>,
    pub(super) pre: Option<Tag>,
    pub(super) strangers: usize,
    pub(super) commits: Vec<Commit>,
    pub(super) seen: Seen,
}

/// Reads tags and commits.
pub(super) fn read(
    git: &Git,
    here: &Here,
    (prefix, scope): (Option<&str>, &Scope),
) -> anyhow::Result<History> {
    match since_release(git, here, (prefix, scope)) {
        // Where there is no commit yet, git fails; asking before would cost every other run.
        Err(_) if !git.ask(&["rev-parse", "--verify", "--quiet", "HEAD"])? => {
            // No commit yet, or a branch that is broken: only the former still has a name.
            git.text(&["symbolic-ref", "HEAD"])?;
            Ok(History::default())
        }
        other => other,
    }
}

fn since_release(git: &Git, here: &Here, (prefix, scope): (Option<&str>, &Scope)) -> anyhow::Result<History> {
    let names = tag_names(&git.text(&["for-each-ref", "--format=%(refname)", "refs/tags"])?);
    let named = prefix;
    let prefix = tags::prefix(&names, named);
    let (ranked, others) = tags::sorted_out(names.iter().map(String::as_str), prefix);
    let mut seen = seen(&ranked, &others);
    seen.prefix = Some(prefix.to_owned()).filter(|prefix| named.is_none() && prefix != tags::USUAL);
    let found = contained(git, ranked, scope.lines)?;
    let since = found.last.as_ref().map(|tag| format!("refs/tags/{}", tag.name));
    let range = Range { since: since.as_deref(), until: "HEAD", lines: scope.lines };
    let commits = range.commits(git)?;
    let missed = !found.aside.is_empty();
    if here.shallow && (found.last.is_none() || missed || reaches_boundary(git, here, &commits)?) {
        let fact = "the clone is shallow, and the last release or commits since it are missing; with --via-api they are read from GitHub";
        return Err(Fault::could_not("history-shallow", fact).help(FETCH).into());
    }
    if let Some(pre) = &found.pre {
        let since = format!("refs/tags/{}", pre.name);
        seen.since_pre = Some(Range { since: Some(&since), until: "HEAD", lines: scope.lines }.names(git)?);
    }
    if !scope.paths.is_empty() {
        seen.touching = Some(range.touching(git, &scope.paths)?);
    }
    seen.aside = found.aside;
    let strangers = tags::strangers(others, prefix);
    Ok(History { last: found.last, pre: found.pre, strangers, commits, seen })
}

/// What the names alone tell.
fn seen(ranked: &[Tag], others: &[&str]) -> Seen {
    Seen {
        taken: ranked.iter().map(|tag| tag.name.clone()).collect(),
        foreign: others.iter().take(NAMED).map(|name| (*name).to_owned()).collect(),
        foreigners: others.len(),
        ..Seen::default()
    }
}

pub(super) fn tag_names(refs: &str) -> Vec<String> {
    refs.lines().filter_map(|line| line.strip_prefix("refs/tags/")).map(str::to_owned).collect()
}

/// The highest final release and pre-release that the present commit contains.
#[derive(Default)]
struct Found {
    last: Option<Tag>,
    pre: Option<Tag>,
    /// Higher ones that are not contained, as far as the clone can tell.
    aside: Vec<Aside>,
}

/// Asks from the highest version down, so that the number of tags hardly matters.
fn contained(git: &Git, ranked: Vec<Tag>, lines: Lines) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut misses = 0;
    let mut known = match lines {
        Lines::All => None,
        Lines::FirstParent => Some(on_the_line(git)?),
    };
    for tag in ranked {
        if !tag.is_final() && found.pre.is_some() {
            continue;
        }
        if misses == SINGLE && known.is_none() {
            let refs = git.text(&["for-each-ref", "--merged=HEAD", "--format=%(refname)", "refs/tags"])?;
            known = Some(tag_names(&refs).into_iter().collect());
        }
        let why = match &known {
            Some(known) if known.contains(&tag.name) => None,
            Some(_) => Some(WhyAside::Elsewhere),
            None => why_aside(git, &tag)?,
        };
        match (why, tag.is_final()) {
            (Some(why), _) => {
                misses += 1;
                if found.aside.len() < NAMED {
                    found.aside.push(Aside { name: tag.name, why });
                }
            }
            (None, false) => found.pre = Some(tag),
            (None, true) => {
                found.last = Some(tag);
                break;
            }
        }
    }
    Ok(found)
}

/// The tags on the branch's own commits.
fn on_the_line(git: &Git) -> anyhow::Result<HashSet<String>> {
    let line: BTreeSet<String> =
        Range { since: None, until: "HEAD", lines: Lines::FirstParent }.names(git)?;
    let format = "--format=%(refname)%09%(objectname)%09%(*objectname)";
    let text = git.text(&["for-each-ref", format, "refs/tags"])?;
    let name = |row: &str| {
        let mut parts = row.strip_prefix("refs/tags/")?.split('\t');
        let name = parts.next()?;
        parts.any(|id| line.contains(id)).then(|| name.to_owned())
    };
    Ok(text.lines().filter_map(name).collect())
}

/// Why a tag does not count; `None` when it does.
fn why_aside(git: &Git, tag: &Tag) -> anyhow::Result<Option<WhyAside>> {
    let commit = format!("refs/tags/{}^{{commit}}", tag.name);
    match git.ask(&["merge-base", "--is-ancestor", &commit, "HEAD"]) {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(WhyAside::Elsewhere)),
        Err(error) => {
            // A tag may name a tree or a file: that is no release. One that names something missing is an error.
            let kind = git.text(&["cat-file", "-t", &format!("refs/tags/{}^{{}}", tag.name)])?;
            if kind.trim_end() == "commit" { Err(error) } else { Ok(Some(WhyAside::NoCommit)) }
        }
    }
}

/// The commits of a range; a clone that lacks some of them proves nothing.
pub(super) fn whole(git: &Git, here: &Here, range: &Range<'_>) -> anyhow::Result<Vec<Commit>> {
    let commits = range.commits(git)?;
    if here.shallow && reaches_boundary(git, here, &commits)? {
        let fact = "the clone is shallow, and commits since it left the base are missing";
        return Err(Fault::could_not("history-shallow", fact).help(FETCH).into());
    }
    Ok(commits)
}

/// Whether the range runs into a commit whose parents were not fetched.
pub(super) fn reaches_boundary(git: &Git, here: &Here, commits: &[Commit]) -> anyhow::Result<bool> {
    let path = git.text(&["rev-parse", "--path-format=absolute", "--git-path", "shallow"])?;
    let path = here.root.join(path.trim_end_matches('\n'));
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let boundary: HashSet<&str> = text.lines().collect();
    Ok(commits.iter().any(|commit| boundary.contains(commit.id.as_str())))
}
