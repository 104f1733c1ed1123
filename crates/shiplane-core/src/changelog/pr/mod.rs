//! The one release pull request: what it says, what is on its branch, and the steps that bring both up to date.

pub mod back;
pub mod body;
mod plan;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::release::{BranchSeen, CommitSeen};
use crate::report::Finding;

pub use plan::plan;

/// The line in a commit's message that says what made it.
pub const TRAILER: &str = "Shiplane-Release";

/// What is to be there in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// What is proposed, or nothing.
    pub offer: Option<Offer>,
    /// The branch that it comes from.
    pub branch: String,
    /// The branch that it goes to.
    pub base: String,
    /// The commit that is checked out.
    pub head: String,
    /// The label that it carries.
    pub label: Option<String>,
    /// What becomes of commits of others on the branch.
    pub others: Others,
}

/// A release that is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The version.
    pub version: Version,
    /// The title of the pull request.
    pub title: String,
    /// What the release brings, as Markdown.
    pub notes: String,
}

/// What becomes of commits of others on the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// They stay, and the branch stays as it is.
    Keep,
    /// They are taken off.
    Overwrite,
}

/// What GitHub has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The commit at the head of the base, if there is such a branch.
    pub base: Option<String>,
    /// The branch of the pull request, and what it has that the base has not.
    pub branch: Option<BranchSeen>,
    /// The open pull request.
    pub pull: Option<PullSeen>,
}

/// An open pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullSeen {
    /// Its number.
    pub number: u64,
    /// Where people see it.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its labels.
    pub labels: Vec<String>,
}

/// What is to be done, or why not.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// The answer is no; nothing is changed.
    Refused(Vec<Finding>),
    /// What is left; nothing when all is as it should be.
    Work(Work),
}

/// What is left to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// In this order.
    pub steps: Vec<Step>,
    /// What is there already, and what is worth knowing.
    pub findings: Vec<Finding>,
}

/// One step; each can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Let the branch hold one commit on top of the base, unless it does.
    Build(Standing),
    /// Open the pull request.
    Open(String),
    /// Change its words.
    Edit(u64, String),
    /// Put the label on it.
    Label(String),
    /// Close it.
    Close(u64),
}

/// What the branch holds before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no such branch.
    Absent,
    /// It is at this commit; a commit of ours alone, by the id of its tree, needs no other.
    At {
        /// The commit at its head.
        head: String,
        /// The files of the only commit, when that stands right on the base.
        tree: Option<String>,
    },
}

impl Step {
    /// A verb and a noun.
    pub fn name(&self, wish: &Wish) -> String {
        match self {
            Self::Build(_) => format!("build {}", wish.branch),
            Self::Open(_) => "open pull request".to_owned(),
            Self::Edit(number, _) => format!("update #{number}"),
            Self::Label(label) => format!("label {label}"),
            Self::Close(number) => format!("close #{number}"),
        }
    }
}

/// The message of the commit on the branch.
pub fn message(version: &Version, base: &str) -> (String, String) {
    (super::release::headline(version), format!("{TRAILER}: {base}"))
}

/// Whether a commit is one of ours, unchanged: with our line in it, and committed by GitHub itself; or a merge of the
/// base by the button of the pull request.
pub(super) fn is_own(commit: &CommitSeen, wish: &Wish) -> bool {
    let by_github = commit.committer.starts_with("GitHub");
    let marked = commit.message.lines().any(|line| {
        let value = line.strip_prefix(TRAILER).and_then(|rest| rest.strip_prefix(": "));
        value.is_some() && value == commit.parents.first().map(String::as_str)
    });
    let merge = format!("Merge branch '{}' into {}", wish.base, wish.branch);
    let updated = commit.parents.len() == 2 && commit.message.lines().next() == Some(merge.as_str());
    by_github && (marked && commit.parents.len() == 1 || updated)
}
