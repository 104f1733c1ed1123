//! What to read and write: the command line over the config over the defaults.

use std::path::{Component, Path, PathBuf};

use shiplane_action::{Context, FactsArgs};
use shiplane_core::changelog::Policy;
use shiplane_core::changelog::date::Date;
use shiplane_core::changelog::tags;
use shiplane_core::config::{self, Zero};
use shiplane_core::fault::Fault;

use crate::access::Access;
use crate::choice::{self, Scope};
use crate::cli::{Bump, Files, Next, Source};
use crate::place;

/// Everything settled.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) deed: Deed,
    pub(crate) directory: PathBuf,
    pub(crate) policy: Policy,
    /// What stands before the version in a tag, where that was said.
    pub(crate) prefix: Option<String>,
    /// Which commits count.
    pub(crate) scope: Scope,
    /// The changelog's path from the repository's root.
    pub(crate) changelog: String,
    /// The version files by name; when none is named, the usual names are tried.
    pub(crate) versions: Vec<Named>,
    /// The day, where it was said.
    pub(crate) date: Option<Date>,
    /// Where the repository is seen, where that was said.
    pub(crate) site: Option<String>,
    /// Whether GitHub may be asked for what the clone lacks.
    pub(crate) via_api: bool,
    /// How GitHub is reached.
    pub(crate) access: Access,
    pub(crate) facts: FactsArgs,
}

/// What to do with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Tell the version.
    Tell,
    /// Tell it with every decision on the way.
    Explain,
    /// Show what would be written.
    Show,
    /// Write it.
    Write,
}

/// A version file, and the field in it that the name points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: String,
    pub(crate) field: Option<String>,
}

/// What a command line says of it.
struct Typed {
    deed: Deed,
    source: Source,
    file: Option<String>,
    date: Option<Date>,
    facts: FactsArgs,
}

impl Request {
    /// Settles every option of `next`.
    pub(crate) fn next(next: Next, config: config::Changelog) -> Result<Self, Fault> {
        let Next { source, facts, explain } = next;
        let deed = if explain { Deed::Explain } else { Deed::Tell };
        Self::settle(Typed { deed, source, file: None, date: None, facts }, config)
    }

    /// Settles every option of `bump`.
    pub(crate) fn bump(bump: Bump, config: config::Changelog) -> Result<Self, Fault> {
        let deed = if bump.dry_run { Deed::Show } else { Deed::Write };
        let Bump { source, file, date, facts, .. } = bump;
        if deed == Deed::Write && facts.facts.is_some() {
            return Err(stale("Add --dry-run, or leave out --facts"));
        }
        Self::settle(Typed { deed, source, file, date, facts }, config)
    }

    fn settle(typed: Typed, config: config::Changelog) -> Result<Self, Fault> {
        let Typed { deed, source, file, date, facts } = typed;
        let config = choice::of_package(config, source.choice.reading.package.as_deref())?;
        let (choice, scope) = choice::settle(&source.choice, &config)?;
        let versions = versions(&source.files, &config)?;
        let prefix = source.tag_prefix.or(config.tag_prefix);
        Ok(Self {
            deed,
            prefix: prefix.clone(),
            scope,
            policy: Policy {
                prefix: prefix.unwrap_or_else(|| tags::USUAL.to_owned()),
                zero: zero(source.files.zero.as_deref(), config.zero),
                files_named: !versions.is_empty(),
                choice,
            },
            directory: source.files.directory.unwrap_or_else(|| PathBuf::from(".")),
            changelog: changelog(file, config.file)?,
            versions,
            date,
            site: config.repository,
            via_api: source.via_api,
            access: source.access,
            facts,
        })
    }

    /// Adds what the run says of the place where the repository is seen; what is written comes first.
    pub(crate) fn seen_at(mut self, context: &Context) -> Result<Self, Fault> {
        self.site = place::seen(self.site, context)?;
        Ok(self)
    }
}

/// Files are not written by what a record says of them.
pub(crate) fn stale(help: &str) -> Fault {
    Fault::usage("facts-and-write", "recorded facts may not be what the files say now").help(help)
}

/// Where the changelog is, from the repository's root.
pub(crate) fn changelog(typed: Option<String>, written: Option<String>) -> Result<String, Fault> {
    inside(&typed.or(written).unwrap_or_else(|| "CHANGELOG.md".to_owned()))
}

/// How versions below 1.0.0 count.
pub(crate) fn zero(word: Option<&str>, written: Option<Zero>) -> Zero {
    // The command line takes these two words only.
    let typed = word.map(|word| if word == "strict" { Zero::Strict } else { Zero::Semver });
    typed.or(written).unwrap_or(Zero::Semver)
}

/// The named version files; an action's input can name them line by line.
pub(crate) fn versions(files: &Files, config: &config::Changelog) -> Result<Vec<Named>, Fault> {
    let typed = files.versions.iter().flat_map(|names| names.lines()).flat_map(listed).map(str::trim);
    let typed: Vec<&str> = typed.filter(|name| !name.is_empty()).collect();
    let written = || config.versions.iter().map(|file| file.0.as_str()).collect();
    let names: Vec<&str> = if typed.is_empty() { written() } else { typed };
    names.into_iter().map(named).collect()
}

/// The names between commas; a pattern is the last of its line, because it may have commas of its own.
fn listed(line: &str) -> Vec<&str> {
    let before = line.find("#~").and_then(|at| line.get(..at)).unwrap_or(line);
    let last = before.rfind(',').map_or(0, |comma| comma + 1);
    let (names, last) = line.split_at_checked(last).unwrap_or((line, ""));
    names.split(',').chain(std::iter::once(last)).collect()
}

fn named(name: &str) -> Result<Named, Fault> {
    let (path, field) = name.split_once('#').map_or((name, None), |(path, field)| (path, Some(field)));
    Ok(Named { path: inside(path)?, field: field.map(str::to_owned) })
}

/// A path from the repository's root that stays inside it.
pub(crate) fn inside(path: &str) -> Result<String, Fault> {
    let parts: Vec<Component<'_>> = Path::new(path).components().collect();
    let is_inside = parts.iter().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let names = parts.iter().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    let names: Vec<&str> = names.collect();
    let path_within = names.join("/");
    // What git keeps for itself is no file of the repository, on disks that do not tell case apart either.
    let is_own = !names.iter().any(|name| name.eq_ignore_ascii_case(".git"));
    if is_inside && is_own && !path_within.is_empty() {
        return Ok(path_within);
    }
    let fact = format!("`{path}` is not a path inside the repository");
    Err(Fault::usage("path-outside", fact).help("name files from the repository's root"))
}
