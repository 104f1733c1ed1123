//! What is the next version, and what changed: from commits and files to a version, notes and edits.

pub mod bump;
pub mod check;
pub mod commit;
pub mod date;
pub mod document;
pub mod edit;
pub mod history;
pub mod notes;
pub mod tags;
pub mod versions;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::config::Zero;
use crate::fault::Fault;
use crate::report::Finding;
use bump::Level;
use date::Date;
use document::Release;
use edit::FileChange;
use history::{Commit, Reading};
use notes::Notes;
use tags::Tag;
use versions::Source;

/// The first version of a project that says none.
const FIRST: Version = Version::new(0, 1, 0);

/// How a repository wants its versions kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What stands before the version in a tag.
    pub prefix: String,
    /// How versions below 1.0.0 count.
    pub zero: Zero,
    /// Whether the version files were named; those found by their usual names are touched only when they fit.
    pub files_named: bool,
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
}

/// The changelog as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changelog {
    /// From the repository's root.
    pub path: String,
    /// All of it; `None` when there is no such file yet.
    pub text: Option<String>,
}

/// The next version, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// The version to release, or the one that stands when nothing is to be released.
    pub version: Version,
    /// The last release.
    pub previous: Option<Tag>,
    /// The tag of `version`.
    pub tag: String,
    /// What is raised.
    pub level: Level,
    /// What the commits say.
    pub reading: Reading,
    /// What the release brings.
    pub notes: Notes,
}

/// What a bump writes, or why it must not.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// The files that change; none when everything is written already.
    Write(Vec<FileChange>),
    /// The answer is no.
    Refused(Vec<Finding>),
}

/// Decides the next version.
pub fn next(policy: &Policy, facts: &Facts) -> Result<Next, Fault> {
    let reading = history::read(&facts.commits);
    let notes = Notes::of(&reading.changes);
    let asked = reading.level();
    let (version, level) = match &facts.last {
        Some(last) => {
            let level = bump::effective(&last.version, asked, policy.zero);
            let raised = bump::raise(&last.version, level);
            let promised =
                facts.pre.as_ref().filter(|_| level > Level::None).map(|tag| bump::finalized(&tag.version));
            (promised.map_or(raised.clone(), |promised| promised.max(raised)), level)
        }
        None => (first(facts)?, asked),
    };
    let tag = format!("{}{version}", policy.prefix);
    Ok(Next { version, previous: facts.last.clone(), tag, level, reading, notes })
}

/// The version of a project without a release: what a pre-release promised, or its first version file says.
fn first(facts: &Facts) -> Result<Version, Fault> {
    if let Some(pre) = &facts.pre {
        return Ok(bump::finalized(&pre.version));
    }
    match facts.versions.first() {
        Some(source) => {
            let version = versions::read(source).map_err(|problem| problem.fault(&source.file.path))?;
            Ok(bump::finalized(&version))
        }
        None => Ok(FIRST),
    }
}

/// Decides what to write for the next version; asks for nothing when nothing is to be released.
pub fn plan(policy: &Policy, facts: &Facts, next: &Next) -> Result<Plan, Fault> {
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
    let Changelog { path, text } = &facts.changelog;
    let previous = next.previous.as_ref().map(|tag| tag.name.as_str());
    let release = Release {
        version: &next.version,
        tag: &next.tag,
        previous_tag: previous,
        date: facts.date,
        notes: &next.notes,
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
