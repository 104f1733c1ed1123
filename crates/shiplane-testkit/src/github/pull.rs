//! Pull requests, reviews and conversations.

use std::cell::Cell;

use super::actor::{Actor, id_of};

/// One pull request.
#[derive(Debug)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its description.
    pub body: String,
    /// Who opened it.
    pub author: Actor,
    /// Open, closed or merged.
    pub state: PullState,
    /// Whether it is still a draft.
    pub draft: bool,
    /// Where it goes.
    pub base: Side,
    /// Where it comes from.
    pub head: Side,
    /// Whether it comes from another repository.
    pub from_fork: bool,
    /// Whether it can be merged.
    pub mergeable: Mergeable,
    /// The commit that would merge it, if GitHub has made one.
    pub test_merge: Option<String>,
    /// The commit that it became on its base, once it is merged.
    pub merge_commit: Option<String>,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Conversations on lines.
    pub threads: Vec<Thread>,
    /// Files it changes.
    pub files: Vec<ChangedFile>,
    /// Its commits, oldest first; left empty, it is the head alone.
    pub commits: Vec<String>,
    /// Force pushes to its head, oldest first.
    pub force_pushes: Vec<ForcePush>,
    unknown_reads: Cell<u32>,
}

/// Where a pull request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullState {
    /// Open.
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged.
    Merged,
}

/// A branch and the commit at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// The branch's name.
    pub branch: String,
    /// The commit.
    pub oid: String,
}

/// What GitHub says about merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mergeable {
    /// It can be merged.
    Yes,
    /// It conflicts with its base.
    Conflicting,
    /// GitHub is still computing.
    Unknown,
}

/// One review.
#[derive(Debug, Clone)]
pub struct Review {
    /// Its number.
    pub id: u64,
    /// Who reviewed.
    pub author: Actor,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub state: String,
    /// When.
    pub submitted_at: String,
    /// The commit that was looked at.
    pub commit: String,
    /// Whether the author may write to the repository.
    pub can_push: bool,
    /// What the review says.
    pub body: String,
}

/// A conversation on a line.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The file.
    pub path: String,
    /// The line, if it is still there.
    pub line: Option<u64>,
    /// Who began it.
    pub author: Actor,
    /// Its first comment.
    pub body: String,
    /// Whether someone closed it.
    pub resolved: bool,
    /// Whether the line has changed since.
    pub outdated: bool,
}

/// A file that a pull request changes.
#[derive(Debug, Clone)]
pub struct ChangedFile {
    /// Its path.
    pub path: String,
    /// `ADDED`, `MODIFIED`, `DELETED`, `RENAMED`, `COPIED` or `CHANGED`.
    pub change: String,
    /// Its path before it was renamed; GraphQL does not tell it.
    pub previous: Option<String>,
}

impl ChangedFile {
    /// A file with other content than before.
    pub fn modified(path: &str) -> Self {
        Self { path: path.to_owned(), change: "MODIFIED".to_owned(), previous: None }
    }

    /// A file that had another name before.
    pub fn renamed(previous: &str, path: &str) -> Self {
        let (path, change) = (path.to_owned(), "RENAMED".to_owned());
        Self { path, change, previous: Some(previous.to_owned()) }
    }
}

/// The head of a pull request replaced by another commit.
#[derive(Debug, Clone)]
pub struct ForcePush {
    /// Who pushed.
    pub actor: Actor,
    /// When.
    pub time: String,
    /// The head before.
    pub before: String,
    /// The head after.
    pub after: String,
}

impl Pull {
    pub(super) fn new(number: u64) -> Self {
        Self {
            number,
            title: format!("Change {number}"),
            body: String::new(),
            author: Actor::user("dev"),
            state: PullState::Open,
            draft: false,
            base: Side::default(),
            head: Side::default(),
            from_fork: false,
            mergeable: Mergeable::Yes,
            test_merge: None,
            merge_commit: None,
            labels: Vec::new(),
            reviews: Vec::new(),
            threads: Vec::new(),
            files: Vec::new(),
            commits: Vec::new(),
            force_pushes: Vec::new(),
            unknown_reads: Cell::new(0),
        }
    }

    /// Sets the title.
    pub fn title(&mut self, title: &str) -> &mut Self {
        self.title = title.to_owned();
        self
    }

    /// Sets who opened it.
    pub fn by(&mut self, author: impl Into<Actor>) -> &mut Self {
        self.author = author.into();
        self
    }

    /// Sets where it comes from.
    pub fn from(&mut self, branch: &str, oid: &str) -> &mut Self {
        self.head = Side { branch: branch.to_owned(), oid: oid.to_owned() };
        self
    }

