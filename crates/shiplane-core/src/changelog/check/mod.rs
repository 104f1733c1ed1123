//! Does a pull request bring the changelog entry and the version that its changes ask for?

mod entry;
mod proposal;
mod raised;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::commit::{self, Message};
use super::convention::{Convention, Mode, Squash, Unknown};
use super::history::{self, Change, Commit, Reading};
use super::mark::Mark;
use super::notes::{self, Group, Notes};
use crate::foreign;
use crate::report::Finding;

pub use entry::entry;
pub use proposal::{Proposal, Rules, VersionFile, judge, repair};
pub use raised::{required, version};

/// The code of what is said about the changelog.
pub const CHANGELOG: &str = "changelog";

/// The code of what is said about the version.
pub const VERSION: &str = "version";

/// The code of what is said about changes that say nothing.
pub const UNCLEAR: &str = "history-unconventional";

/// Subjects are cut here, so that one cannot fill a sentence.
const SUBJECT_LIMIT: usize = 80;

/// A file before and after the pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sides {
    /// From the repository's root.
    pub path: String,
    /// Which field carries the version, when the name says so after a `#`.
    pub field: Option<String>,
    /// Its text before: a version file's on the base as it is now, a changelog's where the branch left the base, so that
    /// a base that went on makes nothing new; `None` when it is not there.
    pub base: Option<String>,
    /// Its text on the head; `None` when it is not there.
    pub head: Option<String>,
}

/// What the changes of a pull request ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// How much.
    pub ask: Ask,
    /// Which change says so, as part of a sentence.
    pub because: String,
    /// The entries that would tell of the changes.
    pub notes: Notes,
    /// What says nothing, where that must not be.
    pub refused: Option<Refused>,
}

/// Changes that say nothing, in a repository that makes no release of such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// How many.
    pub count: usize,
    /// Whether squashing them under the title would do.
    pub may_be_squashed: bool,
}

/// How much the changes ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Neither an entry nor a version: nothing that a user would notice.
    Nothing,
    /// An entry, and a version raised by so much.
    Bump(Level),
    /// No change says what it is; so an entry, and any higher version.
    Unclear,
}

/// What is known of the changes of a pull request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Its commits, newest first.
    pub commits: &'a [Commit],
    /// Its title.
    pub title: &'a str,
    /// Its labels.
    pub labels: &'a [String],
    /// The commits that touch the paths, where paths are given.
    pub touching: Option<&'a BTreeSet<String>>,
}

impl Need {
    /// Reads the changes as the repository reads them when it releases.
    pub fn of(convention: &Convention, asked: &Asked<'_>) -> Self {
        let is_touched =
            |touching: &&BTreeSet<String>| asked.commits.iter().any(|it| touching.contains(&it.id));
        if asked.touching.is_some_and(|touching| !is_touched(&touching)) {
            return Self::nothing("no change touches the paths that are released");
        }
        match convention.mode {
            Mode::Conventional => Self::by_messages(convention, asked),
            Mode::PrTitle => Self::by_title(convention, asked.title),
            Mode::Labels => Self::by_labels(convention, asked),
        }
    }

    /// A title counts like a commit, because it becomes one when the pull request is squashed.
    fn by_messages(convention: &Convention, asked: &Asked<'_>) -> Self {
        let mut reading = history::read_as(convention, asked.commits, asked.touching);
        let title_counts = count_title(&mut reading, convention, asked.title);
        let quiet = title_counts || (reading.odd.is_empty() && reading.total() > 0);
        let unclear = "no commit and no title says in conventional form what changes";
        let refused = match convention.unknown {
            Unknown::Refuse if !reading.odd.is_empty() => {
                Some(Refused { count: reading.odd.len(), may_be_squashed: title_counts })
            }
            Unknown::Refuse | Unknown::List | Unknown::Patch => None,
        };
        Self { refused, ..Self::of_reading(&reading, quiet, (asked.title, unclear)) }
    }

    fn by_title(convention: &Convention, title: &str) -> Self {
        let reading = history::read_as(convention, &titled(title), None);
        let quiet = reading.odd.is_empty() && reading.total() > 0;
        let unclear = "the title does not say in conventional form what changes";
        let need = Self::of_reading(&reading, quiet, (title, unclear));
        Self { refused: refused(convention, !quiet), ..need }
    }

