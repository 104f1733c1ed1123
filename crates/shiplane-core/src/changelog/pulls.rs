//! The pull requests that brought the commits of a range, where those say what changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::commit;
use super::history::Commit;

/// A merged pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title as it is now.
    pub title: String,
    /// Its labels as they are now.
    #[serde(default)]
    pub labels: Vec<String>,
}

/// All that brought a range.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pulls {
    /// The pull requests, by number.
    pub all: BTreeMap<u64, Pull>,
    /// Which of them brought a commit, by the commit's name; none brought the others.
    pub of: BTreeMap<String, u64>,
}

impl Pulls {
    /// Notes which pull request brought a commit.
    pub fn put(&mut self, commit: &str, pull: Pull) {
        self.of.insert(commit.to_owned(), pull.number);
        self.all.insert(pull.number, pull);
    }

    fn brought(&self, commit: &str) -> Option<&Pull> {
        self.of.get(commit).and_then(|number| self.all.get(number))
    }
}

/// What the first lines alone tell: GitHub writes the number behind the title of what it squashes, and both into what
/// it merges. Nothing when a commit says neither, because nobody knows then whether one brought it.
pub fn by_subjects(commits: &[Commit]) -> Option<Pulls> {
    let places: HashMap<&str, usize> =
        commits.iter().enumerate().map(|(at, commit)| (commit.id.as_str(), at)).collect();
    let mut pulls = Pulls::default();
    // Oldest first: a commit came by the first pull request that brought it anywhere.
    for commit in commits.iter().rev().filter(|commit| commit.parents.len() > 1) {
        if let Some(pull) = merged(&commit.message) {
            for brought in brought(commits, &places, commit) {
                pulls.put(brought, pull.clone());
            }
            pulls.put(&commit.id, pull);
        }
    }
    for commit in commits.iter().filter(|commit| commit.parents.len() < 2) {
        if let Some(pull) = squashed(&commit.message) {
            pulls.put(&commit.id, pull);
        }
    }
    let is_told = |commit: &Commit| pulls.of.contains_key(&commit.id) || commit.parents.len() > 1;
    commits.iter().all(is_told).then_some(pulls)
}

/// The commits that a merge brought and that no older merge brought before.
fn brought<'c>(commits: &'c [Commit], places: &HashMap<&str, usize>, merge: &Commit) -> Vec<&'c str> {
    let reach = |names: &[String]| {
        let at = |name: &String| places.get(name.as_str()).copied();
        let mut todo: Vec<usize> = names.iter().filter_map(at).collect();
        let mut seen: HashSet<usize> = todo.iter().copied().collect();
        while let Some(commit) = todo.pop().and_then(|at| commits.get(at)) {
            todo.extend(
                commit.parents.iter().filter_map(at).filter(|at| seen.insert(*at)).collect::<Vec<_>>(),
            );
        }
        seen
    };
    let Some((kept, others)) = merge.parents.split_first() else { return Vec::new() };
    let kept = reach(std::slice::from_ref(kept));
    let others = reach(others).into_iter().filter(|at| !kept.contains(at));
    others.filter_map(|at| commits.get(at)).map(|commit| commit.id.as_str()).collect()
}

/// `Merge pull request #12 from owner/branch`, and the title below it.
fn merged(message: &str) -> Option<Pull> {
    let rest = commit::subject(message).strip_prefix("Merge pull request #")?;
    let number = rest.split(' ').next()?.parse().ok()?;
    let mut below = message.trim_start_matches(['\r', '\n']).lines().skip(1);
    let title = below.find(|line| !line.trim().is_empty())?.trim().to_owned();
    Some(Pull { number, title, labels: Vec::new() })
}

/// `title (#12)`
fn squashed(message: &str) -> Option<Pull> {
    let (title, number) = commit::subject(message).strip_suffix(')')?.rsplit_once(" (#")?;
    Some(Pull { number: number.parse().ok()?, title: title.to_owned(), labels: Vec::new() })
}

/// A range in which one commit speaks for each pull request, by its title.
pub(super) struct Heard<'a> {
    /// As many as there were, in the same places.
    pub(super) commits: Vec<Commit>,
    /// Those that speak through the one of their pull request.
    pub(super) folded: HashSet<usize>,
    /// The labels of those that speak for one.
    pub(super) labels: HashMap<usize, &'a [String]>,
    /// The commits that touch the paths, where paths are given: all of a pull request do where one does.
    pub(super) touching: Option<BTreeSet<String>>,
}

/// Lets the newest commit of each pull request speak for it; what none brought speaks for itself.
pub(super) fn heard<'a>(
    commits: &[Commit],
    pulls: &'a Pulls,
    touching: Option<&BTreeSet<String>>,
) -> Heard<'a> {
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    let mut touched: HashSet<u64> = HashSet::new();
    for commit in commits {
        if let Some(pull) = pulls.brought(&commit.id) {
            *sizes.entry(pull.number).or_default() += 1;
            if touching.is_some_and(|touching| touching.contains(&commit.id)) {
                touched.insert(pull.number);
            }
        }
    }
    let mut heard = Heard {
        commits: Vec::with_capacity(commits.len()),
        folded: HashSet::new(),
        labels: HashMap::new(),
        touching: touching.cloned(),
    };
    let mut spoken = HashSet::new();
    for (at, commit) in commits.iter().enumerate() {
        let Some(pull) = pulls.brought(&commit.id) else {
            heard.commits.push(commit.clone());
            continue;
        };
        if let Some(touching) = heard.touching.as_mut().filter(|_| touched.contains(&pull.number)) {
            touching.insert(commit.id.clone());
        }
        if !spoken.insert(pull.number) {
            heard.folded.insert(at);
            heard.commits.push(Commit { message: String::new(), ..commit.clone() });
            continue;
        }
        heard.labels.insert(at, pull.labels.as_slice());
        // A merge whose commits all came by other pull requests may have nothing to add, and stays one.
        let alone = sizes.get(&pull.number).is_some_and(|size| *size < 2);
        let parents = if alone { commit.parents.len() } else { 1 };
        heard.commits.push(Commit {
            message: titled(pull, &commit.message),
            parents: commit.parents.iter().take(parents).cloned().collect(),
            id: commit.id.clone(),
        });
    }
    heard
}

/// The title in place of the first line, with the number behind it as GitHub writes it.
fn titled(pull: &Pull, message: &str) -> String {
    let title = pull.title.trim();
    let number = format!("(#{})", pull.number);
    let title = if title.ends_with(&number) { title.to_owned() } else { format!("{title} {number}") };
    let rest = message.trim_start_matches(['\r', '\n']).split_once('\n').map(|(_, rest)| rest);
    rest.map_or(title.clone(), |rest| format!("{title}\n{rest}"))
}
