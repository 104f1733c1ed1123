//! What the commits since the last release add up to, once reverts, merges and fixups have had their say.

mod order;
mod reverts;
mod squashed;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::commit::{self, Flaw, Message};
use super::convention::{Convention, Squash, Unknown};
use reverts::{Index, Told};

pub use order::sorted;

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

/// A commit that does not speak for itself, by its place in the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Where it stands in the range.
    pub at: usize,
    /// Why it does not speak.
    pub why: Why,
}

/// Why a commit does not speak for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The commit at this place takes it back.
    RevertedBy(usize),
    /// It takes back others of the range, and has nothing else to say.
    Reverts,
    /// It is a merge, or a fixup: it speaks through the commits it belongs to.
    Folded,
    /// It touches none of the paths.
    Outside,
}

/// A range of commits, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The changes that count, oldest first; those whose level is `None` included.
    pub changes: Vec<Change>,
    /// The commits that say nothing, oldest first.
    pub odd: Vec<Odd>,
    /// How many commits were taken out by reverts, with the reverts themselves.
    pub reverted: usize,
    /// How many merges and fixups speak through the commits they belong to.
    pub folded: usize,
    /// How many touch none of the paths.
    pub outside: usize,
    /// The commits of the last three kinds, newest first.
    pub gone: Vec<Gone>,
    total: usize,
}

impl Reading {
    /// The heaviest change.
    pub fn level(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or(Level::None)
    }

    /// How many commits there are in all.
    pub fn total(&self) -> usize {
        self.total
    }

    fn go(&mut self, at: usize, why: Why) {
        match why {
            Why::RevertedBy(_) | Why::Reverts => self.reverted += 1,
            Why::Folded => self.folded += 1,
            Why::Outside => self.outside += 1,
        }
        self.gone.push(Gone { at, why });
    }
}

/// Reads a range, given newest first and children before parents, as `git log --topo-order` tells it.
pub fn read(commits: &[Commit]) -> Reading {
    read_as(&Convention::default(), commits, None)
}

/// Reads a range by a project's own convention; where paths are given, only the commits that touch them count.
pub fn read_as(convention: &Convention, commits: &[Commit], touching: Option<&BTreeSet<String>>) -> Reading {
    let index = Index::new(commits, convention.lines);
    let mut undone: Vec<Option<usize>> = vec![None; commits.len()];
    let mut reading = Reading { total: commits.len(), ..Reading::default() };
    for (at, commit) in commits.iter().enumerate() {
        if let Some(by) = undone.get(at).copied().flatten() {
            reading.go(at, Why::RevertedBy(by));
            continue;
        }
        let told = index.told(at, commit);
        if let Told::Undoes { targets, .. } = &told {
            for target in targets {
                if let Some(mark) = undone.get_mut(*target) {
                    *mark = Some(at);
                }
            }
        }
        if touching.is_some_and(|touching| !touching.contains(&commit.id)) {
            reading.go(at, Why::Outside);
            continue;
        }
        hear(&mut reading, convention, (at, commit), told);
    }
    reading.changes.reverse();
    reading.odd.reverse();
    reading
}

fn hear(reading: &mut Reading, convention: &Convention, (at, commit): (usize, &Commit), told: Told) {
    match told {
        Told::Undoes { left: None, .. } => return reading.go(at, Why::Reverts),
        Told::Folded => return reading.go(at, Why::Folded),
        Told::Undoes { left: Some(message), .. } => return take(reading, convention, (commit, message)),
        Told::Says(_) | Told::Unclear(_) => {}
    }
    match convention.squash {
        Squash::Title => {}
        // Newest first, as the commits themselves come.
        Squash::Body => {
            for message in squashed::messages(convention, &commit.message).into_iter().rev() {
                take(reading, convention, (commit, message));
            }
        }
    }
    match told {
        Told::Says(message) => take(reading, convention, (commit, message)),
        Told::Unclear(flaw) => odd(reading, convention, (commit, Reason::Flaw(flaw))),
        Told::Undoes { .. } | Told::Folded => {}
    }
}

fn take(reading: &mut Reading, convention: &Convention, (commit, mut message): (&Commit, Message)) {
    let level = convention.level(&message.kind, message.breaking.is_some());
    if level == Level::None {
        if !convention.knows(&message.kind) {
            return odd(reading, convention, (commit, Reason::Unknown));
        }
        // Nobody asks for more of a change that is not noticed, and there can be very many.
        message.body = None;
        message.footers = Vec::new();
    }
    reading.changes.push(Change { id: commit.id.clone(), message, level });
}

fn odd(reading: &mut Reading, convention: &Convention, (commit, reason): (&Commit, Reason)) {
    let subject = commit::subject(&commit.message).to_owned();
    match convention.unknown {
        Unknown::List | Unknown::Refuse => {}
        Unknown::Patch => {
            let message = Message::plain(&subject);
            reading.changes.push(Change { id: commit.id.clone(), message, level: Level::Patch });
        }
    }
    reading.odd.push(Odd { id: commit.id.clone(), subject, reason });
}
