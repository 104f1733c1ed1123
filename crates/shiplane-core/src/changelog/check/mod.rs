//! Does a pull request bring the changelog entry and the version that its changes ask for?
//!
//! A title counts like a commit, because it becomes one when the pull request is squashed.

mod entry;
mod proposal;
mod raised;

use serde::{Deserialize, Serialize};

use super::bump::Level;
use super::commit;
use super::history::{self, Change, Commit, Reading};
use super::notes::{self, Group, Notes};
use crate::foreign;

pub use entry::entry;
pub use proposal::{Proposal, Rules, VersionFile, judge, repair};
pub use raised::{required, version};

/// The code of what is said about the changelog.
pub const CHANGELOG: &str = "changelog";

/// The code of what is said about the version.
pub const VERSION: &str = "version";

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
    /// Its text on the base branch; `None` when it is not there.
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

impl Need {
    /// Reads the commits, given newest first, and the title.
    pub fn of(commits: &[Commit], title: &str) -> Self {
        let mut reading = history::read(commits);
        let title_counts = count_title(&mut reading, title);
        let level = reading.level();
        if level > Level::None {
            let because = heaviest(&reading, level);
            return Self { ask: Ask::Bump(level), because, notes: Notes::of(&reading.changes) };
        }
        if title_counts || (reading.odd.is_empty() && reading.total() > 0) {
            let because = "no change is one that a user would notice".to_owned();
            return Self { ask: Ask::Nothing, because, notes: Notes::default() };
        }
        let because = "no commit and no title says in conventional form what changes".to_owned();
        let entry = notes::plain(title);
        let groups = if entry.is_empty() { Vec::new() } else { vec![(Group::Changed, vec![entry])] };
        Self { ask: Ask::Unclear, because, notes: Notes { groups, breaking: Vec::new() } }
    }
}

/// Takes the title as one more change, when it is in conventional form and of a known type.
fn count_title(reading: &mut Reading, title: &str) -> bool {
    let alone = [Commit { id: String::new(), parents: Vec::new(), message: title.to_owned() }];
    let Reading { changes, .. } = history::read(&alone);
    let counts = !changes.is_empty();
    let is_new = |change: &Change| !reading.changes.iter().any(|known| known.message == change.message);
    let new: Vec<Change> = changes.into_iter().filter(is_new).collect();
    reading.changes.extend(new);
    counts
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
