//! What is made of git's own parts: trees, commits, tags with a message, and files attached to releases.

use std::collections::BTreeMap;

use super::actor::oid_of;
use super::commit::{Commit, Person};
use super::world::Repo;

/// The files of a tree, by path.
pub type Tree = BTreeMap<String, String>;

/// Objects that were made over the API, and what they are known by.
#[derive(Debug, Default)]
pub struct Workshop {
    /// Trees by their ids.
    pub trees: BTreeMap<String, Tree>,
    /// Blobs by their ids.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// The tree of each commit that has one.
    pub tree_of: BTreeMap<String, String>,
    /// Tag objects by their ids.
    pub tag_objects: BTreeMap<String, TagObject>,
    /// The tag object that a tag names; a tag that is not here is a light one.
    pub annotated: BTreeMap<String, String>,
    /// The release that is shown first.
    pub latest: Option<u64>,
    /// Where the fake listens.
    pub(super) url: String,
    /// Numbers that were given out.
    pub(super) count: u64,
}

/// A tag with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObject {
    /// What it calls itself.
    pub tag: String,
    /// Its message.
    pub message: String,
    /// The commit that it names.
    pub commit: String,
}

/// A file attached to a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// How many bytes arrived.
    pub size: u64,
    /// `sha256:` and its digits, where the server tells it.
    pub digest: Option<String>,
    /// `uploaded`, or `starter` when it never arrived whole.
    pub state: String,
}

impl Workshop {
    /// Keeps a tree; the same files have the same id.
    pub fn tree(&mut self, files: Tree) -> String {
        let text: Vec<String> = files.iter().map(|(path, text)| format!("{path}\0{text}")).collect();
        let id = oid_of(&format!("tree\0{}", text.join("\0\0")));
        self.trees.insert(id.clone(), files);
        id
    }

    /// A number that nothing else has.
    pub(super) fn number(&mut self) -> u64 {
        self.count += 1;
        9000 + self.count
    }
}

impl Repo {
    /// A commit with all its files on a branch, after the commit that is there now.
    pub fn lands(&mut self, branch: &str, sha: &str, (message, files): (&str, &[(&str, &str)])) -> &mut Self {
        let parents: Vec<String> = self.branches.get(branch).map(|it| it.sha.clone()).into_iter().collect();
        let before = parents.first().and_then(|parent| self.workshop.tree_of.get(parent));
        let mut tree = before.and_then(|id| self.workshop.trees.get(id)).cloned().unwrap_or_default();
        tree.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let tree = self.workshop.tree(tree);
        self.workshop.tree_of.insert(sha.to_owned(), tree);
        self.push(branch, sha).message(message).parents = parents;
        self
    }

    /// A commit of these parts that no branch holds yet, made by GitHub itself.
    pub(super) fn make_commit(&mut self, message: &str, tree: &str, parents: &[String]) -> String {
        let number = self.workshop.number();
        let sha = oid_of(&format!("commit {number} {message} {tree} {}", parents.join(" ")));
        self.workshop.tree_of.insert(sha.clone(), tree.to_owned());
        let commit = self.commit(&sha);
        commit.message = message.to_owned();
        commit.parents = parents.to_vec();
        commit.author =
            Person { login: Some("github-actions[bot]".to_owned()), ..Person::known("github-actions[bot]") };
        commit.committer = Person {
            login: Some("web-flow".to_owned()),
            name: "GitHub".to_owned(),
            email: "noreply@github.com".to_owned(),
        };
        sha
    }

    /// The files of a commit.
    pub fn files_of(&self, commit: &str) -> Tree {
        let tree = self.workshop.tree_of.get(commit).and_then(|id| self.workshop.trees.get(id));
        tree.cloned().unwrap_or_default()
    }

    /// A commit and all before it, children before their first parents; nothing when their parents do not tell.
    pub(super) fn all_before(&self, from: &str) -> Option<Vec<String>> {
        let (mut seen, mut open) = (Vec::new(), vec![from.to_owned()]);
        while let Some(sha) = open.pop() {
            if !seen.contains(&sha) {
                let commit = self.commits.get(&sha)?;
                open.extend(commit.parents.iter().cloned());
                seen.push(sha);
            }
        }
        Some(seen)
    }

    /// Where a head left a base.
    pub(super) fn merge_base(&self, base: &str, head: &str) -> Option<&Commit> {
        let others = self.all_before(base)?;
        self.all_before(head)?.iter().find(|sha| others.contains(sha)).and_then(|sha| self.commits.get(sha))
    }

    /// The commits that a head has and a base has not, oldest first; nothing when their parents do not tell.
    pub(super) fn walked(&self, base: &str, head: &str) -> Option<Vec<String>> {
        let (own, others) = (self.all_before(head)?, self.all_before(base)?);
        own.iter().any(|sha| others.contains(sha)).then_some(())?;
        let mut beyond: Vec<String> = own.into_iter().filter(|sha| !others.contains(sha)).collect();
        beyond.reverse();
        Some(beyond)
    }
}
