//! What notes are made of: the changelog, the commits of one release, and who wrote them.

use std::collections::BTreeSet;

use anyhow::Context as _;
use shiplane_action::Context;
use shiplane_core::changelog::Version;
use shiplane_core::changelog::document;
use shiplane_core::changelog::history::Commit;
use shiplane_core::changelog::tags::{self, Tag};
use shiplane_core::changelog::told::{Asked, Known};
use shiplane_core::fault::Fault;

use super::commits::Range;
use super::files::Tree;
use super::git::{Git, Here};
use super::history::{FETCH, reaches_boundary, tag_names};
use crate::notes::request::Request;

/// Reads everything once.
pub(crate) async fn read(request: &Request, context: &Context) -> anyhow::Result<Asked> {
    let git = Git::at(&request.release.directory);
    match &request.of {
        Some(version) => {
            let mut known = known(&git, request, version)?;
            known.pulls = super::pulls::read(&request.release, context, &known.commits).await?;
            Ok(Asked::Version(Box::new(known)))
        }
        None => {
            let release = super::facts(&request.release, context).await?;
            let since = release.last.as_ref().map(|tag| tag.name.clone());
            // What was read over the API is not here to be asked for its authors.
            let is_elsewhere = request.release.via_api && git.here()?.shallow;
            let authors = if release.commits.is_empty() || is_elsewhere {
                Vec::new()
            } else {
                range(&git, since.as_deref(), "HEAD")?.into_iter().map(|(_, author)| author).collect()
            };
            Ok(Asked::Unreleased { release: Box::new(release), authors })
        }
    }
}

fn known(git: &Git, request: &Request, version: &Version) -> anyhow::Result<Known> {
    let here = git.here()?;
    let file = request.release.changelog.clone();
    let changelog = Tree::new(here.root.clone()).read(&file)?;
    let refs = git.text(&["for-each-ref", "--format=%(refname)", "refs/tags"])?;
    let names = tag_names(&refs);
    let prefix = tags::prefix(&names, request.release.prefix.as_deref());
    let all = tags::ranked(names.iter().map(String::as_str), prefix);
    let tag = all.into_iter().find(|tag| tag.version.cmp_precedence(version).is_eq());
    let end = tag.as_ref().map_or("HEAD".to_owned(), |tag| format!("refs/tags/{}", tag.name));
    let has_words = changelog.as_deref().and_then(|text| document::section(text, version));
    let has_words = has_words.is_some_and(|words| !words.trim().is_empty());
    let previous = before(git, &end, version, prefix)?;
    let mut commits = Vec::new();
    let mut authors = Vec::new();
    // A version that only the changelog knows has no commits of its own yet.
    if let Some(tag) = &tag {
        let since = previous.as_ref().map(|tag| tag.name.as_str());
        let range = range(git, since, &format!("refs/tags/{}", tag.name))?;
        (commits, authors) = range.into_iter().unzip();
        let is_cut = here.shallow && cut(git, &here, &commits, previous.as_ref())?;
        if is_cut && !has_words {
            let fact = format!("the clone is shallow, and commits of {version} are missing");
            return Err(Fault::could_not("history-shallow", fact).help(FETCH).into());
        }
        if is_cut {
            // Some of them would be a wrong list.
            authors.clear();
        }
    }
    let site = super::site(git, request.release.site.as_deref())?;
    let touching = touching(git, request, (previous.as_ref(), tag.as_ref()))?;
    let (version, pulls) = (version.clone(), None);
    Ok(Known { version, tag, previous, commits, file, changelog, site, authors, touching, pulls })
}

/// Those of the release's commits that touch the paths, where paths are given.
fn touching(
    git: &Git,
    request: &Request,
    (previous, tag): (Option<&Tag>, Option<&Tag>),
) -> anyhow::Result<Option<BTreeSet<String>>> {
    let paths = &request.release.scope.paths;
    let Some(tag) = tag.filter(|_| !paths.is_empty()) else { return Ok(None) };
    let since = previous.map(|tag| format!("refs/tags/{}", tag.name));
    let until = format!("refs/tags/{}", tag.name);
    let range = Range { since: since.as_deref(), until: &until, lines: request.release.scope.lines };
    range.touching(git, paths).map(Some)
}

fn cut(git: &Git, here: &Here, commits: &[Commit], previous: Option<&Tag>) -> anyhow::Result<bool> {
    Ok(previous.is_none() || reaches_boundary(git, here, commits)?)
}

/// The release before: the highest below it that its history contains; only a pre-release follows a pre-release.
fn before(git: &Git, end: &str, version: &Version, prefix: &str) -> anyhow::Result<Option<Tag>> {
    if !git.ask(&["rev-parse", "--verify", "--quiet", &format!("{end}^{{commit}}")])? {
        return Ok(None);
    }
    let merged = format!("--merged={end}");
    let names = tag_names(&git.text(&["for-each-ref", &merged, "--format=%(refname)", "refs/tags"])?);
    let below = tags::ranked(names.iter().map(String::as_str), prefix).into_iter();
    let mut below = below.filter(|tag| tag.version.cmp_precedence(version).is_lt());
    Ok(below.find(|tag| tag.is_final() || !version.pre.is_empty()))
}

/// Commits with their authors, newest first and children before parents.
fn range(git: &Git, since: Option<&str>, end: &str) -> anyhow::Result<Vec<(Commit, (String, String))>> {
    let since = since.map(|tag| format!("^refs/tags/{tag}"));
    let format = "--format=%H%n%P%n%aN%n%aE%n%B";
    let mut args = vec!["log", "-z", "--topo-order", "--no-color", "--no-notes", format, end];
    args.extend(since.as_deref());
    args.push("--");
    let text = git.text(&args)?;
    let records = text.split('\0').filter(|record| !record.is_empty());
    records.map(|record| commit(record).context("read a commit")).collect()
}

fn commit(record: &str) -> Option<(Commit, (String, String))> {
    let mut lines = record.splitn(5, '\n');
    let (id, parents) = (lines.next()?, lines.next()?);
    let author = (lines.next()?.to_owned(), lines.next()?.to_owned());
    let message = lines.next().unwrap_or_default().trim_end().to_owned();
    let parents = parents.split_whitespace().map(str::to_owned).collect();
    Some((Commit { id: id.to_owned(), parents, message }, author))
}
