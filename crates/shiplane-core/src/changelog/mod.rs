//! What is the next version, and what changed: from commits and files to a version, notes and edits.

pub mod bump;
pub mod check;
pub mod choice;
pub mod commit;
pub mod convention;
pub mod date;
pub mod document;
pub mod edit;
pub mod history;
pub mod mark;
pub mod next;
pub mod notes;
pub mod page;
mod patch;
pub mod pr;
pub mod pulls;
pub mod release;
mod release_as;
pub mod site;
pub mod tags;
pub mod told;
pub mod versions;

pub use semver::Version;
use serde::{Deserialize, Serialize};

use crate::config::Zero;
use crate::fault::Fault;
use crate::report::Finding;
use bump::Level;
use choice::Choice;
use date::Date;
use document::Release;
use edit::FileChange;
use history::Commit;
use notes::Notes;
use site::Site;
use tags::{Seen, Tag};
use versions::Source;

pub use next::{Next, next};

/// How a repository wants its versions kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What stands before the version in a tag.
    pub prefix: String,
    /// How versions below 1.0.0 count.
    pub zero: Zero,
    /// Whether the version files were named; those found by their usual names are touched only when they fit.
    pub files_named: bool,
    /// What the caller wants besides, and how commits are read.
    pub choice: Choice,
}

/// What the repository says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The highest final release that the commit contains.
    pub last: Option<Tag>,
    /// The highest pre-release above it that the commit contains.
    pub pre: Option<Tag>,
    /// Tags that look like versions behind another prefix.
    pub strangers: usize,
    /// What else was seen on the way.
    #[serde(default)]
    pub seen: Seen,
    /// Whether older history is missing from the clone.
    pub shallow: bool,
    /// The commits since the last final release, newest first, children before parents.
    pub commits: Vec<Commit>,
    /// The day.
    pub date: Date,
    /// The changelog.
    pub changelog: Changelog,
    /// The version files.
    pub versions: Vec<Source>,
    /// Where the repository is seen, when that is known.
    #[serde(default)]
    pub site: Option<String>,
}

impl Facts {
    /// What stands before the version in a tag: as the policy says, or as the tags show where nobody said it.
    pub fn prefix<'a>(&'a self, policy: &'a Policy) -> &'a str {
        self.seen.prefix.as_deref().unwrap_or(&policy.prefix)
    }
}

/// The changelog as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changelog {
    /// From the repository's root.
    pub path: String,
    /// All of it; `None` when there is no such file yet.
    pub text: Option<String>,
}

/// What a bump writes, or why it must not.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// The files that change; none when everything is written already.
    Write(Vec<FileChange>),
    /// The answer is no.
    Refused(Vec<Finding>),
}

/// Decides what to write for the next version; asks for nothing when nothing is to be released.
pub fn plan(policy: &Policy, facts: &Facts, next: &Next) -> Result<Plan, Fault> {
    if !next.refusals.is_empty() {
        return Ok(Plan::Refused(next.refusals.clone()));
    }
    if next.level == Level::None {
        return Ok(Plan::Write(Vec::new()));
    }
    let mut changes = vec![changelog_change(facts, next)];
    let mut refusals = Vec::new();
    for source in &facts.versions {
        let path = &source.file.path;
        let current = versions::read(source).map_err(|problem| problem.fault(path))?;
        match refusal(policy, next, (path, &current)) {
            Some(finding) => refusals.push(finding),
            None => merge(
                &mut changes,
                versions::changes(source, &next.version).map_err(|problem| problem.fault(path))?,
            ),
        }
    }
    if !refusals.is_empty() {
        return Ok(Plan::Refused(refusals));
    }
    changes.retain(|change| !change.is_empty());
    Ok(Plan::Write(changes))
}

fn changelog_change(facts: &Facts, next: &Next) -> FileChange {
    let site = facts.site.as_deref().and_then(Site::named);
    let notes = Notes::linked(&next.reading.changes, site.as_ref());
    telling(facts, next, &notes)
}

/// The changelog with the release in it, as these notes tell of it.
fn telling(facts: &Facts, next: &Next, notes: &Notes) -> FileChange {
    let Changelog { path, text } = &facts.changelog;
    let previous = next.previous.as_ref().map(|tag| tag.name.as_str());
    let site = facts.site.as_deref().and_then(Site::named);
    let release = Release {
        version: &next.version,
        tag: &next.tag,
        previous_tag: previous,
        date: facts.date,
        notes,
        site: site.as_ref(),
    };
    let edits = document::release(text.as_deref().unwrap_or_default(), &release);
    FileChange::new(path, text.clone(), edits)
}

/// Why a file must not be given the new version.
fn refusal(policy: &Policy, next: &Next, (path, current): (&str, &Version)) -> Option<Finding> {
    let (new, previous) = (&next.version, next.previous.as_ref().map(|tag| &tag.version));
    if current > new {
        let fact = format!("{path} says {current}, which is above the next version {new}");
        return Some(
            Finding::fail("version-ahead", fact)
                .help(format!("tag {current} if it is released, or lower it")),
        );
    }
    let fits = policy.files_named || current == new || previous.is_none_or(|previous| previous == current);
    (!fits).then(|| {
        let last = previous.map(ToString::to_string).unwrap_or_default();
        let fact = format!("{path} says {current}, but the last release is {last}");
        Finding::fail("version-disagree", fact).help("name the version files under `changelog.versions`")
    })
}

/// Two version files can repeat themselves in one lock file.
fn merge(changes: &mut Vec<FileChange>, more: Vec<FileChange>) {
    for change in more {
        match changes.iter_mut().find(|known| known.path == change.path) {
            Some(known) => known.add(change.edits),
            None => changes.push(change),
        }
    }
}