    fn by_labels(convention: &Convention, asked: &Asked<'_>) -> Self {
        let title = asked.title;
        let mark = convention.labelled(asked.labels);
        let level = match (mark.map(Mark::level), convention.unknown) {
            (Some(None), _) => return Self::nothing("a label leaves it out of the release"),
            (Some(Some(level)), _) => level,
            (None, Unknown::Patch) => Level::Patch,
            (None, Unknown::List | Unknown::Refuse) => {
                let unclear = "no label says what changes";
                let need = Self::of_reading(&Reading::default(), false, (title, unclear));
                return Self { refused: refused(convention, true), ..need };
            }
        };
        let message = commit::parse(title).unwrap_or_else(|_| Message::plain(commit::subject(title)));
        let message = history::weighed(convention, message, level);
        let group = convention.group(&message.kind, message.breaking.is_some());
        let change = Change { id: String::new(), message, level, group };
        let reading = Reading { changes: vec![change], ..Reading::default() };
        Self::of_reading(&reading, true, (title, ""))
    }

    fn of_reading(reading: &Reading, quiet: bool, (title, unclear): (&str, &str)) -> Self {
        let level = reading.level();
        if level > Level::None {
            let (ask, because) = (Ask::Bump(level), heaviest(reading, level));
            return Self { ask, because, notes: Notes::of(&reading.changes), refused: None };
        }
        if quiet {
            return Self::nothing("no change is one that a user would notice");
        }
        let entry = notes::plain(title);
        let groups = if entry.is_empty() { Vec::new() } else { vec![(Group::Changed, vec![entry])] };
        let notes = Notes { groups, breaking: Vec::new() };
        Self { ask: Ask::Unclear, because: unclear.to_owned(), notes, refused: None }
    }

    fn nothing(because: &str) -> Self {
        Self { ask: Ask::Nothing, because: because.to_owned(), notes: Notes::default(), refused: None }
    }
}

fn refused(convention: &Convention, is_odd: bool) -> Option<Refused> {
    (is_odd && convention.unknown == Unknown::Refuse).then_some(Refused { count: 1, may_be_squashed: false })
}

fn titled(title: &str) -> [Commit; 1] {
    [Commit { id: String::new(), parents: Vec::new(), message: title.to_owned() }]
}

/// Takes the title as one more change, when it is in conventional form and of a known type.
fn count_title(reading: &mut Reading, convention: &Convention, title: &str) -> bool {
    // Only what it says itself: the policy for what says nothing is for commits.
    let convention = Convention { unknown: Unknown::List, squash: Squash::Title, ..convention.clone() };
    let Reading { changes, silent, .. } = history::read_as(&convention, &titled(title), None);
    let counts = !changes.is_empty() || !silent.is_empty();
    let is_new = |change: &Change| !reading.changes.iter().any(|known| known.message == change.message);
    let new: Vec<Change> = changes.into_iter().filter(is_new).collect();
    reading.changes.extend(new);
    counts
}

/// That there will be no release of what says nothing, where the repository wants it so.
pub fn unclear(need: &Need) -> Option<Finding> {
    let Refused { count, may_be_squashed } = need.refused?;
    let noun = if count == 1 { "change does" } else { "changes do" };
    let fact = format!("{count} {noun} not say what it is, and `unknown: refuse` makes no release of that");
    Some(if may_be_squashed {
        Finding::warning(UNCLEAR, fact).help("squash the pull request, so that its title says it")
    } else {
        Finding::fail(UNCLEAR, fact).help("write the title as `feat: …` or `fix: …`, or label it")
    })
}

/// The first change that asks for the most.
fn heaviest(reading: &Reading, level: Level) -> String {
    let Some(change) = reading.changes.iter().find(|change| change.level == level) else {
        return String::new();
    };
    let said = foreign::clip(&change.message.description, SUBJECT_LIMIT);
    let mark = if change.message.breaking.is_some() { "!" } else { "" };
    format!("`{}{mark}: {said}`", change.message.kind)
}

/// A commit of a pull request, whose parents GitHub was not asked for: a merge is known by what git writes.
pub fn commit(id: &str, message: &str) -> Commit {
    let subject = commit::subject(message);
    let is_merge = [
        "Merge branch ",
        "Merge pull request ",
        "Merge remote-tracking branch ",
        "Merge commit ",
        "Merge tag ",
        // Bitbucket's.
        "Merged in ",
    ]
    .iter()
    .any(|head| subject.starts_with(head));
    let parents = if is_merge { vec![String::new(), String::new()] } else { Vec::new() };
    Commit { id: id.to_owned(), parents, message: message.to_owned() }
}

/// The label that waives it all. GitHub keeps no two labels that differ in case only.
pub fn waiver<'a>(waive: &[String], labels: &'a [String]) -> Option<&'a str> {
    let waives = |label: &&String| waive.iter().any(|waive| waive.eq_ignore_ascii_case(label));
    labels.iter().find(waives).map(String::as_str)
}