    /// Sets where it goes.
    pub fn into_branch(&mut self, branch: &str, oid: &str) -> &mut Self {
        self.base = Side { branch: branch.to_owned(), oid: oid.to_owned() };
        self
    }

    /// Adds a label.
    pub fn label(&mut self, name: &str) -> &mut Self {
        self.labels.push(name.to_owned());
        self
    }

    /// Adds a changed file.
    pub fn changes(&mut self, path: &str, change: &str) -> &mut Self {
        self.files.push(ChangedFile { change: change.to_owned(), ..ChangedFile::modified(path) });
        self
    }

    /// Sets what GitHub says about merging.
    pub fn mergeable(&mut self, mergeable: Mergeable) -> &mut Self {
        self.mergeable = mergeable;
        self
    }

    /// Answers "still computing" to that many reads, then what `mergeable` says.
    pub fn computing_for(&mut self, reads: u32) -> &mut Self {
        self.unknown_reads.set(reads);
        self
    }

    /// Merges it; the commit is what it became on its base.
    pub fn merged_as(&mut self, sha: &str) -> &mut Self {
        self.state = PullState::Merged;
        self.merge_commit = Some(sha.to_owned());
        self
    }

    /// Whether the commit is one of its own, or what it became.
    pub(super) fn has(&self, sha: &str) -> bool {
        self.commits.iter().any(|own| own == sha) || self.merge_commit.as_deref() == Some(sha)
    }

    /// Adds a review of the present head by someone who may write; the answer is there to be refined.
    pub fn review(&mut self, author: impl Into<Actor>, state: &str) -> &mut Review {
        let (author, count) = (author.into(), self.reviews.len().to_string());
        let id = id_of(&["review", &self.number.to_string(), &author.login, &count]);
        let minute = self.reviews.len() % 60;
        self.reviews.push(Review {
            id,
            author,
            state: state.to_owned(),
            submitted_at: format!("2026-01-05T11:{minute:02}:00Z"),
            commit: self.head.oid.clone(),
            can_push: true,
            body: String::new(),
        });
        self.reviews.last_mut().expect("a review was just added")
    }

    /// An approval of the present head by someone who may write.
    pub fn approve(&mut self, author: &str) -> &mut Self {
        self.review(author, "APPROVED");
        self
    }

    /// A demand for changes on the present head by someone who may write.
    pub fn request_changes(&mut self, author: &str) -> &mut Self {
        self.review(author, "CHANGES_REQUESTED");
        self
    }

    /// Opens a conversation on a line; the answer is there to be refined.
    pub fn thread(&mut self, path: &str, line: u64, body: &str) -> &mut Thread {
        self.threads.push(Thread {
            path: path.to_owned(),
            line: Some(line),
            author: Actor::user("reviewer"),
            body: body.to_owned(),
            resolved: false,
            outdated: false,
        });
        self.threads.last_mut().expect("a thread was just added")
    }

    /// Closes every conversation.
    pub fn resolve_all(&mut self) -> &mut Self {
        self.threads.iter_mut().for_each(|thread| thread.resolved = true);
        self
    }

    pub(super) fn force_pushed(&mut self, sha: &str, time: &str) {
        let before = std::mem::replace(&mut self.head.oid, sha.to_owned());
        self.commits = vec![sha.to_owned()];
        self.force_pushes.push(ForcePush {
            actor: self.author.clone(),
            time: time.to_owned(),
            before,
            after: sha.to_owned(),
        });
    }

    /// What GitHub says about merging now; asking counts.
    pub(super) fn ask_mergeable(&self) -> Mergeable {
        match self.unknown_reads.get() {
            0 => self.mergeable,
            left => {
                self.unknown_reads.set(left - 1);
                Mergeable::Unknown
            }
        }
    }

    pub(super) fn is_open_from(&self, branch: &str) -> bool {
        self.state == PullState::Open && !self.from_fork && self.head.branch == branch
    }

    /// Each person's newest review that says yes or no.
    pub(super) fn latest_opinions(&self) -> Vec<&Review> {
        let mut latest: Vec<&Review> = Vec::new();
        let opinions = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"];
        for review in self.reviews.iter().filter(|review| opinions.contains(&review.state.as_str())) {
            latest.retain(|earlier| earlier.author != review.author);
            latest.push(review);
        }
        latest
    }

    pub(super) fn mentioned(&self) -> Vec<String> {
        let mut seen = self.commits.clone();
        seen.extend([self.base.oid.clone(), self.head.oid.clone()]);
        seen.extend(self.test_merge.clone());
        seen.extend(self.merge_commit.clone());
        seen.extend(self.reviews.iter().map(|review| review.commit.clone()));
        seen.extend(self.force_pushes.iter().flat_map(|push| [push.before.clone(), push.after.clone()]));
        seen.retain(|sha| !sha.is_empty());
        seen
    }
}
