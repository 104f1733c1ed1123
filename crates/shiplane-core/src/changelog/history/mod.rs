//! What the commits since the last release add up to, once reverts, merges and fixups have had their say.

mod reverts;

use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::commit::{self, Flaw, Message};
use reverts::{Index, Told};

/// The types that the specification or the Angular convention name; another one may be a slip of the pen.
const KNOWN: [&str; 11] =
    ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

/// A commit as git tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The full object name.
    pub id: String,
    /// The object names of its parents.
    pub parents: Vec<String>,
    /// The whole message.
    pub message: String,
}

/// A commit that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The full object name.
    pub id: String,
    /// What it says.
    pub message: Message,
    /// What it asks for.
    pub level: Level,
}

/// A commit that says nothing about the version, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The full object name.
    pub id: String,
    /// Its first line.
    pub subject: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a commit says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not in conventional form.
    Flaw(Flaw),
    /// In conventional form, with a type nobody has heard of.
    Unknown,
}

/// A range of commits, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The commits that count, oldest first; those whose level is `None` included.
    pub changes: Vec<Change>,
    /// The commits that say nothing, oldest first.
    pub odd: Vec<Odd>,
    /// How many commits were taken out by reverts, with the reverts themselves.
    pub reverted: usize,
    /// How many merges and fixups speak through the commits they belong to.
    pub folded: usize,
}

impl Reading {
    /// The heaviest change.
    pub fn level(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or(Level::None)
    }

    /// How many commits there are in all.
    pub fn total(&self) -> usize {
        self.changes.len() + self.odd.len() + self.reverted + self.folded
    }
}

/// Reads a range, given newest first and children before parents, as `git log --topo-order` tells it.
pub fn read(commits: &[Commit]) -> Reading {
    let index = Index::new(commits);
    let mut gone = vec![false; commits.len()];
    let mut reading = Reading::default();
    for (at, commit) in commits.iter().enumerate() {
        if gone.get(at).copied().unwrap_or_default() {
            reading.reverted += 1;
            continue;
        }
        match index.told(at, commit) {
            Told::Undoes { targets, left } => {
                for target in targets {
                    if let Some(flag) = gone.get_mut(target) {
                        *flag = true;
                    }
                }
                match left {
                    Some(message) => take(&mut reading, commit, message),
                    None => reading.reverted += 1,
                }
            }
            Told::Folded => reading.folded += 1,
            Told::Says(message) => take(&mut reading, commit, message),
            Told::Unclear(flaw) => odd(&mut reading, commit, Reason::Flaw(flaw)),
        }
    }
    reading.changes.reverse();
    reading.odd.reverse();
    reading
}

fn take(reading: &mut Reading, commit: &Commit, message: Message) {
    let level = Level::of(&message.kind, message.breaking.is_some());
    if level == Level::None && !KNOWN.contains(&message.kind.as_str()) {
        return odd(reading, commit, Reason::Unknown);
    }
    reading.changes.push(Change { id: commit.id.clone(), message, level });
}

fn odd(reading: &mut Reading, commit: &Commit, reason: Reason) {
    let subject = commit::subject(&commit.message).to_owned();
    reading.odd.push(Odd { id: commit.id.clone(), subject, reason });
}
