//! Commits as git tells them, read while it still does.

use std::borrow::Cow;
use std::collections::BTreeSet;

use anyhow::Context as _;
use shiplane_core::changelog::convention::Lines;
use shiplane_core::changelog::history::{self, Commit};

use super::git::Git;

/// From one commit back to another, which is not told.
pub(super) struct Range<'a> {
    pub(super) since: Option<&'a str>,
    pub(super) until: &'a str,
    pub(super) lines: Lines,
}

impl Range<'_> {
    /// The words of a command that walks this range.
    fn args<'s>(&'s self, command: &[&'s str], since: Option<&'s str>) -> Vec<&'s str> {
        let mut args = command.to_vec();
        match self.lines {
            Lines::All => {}
            Lines::FirstParent => args.push("--first-parent"),
        }
        args.push(self.until);
        args.extend(since);
        args.push("--");
        args
    }

    fn without(&self) -> Option<String> {
        self.since.map(|since| format!("^{since}"))
    }

    /// The commits, newest first and children before parents.
    pub(super) fn commits(&self, git: &Git) -> anyhow::Result<Vec<Commit>> {
        let since = self.without();
        let command = ["log", "-z", "--no-color", "--no-notes", "--no-mailmap", "--format=%H%n%P%n%B"];
        let mut commits = Vec::new();
        git.records(&self.args(&command, since.as_deref()), |record| {
            commits.push(commit(record).context("read a commit")?);
            Ok(())
        })?;
        // Git would hold everything back until it had put it in order itself.
        Ok(history::sorted(commits))
    }

    /// The names of the commits that touch one of these paths; a merge does when it brought such a change.
    pub(super) fn touching(&self, git: &Git, paths: &[String]) -> anyhow::Result<BTreeSet<String>> {
        let since = self.without();
        let command = ["log", "--full-history", "--show-pulls", "--no-color", "--no-mailmap", "--format=%H"];
        let pattern = |path: &String| match path.strip_prefix('!') {
            Some(path) => format!(":(top,glob,exclude){path}"),
            None => format!(":(top,glob){path}"),
        };
        let mut patterns: Vec<String> = paths.iter().map(pattern).collect();
        if paths.iter().all(|path| path.starts_with('!')) {
            patterns.push(":(top)".to_owned());
        }
        let mut args = self.args(&command, since.as_deref());
        args.extend(patterns.iter().map(String::as_str));
        Ok(names(&git.text(&args)?))
    }

    /// The names of the commits.
    pub(super) fn names(&self, git: &Git) -> anyhow::Result<BTreeSet<String>> {
        let since = self.without();
        Ok(names(&git.text(&self.args(&["rev-list"], since.as_deref()))?))
    }
}

fn names(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
}

fn commit(record: &[u8]) -> Option<Commit> {
    let text = str::from_utf8(record).map_or_else(|_| String::from_utf8_lossy(record), Cow::Borrowed);
    let (id, rest) = text.split_once('\n')?;
    let (names, message) = rest.split_once('\n')?;
    let mut parents: Vec<String> = names.split_ascii_whitespace().map(str::to_owned).collect();
    // Room for four is made where one is the rule, and there can be very many commits.
    parents.shrink_to_fit();
    Some(Commit { id: id.to_owned(), parents, message: message.trim_end().to_owned() })
}
