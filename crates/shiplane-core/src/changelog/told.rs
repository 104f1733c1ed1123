//! The notes of one release, from the changelog's words where it has some, else from the commits.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::document;
use super::history::{self, Commit};
use super::notes::{Notes, uncalled};
use super::page::{self, Body, Page};
use super::pulls::Pulls;
use super::site::Site;
use super::tags::{Seen, Tag};
use super::{Facts, Next, Policy, telling};
use crate::fault::Fault;

/// What notes are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Of what is not released yet.
    Unreleased {
        /// What decides the next version.
        release: Box<Facts>,
        /// Names and addresses of those who wrote it.
        authors: Vec<(String, String)>,
    },
    /// Of one version.
    Version(Box<Known>),
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Known {
    /// Its number.
    pub version: Version,
    /// Its tag, when there is one.
    pub tag: Option<Tag>,
    /// The release before it.
    pub previous: Option<Tag>,
    /// The commits between the two, newest first; none when there is no tag.
    pub commits: Vec<Commit>,
    /// The changelog's path.
    pub file: String,
    /// The changelog; `None` when there is none.
    pub changelog: Option<String>,
    /// Where the repository is seen.
    pub site: Option<String>,
    /// Names and addresses of those who wrote it.
    pub authors: Vec<(String, String)>,
    /// The commits that touch the paths, where paths are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touching: Option<BTreeSet<String>>,
    /// The pull requests that brought the commits, where those speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulls: Option<Pulls>,
}

/// The notes, and what they are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The version; the present one when nothing is to be released.
    pub version: Version,
    /// The release before it.
    pub previous: Option<Tag>,
    /// Its tag, there or to be.
    pub tag: String,
    /// What is raised, where that was decided.
    pub level: Option<Level>,
    /// Whence the notes are.
    pub source: Source,
    /// The notes, as Markdown; empty when there is nothing to tell.
    pub markdown: String,
}

/// Whence notes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The changelog of this path.
    Changelog(String),
    /// So many commits.
    Commits(usize),
}

/// The notes of what is asked for.
pub fn told(policy: &Policy, asked: &Asked) -> Result<Told, Fault> {
    match asked {
        Asked::Unreleased { release, authors } => {
            super::next(policy, release).map(|next| unreleased(release, &next, authors))
        }
        Asked::Version(known) => version(policy, known),
    }
}

/// The notes of the release that comes next, as the changelog will say them.
pub fn unreleased(facts: &Facts, next: &Next, authors: &[(String, String)]) -> Told {
    let text = facts.changelog.text.as_deref().unwrap_or_default();
    let by_hand = document::unreleased(text).or_else(|| document::section(text, &next.version)).map(|own| {
        if next.level == Level::None {
            return own;
        }
        merged(facts, next, own)
    });
    let is_release = next.level > Level::None;
    // Where nothing is released, what stands under the present version is told already.
    let by_hand = by_hand.filter(|_| is_release || document::unreleased(text).is_some());
    let site = facts.site.as_deref().and_then(Site::named);
    let messages: Vec<&str> = facts.commits.iter().map(|commit| commit.message.as_str()).collect();
    let people = page::contributors(authors, &messages);
    let is_silent = by_hand.is_none() && !is_release;
    let page = Page {
        body: by_hand.as_deref().map_or(Body::Commits(&next.notes), Body::Written),
        previous: next.previous.as_ref().map(|tag| tag.name.as_str()),
        tag: if is_release { &next.tag } else { "HEAD" },
        site: site.as_ref(),
        contributors: &people,
    };
    let source = match &by_hand {
        Some(_) => Source::Changelog(facts.changelog.path.clone()),
        None => Source::Commits(facts.commits.len()),
    };
    let markdown = if is_silent { String::new() } else { page::render(&page) };
    let (version, tag) = (next.version.clone(), next.tag.clone());
    Told { version, previous: next.previous.clone(), tag, level: Some(next.level), source, markdown }
}

/// What people wrote, with what only commits say; breaks come first, unless people told of them.
fn merged(facts: &Facts, next: &Next, own: String) -> String {
    let all = &next.notes;
    let known = own.to_lowercase();
    let words = |entry: &str| entry.lines().next().unwrap_or_default().to_lowercase();
    let is_new = |entry: &&String| !known.contains(words(entry).trim_start_matches("**breaking:** "));
    let breaking: Vec<String> = all.breaking.iter().filter(is_new).cloned().collect();
    let rest = all.groups.iter().map(|(group, entries)| {
        let others = entries.iter().filter(|entry| !all.breaking.contains(entry));
        (*group, others.map(|entry| uncalled(entry)).collect::<Vec<_>>())
    });
    let groups = rest.filter(|(_, entries)| !entries.is_empty()).collect();
    let rest = Notes { groups, breaking: Vec::new() };
    let text = telling(facts, next, &rest).after();
    let section =
        document::section(&text, &next.version).filter(|section| !section.is_empty()).unwrap_or(own);
    let first = Notes { groups: Vec::new(), breaking }.markdown();
    if first.is_empty() { section } else { format!("{first}\n{section}") }
}

fn version(policy: &Policy, known: &Known) -> Result<Told, Fault> {
    let Known { version, tag, previous, commits, file, changelog, .. } = known;
    let text = changelog.as_deref().unwrap_or_default();
    let section = document::section(text, version).filter(|section| !section.trim().is_empty());
    if section.is_none() && tag.is_none() {
        let fact = format!("neither {file} nor a tag knows version {version}");
        return Err(Fault::usage("version-unknown", fact)
            .help("git fetch --tags, or leave out --of for what is not released yet"));
    }
    let seen = Seen { touching: known.touching.clone(), pulls: known.pulls.clone(), ..Seen::default() };
    let reading = history::read_seen(&policy.choice.convention, commits, &seen);
    let notes = Notes::of(&reading.changes);
    let site = known.site.as_deref().and_then(Site::named);
    let messages: Vec<&str> = commits.iter().map(|commit| commit.message.as_str()).collect();
    let people = page::contributors(&known.authors, &messages);
    let name = tag
        .as_ref()
        .map_or_else(|| format!("{}{version}", prefix(policy, previous.as_ref())), |tag| tag.name.clone());
    let page = Page {
        body: section.as_deref().map_or(Body::Commits(&notes), Body::Written),
        previous: previous.as_ref().map(|tag| tag.name.as_str()),
        tag: &name,
        site: site.as_ref(),
        contributors: &people,
    };
    let source = match &section {
        Some(_) => Source::Changelog(file.clone()),
        None => Source::Commits(commits.len()),
    };
    let markdown = page::render(&page);
    Ok(Told {
        version: version.clone(),
        previous: previous.clone(),
        tag: name,
        level: None,
        source,
        markdown,
    })
}

/// What stands before the version in the tag of the release before, or else in any.
fn prefix<'a>(policy: &'a Policy, previous: Option<&'a Tag>) -> &'a str {
    let own = previous.and_then(|tag| tag.name.strip_suffix(&tag.version.to_string()));
    own.unwrap_or(&policy.prefix)
}
