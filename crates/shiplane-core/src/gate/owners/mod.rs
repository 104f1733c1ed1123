//! Who owns which file: CODEOWNERS read as GitHub reads it.

mod glob;
mod listing;

use std::collections::{BTreeMap, BTreeSet};

use glob::Glob;

use super::facts::ChangedFile;

pub use listing::FilePatterns;

/// GitHub does not load a file of 3 MB and more (docs, "About code owners").
const SIZE_LIMIT: usize = 3 * 1024 * 1024;

/// A CODEOWNERS file, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeOwners {
    rules: Vec<Rule>,
    /// Numbers of the lines that GitHub cannot read and leaves out.
    pub skipped: Vec<u64>,
    /// Whether the file is too big for GitHub, so that nothing has an owner.
    pub too_big: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    glob: Glob,
    owners: Vec<Owner>,
}

/// An owner as the file names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// `@grace`, without the `@`.
    Login(String),
    /// `@example/leads`
    Team(String),
    /// An address. Whose it is cannot be found out.
    Email(String),
}

/// Files that have the same owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    /// The owners, in the order of their line.
    pub(super) owners: Vec<Owner>,
    /// The files, sorted.
    pub(super) files: BTreeSet<String>,
}

impl CodeOwners {
    /// Reads the file; a line that GitHub cannot read is left out, as GitHub leaves it out.
    pub fn parse(text: &str) -> Self {
        if text.len() >= SIZE_LIMIT {
            return Self { too_big: true, ..Self::default() };
        }
        let mut read = Self::default();
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match rule(line) {
                Some(rule) => read.rules.push(rule),
                None => read.skipped.push(number),
            }
        }
        read
    }

    /// The owners of a file: those of the last line that matches it, who may be nobody.
    pub fn of(&self, path: &str) -> &[Owner] {
        let names: Vec<&str> = path.split('/').collect();
        let last = self.rules.iter().rev().find(|rule| rule.glob.matches(&names));
        last.map_or(&[], |rule| &rule.owners)
    }

    /// The changed files that have owners, those of the same owners together. A renamed file is asked for under
    /// both of its names.
    pub(super) fn holdings(&self, files: &[ChangedFile]) -> Vec<Holding> {
        let paths: BTreeSet<&String> =
            files.iter().flat_map(|file| [&file.path].into_iter().chain(&file.previous)).collect();
        let mut holdings: BTreeMap<BTreeSet<Owner>, Holding> = BTreeMap::new();
        for path in paths {
            let owners = self.of(path);
            if owners.is_empty() {
                continue;
            }
            let key = owners.iter().map(Owner::folded).collect();
            let new = || Holding { owners: owners.to_vec(), files: BTreeSet::new() };
            holdings.entry(key).or_insert_with(new).files.insert(path.clone());
        }
        holdings.into_values().collect()
    }
}

fn rule(line: &str) -> Option<Rule> {
    let (pattern, rest) = line.split_at(pattern_end(line));
    let glob = Glob::of_owners(pattern)?;
    let names = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    let owners: Option<Vec<Owner>> = names.map(owner).collect();
    Some(Rule { glob, owners: owners? })
}

/// Where the first space is that no backslash protects.
fn pattern_end(line: &str) -> usize {
    let mut protected = false;
    let end = line.char_indices().find(|(_, c)| {
        let ends = c.is_whitespace() && !protected;
        protected = *c == '\\' && !protected;
        ends
    });
    end.map_or(line.len(), |(at, _)| at)
}

fn owner(word: &str) -> Option<Owner> {
    let Some(name) = word.strip_prefix('@') else {
        let (local, domain) = word.split_once('@')?;
        return (!local.is_empty() && domain.contains('.')).then(|| Owner::Email(word.to_owned()));
    };
    let fits =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    match name.split_once('/') {
        Some((org, slug)) => (fits(org) && fits(slug)).then(|| Owner::Team(word.to_owned())),
        None => fits(name.trim_end_matches("[bot]")).then(|| Owner::Login(name.to_owned())),
    }
}

impl Owner {
    /// The same for all ways to write the name.
    fn folded(&self) -> Self {
        match self {
            Self::Login(name) => Self::Login(name.to_ascii_lowercase()),
            Self::Team(name) => Self::Team(name.to_ascii_lowercase()),
            Self::Email(name) => Self::Email(name.to_ascii_lowercase()),
        }
    }
}
