//! From a decided version to a published release: what is there already, and the steps that are left.

pub mod asset;
mod plan;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::report::Finding;
use asset::{Asset, Differing, Stored};

pub use plan::plan;

/// A release body has at most so many characters ("body is too long (maximum is 125000 characters)").
pub const LONGEST_BODY: usize = 125_000;

/// What is to be there in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The version.
    pub version: Version,
    /// Its tag.
    pub tag: String,
    /// The first line of the commit that carries it.
    pub headline: String,
    /// The commit that is checked out.
    pub head: String,
    /// The branch that the release is made on; none where a tag or a commit is checked out.
    pub branch: Option<String>,
    /// Whether the files carry the version.
    pub files: Files,
    /// How a commit is made.
    pub way: Way,
    /// What is attached.
    pub assets: Vec<Asset>,
    /// What becomes of attached files that are not the same.
    pub differing: Differing,
    /// The tag of the major version that moves along.
    pub floating: Option<String>,
}

/// Whether the changelog and the version files carry the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// The commit that is checked out has it all.
    Written,
    /// A commit has to be made.
    ToWrite,
}

/// How a commit is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over the API.
    Api,
    /// With git, and pushed.
    Local,
}

/// What GitHub has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Whether it knows the commit that is checked out.
    pub known: bool,
    /// The branch, if it is there.
    pub branch: Option<BranchSeen>,
    /// What the tag names, if it is there.
    pub tag: Option<TagSeen>,
    /// Releases of that tag, drafts too.
    pub releases: Vec<ReleaseSeen>,
    /// The highest final version that is published.
    pub highest: Option<Version>,
    /// The highest final version with the same major number that has a tag.
    pub highest_of_major: Option<Version>,
    /// The commit that the floating tag names.
    pub floating: Option<String>,
}

/// A branch, and what it has that the commit checked out has not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchSeen {
    /// The commit at its head.
    pub head: String,
    /// Oldest first.
    pub since: Vec<CommitSeen>,
}

/// A commit at GitHub.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitSeen {
    /// Its id.
    pub id: String,
    /// The commits before it.
    pub parents: Vec<String>,
    /// Its whole message.
    pub message: String,
    /// Its files, by the id of the tree.
    #[serde(default)]
    pub tree: String,
    /// The name of who committed it; GitHub's own where it was made over the API or by a button.
    #[serde(default)]
    pub committer: String,
    /// The login, or the name, of who wrote it.
    #[serde(default)]
    pub author: String,
}

/// A tag at GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagSeen {
    /// The commit that it names in the end.
    pub commit: String,
    /// Whether it is an object of its own, with a message.
    pub annotated: bool,
}

/// A release at GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseSeen {
    /// Its number.
    pub id: u64,
    /// Where people see it.
    pub url: String,
    /// Whether only the repository's people see it.
    pub draft: bool,
    /// What is attached.
    pub assets: Vec<Stored>,
}

/// What is to be done, or why not.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// The answer is no; nothing is changed.
    Refused(Vec<Finding>),
    /// What is left; nothing when all is there.
    Work(Work),
}

/// What is left to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// The commit of the release, once it is there.
    pub commit: Option<String>,
    /// The release, once it is there.
    pub release: Option<ReleaseSeen>,
    /// In this order.
    pub steps: Vec<Step>,
    /// What is there already, and what is worth knowing.
    pub findings: Vec<Finding>,
}

/// One step; each can be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put changelog and version files into a commit on the branch.
    Commit(Way),
    /// Push the commit that was made with git.
    Push,
    /// Put the tag on the commit.
    Tag,
    /// Make the release, seen by the repository's people only.
    Draft,
    /// Take away an attached file that is not the one that is wanted, or that never arrived whole.
    Remove(Stored),
    /// Attach a file.
    Upload(Asset),
    /// Let everybody see it.
    Publish(Latest),
    /// Let the tag of the major version name the commit.
    Float(String),
}

/// Whether it is the one that GitHub shows first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// No higher final version is published.
    Yes,
    /// It is a pre-release, or on an older line.
    No,
}

impl Step {
    /// A verb and a noun.
    pub fn name(&self, wish: &Wish) -> String {
        match self {
            Self::Commit(Way::Api) => "commit over the API".to_owned(),
            Self::Commit(Way::Local) => "commit with git".to_owned(),
            Self::Push => format!("push {}", wish.branch.as_deref().unwrap_or("the branch")),
            Self::Tag => format!("tag {}", wish.tag),
            Self::Draft => "draft release".to_owned(),
            Self::Remove(stored) => format!("remove {}", stored.name),
            Self::Upload(asset) => format!("upload {}", asset.name),
            Self::Publish(_) => "publish release".to_owned(),
            Self::Float(name) => format!("move {name}"),
        }
    }
}

/// The first line of the commit that carries a version.
pub fn headline(version: &Version) -> String {
    format!("chore(release): {version}")
}

/// The name of the tag that follows a major version.
pub fn floating(prefix: &str, version: &Version) -> String {
    format!("{prefix}{}", version.major)
}

/// A text of at most so many characters, cut at the end of a line, with a word about it.
pub fn bounded(text: &str, most: usize, more: &str) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(more.chars().count() + 2);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let cut = text.get(..end).unwrap_or_default();
    let whole = cut.rfind('\n').and_then(|at| cut.get(..at)).filter(|whole| !whole.is_empty()).unwrap_or(cut);
    format!("{whole}\n\n{more}")
}
