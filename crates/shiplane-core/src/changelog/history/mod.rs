//! What the commits since the last release add up to, once reverts, merges and fixups have had their say.

mod labelled;
mod merged;
mod order;
mod reverts;
mod squashed;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::commit::{self, Flaw, Message};
use super::convention::{Convention, Mode, Squash, Unknown};
use super::notes::Group;
use super::pulls;
use super::tags::Seen;
use reverts::{Index, Told};

pub(super) use labelled::weighed;

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
    /// Under which heading it stands.
    pub group: Group,
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
    /// Its pull request has no label that says what it is.
    Unlabelled,
    /// No pull request brought it, and only those have labels.
    Direct,
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
    /// A label of its pull request leaves it out.
    LeftOut,
}

/// A range of commits, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The changes that ask for something, oldest first.
    pub changes: Vec<Change>,
    /// The places of those that ask for nothing, newest first: there can be very many, and nobody asks what they say.
    pub silent: Vec<usize>,
    /// The commits that say nothing, oldest first.
    pub odd: Vec<Odd>,
    /// How many commits were taken out by reverts, with the reverts themselves.
    pub reverted: usize,
    /// How many merges and fixups speak through the commits they belong to.
    pub folded: usize,
    /// How many touch none of the paths.
    pub outside: usize,
    /// How many a label leaves out.
    pub left_out: usize,
    /// The commits of the last four kinds, newest first.
    pub gone: Vec<Gone>,
    pub(super) total: usize,
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
            Why::LeftOut => self.left_out += 1,
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
    listen(convention, commits, &Ear { touching, ..Ear::default() })
}

/// The same, where what was seen besides has its say: the paths, and the pull requests where those speak.
pub fn read_seen(convention: &Convention, commits: &[Commit], seen: &Seen) -> Reading {
    let touching = seen.touching.as_ref();
    let Some(pulls) = seen.pulls.as_ref().filter(|_| convention.mode != Mode::Conventional) else {
        return read_as(convention, commits, touching);
    };
    let heard = pulls::heard(commits, pulls, touching);
    let labels = match convention.mode {
        Mode::Conventional | Mode::PrTitle => None,
        Mode::Labels => Some(heard.labels),
    };
    let ear = Ear { touching: heard.touching.as_ref(), folded: heard.folded, labels };
    // A title is one line: what its commit lists below is no part of it.
    let convention = Convention { squash: Squash::Title, ..convention.clone() };
    listen(&convention, &heard.commits, &ear)
}

/// What decides besides the messages themselves.
#[derive(Default)]
struct Ear<'a> {
    /// The commits that touch the paths, where paths are given.
    touching: Option<&'a BTreeSet<String>>,
    /// The places of those that speak through another.
    folded: HashSet<usize>,
    /// The labels of those that have a pull request, where labels speak.
    labels: Option<HashMap<usize, &'a [String]>>,
}

fn listen(convention: &Convention, commits: &[Commit], ear: &Ear<'_>) -> Reading {
    let index = Index::new(commits, convention);
    let mut undone: Vec<Option<usize>> = vec![None; commits.len()];
    let mut reading = Reading { total: commits.len(), ..Reading::default() };
    for (at, commit) in commits.iter().enumerate() {
        if let Some(by) = undone.get(at).copied().flatten() {
            reading.go(at, Why::RevertedBy(by));
            continue;
        }
        if ear.folded.contains(&at) {
            reading.go(at, Why::Folded);
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
        if ear.touching.is_some_and(|touching| !touching.contains(&commit.id)) {
            reading.go(at, Why::Outside);
            continue;
        }
        match &ear.labels {
            None => hear(&mut reading, convention, (at, commit), told),
            Some(labels) => {
                let labels = labels.get(&at).copied();
                labelled::hear(&mut reading, convention, (at, commit), (labels, told));
            }
        }
    }
    reading.changes.reverse();
    reading.odd.reverse();
    reading
}

fn hear(reading: &mut Reading, convention: &Convention, (at, commit): (usize, &Commit), told: Told) {
    match told {
        Told::Undoes { left: None, .. } => return reading.go(at, Why::Reverts),
        Told::Folded => return reading.go(at, Why::Folded),
        Told::Undoes { left: Some(message), .. } => return take(reading, convention, (at, commit, message)),
        Told::Says(_) | Told::Unclear(_) | Told::Silent => {}
    }
    match convention.squash {
        Squash::Title => {}
        // Newest first, as the commits themselves come.
        Squash::Body => {
            for message in squashed::messages(convention, &commit.message).into_iter().rev() {
                take(reading, convention, (at, commit, message));
            }
        }
    }
    match told {
        Told::Silent => reading.silent.push(at),
        Told::Says(message) => take(reading, convention, (at, commit, message)),
        Told::Unclear(flaw) => odd(reading, convention, (commit, Reason::Flaw(flaw))),
        Told::Undoes { .. } | Told::Folded => {}
    }
}

fn take(reading: &mut Reading, convention: &Convention, (at, commit, message): (usize, &Commit, Message)) {
    let level = convention.level(&message.kind, message.breaking.is_some());
    if level == Level::None {
        if !convention.knows(&message.kind) {
            return odd(reading, convention, (commit, Reason::Unknown));
        }
        return reading.silent.push(at);
    }
    let group = convention.group(&message.kind, message.breaking.is_some());
    reading.changes.push(Change { id: commit.id.clone(), message, level, group });
}

fn odd(reading: &mut Reading, convention: &Convention, (commit, reason): (&Commit, Reason)) {
    let subject = commit::subject(&commit.message).to_owned();
    match convention.unknown {
        Unknown::List | Unknown::Refuse => {}
        Unknown::Patch => {
            let message = Message::plain(&subject);
            let (id, group) = (commit.id.clone(), Group::Changed);
            reading.changes.push(Change { id, message, level: Level::Patch, group });
        }
    }
    reading.odd.push(Odd { id: commit.id.clone(), subject, reason });
}
