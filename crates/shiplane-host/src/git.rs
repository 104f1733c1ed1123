//! Git on the host: an exact commit, never a pull.

mod changes;
mod edits;
pub(crate) mod names;

use std::path::Path;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::deploy::Checkout;
use shiplane_core::report::Finding;

use crate::failure::Failure;
use crate::process::{self, Finished, Setting};

/// Longest time for a question that git answers from the disk.
const QUICK: Duration = Duration::from_secs(60);

/// Longest time for submodules, which may have to come from their remotes.
const FETCH: Duration = Duration::from_secs(5 * 60);

/// Git must never ask a question: nobody is there to answer. And a look at the tree writes no index anew
/// (git(1), GIT_OPTIONAL_LOCKS).
const ENV: [(&str, &str); 3] = [("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0"), ("LC_ALL", "C")];

/// Where a checkout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    commit: String,
    /// `None` when it stands on the commit itself.
    branch: Option<String>,
}

/// A checkout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Git<'a> {
    pub(crate) path: &'a Path,
}

impl Git<'_> {
    pub(crate) fn version(&self) -> Option<String> {
        let answer = self.ask(&["--version"]).ok().filter(Finished::success)?;
        Some(answer.stdout.trim().trim_start_matches("git version ").to_owned())
    }

    /// What this directory is to git; a part of somebody else's checkout is none.
    pub(crate) fn state(&self) -> anyhow::Result<Checkout> {
        let answer = match self.ask(&["rev-parse", "--is-inside-work-tree", "--show-prefix"]) {
            Ok(answer) => answer,
            Err(error) => return Ok(Checkout::Unreadable(format!("{error:#}"))),
        };
        let is_top = answer.success() && answer.stdout.trim() == "true";
        if !answer.success() && self.path.join(".git").exists() {
            let why = answer.output.lines().next().unwrap_or_default();
            return Ok(Checkout::Unreadable(why.trim_start_matches("fatal: ").to_owned()));
        }
        if !is_top {
            return Ok(Checkout::Missing);
        }
        Ok(self.resolve("HEAD").map_or(Checkout::Unborn, Checkout::At))
    }

    /// Where a checkout stands, to come back to.
    pub(crate) fn position(&self) -> Option<Position> {
        let commit = self.resolve("HEAD")?;
        let answer = self.ask(&["symbolic-ref", "--quiet", "--short", "HEAD"]).ok();
        let branch = answer.filter(Finished::success).map(|answer| answer.stdout.trim().to_owned());
        Some(Position { commit, branch })
    }

    pub(crate) fn has_origin(&self) -> bool {
        self.ask(&["remote", "get-url", "origin"]).is_ok_and(|answer| answer.success())
    }

    /// Tracked files with edits, as people read them.
    pub(crate) fn dirty(&self) -> anyhow::Result<Vec<String>> {
        let shown = |name: &String| names::path(name).display().to_string();
        Ok(self.edited()?.iter().map(shown).take(50).collect())
    }

    /// The full commit that a name stands for, when it is here.
    pub(crate) fn resolve(&self, name: &str) -> Option<String> {
        let wanted = format!("{name}^{{commit}}");
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]).ok()?;
        answer.success().then(|| answer.stdout.trim().to_owned()).filter(|commit| !commit.is_empty())
    }

    /// The commit of that name, or the only one whose name begins so. A branch that is called like a part of a
    /// commit's name would win in `rev-parse` (gitrevisions(7)), so only objects are asked for.
    fn named(&self, commit: &str) -> Result<Option<String>, Failure> {
        let answer = self.ask(&["rev-parse", &format!("--disambiguate={commit}")])?;
        let mut commits: Vec<String> =
            answer.stdout.split_whitespace().filter_map(|object| self.resolve(object)).collect();
        commits.retain(|found| found.starts_with(commit));
        if commits.len() > 1 {
            let fact = format!("{} commits on the host have names that begin with {commit}", commits.len());
            return Err(Failure::new(Finding::fail("commit-ambiguous", fact).help("give the whole name")));
        }
        Ok(commits.pop())
    }

    /// Gets the commit: from the disk, with the remote's branches and tags, or by its own name. The last needs a
    /// remote that allows it, as GitHub does (git docs, `uploadpack.allowReachableSHA1InWant`).
    pub(crate) fn fetch(
        &self,
        commit: &str,
        limit: Duration,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<String, Failure> {
        if let Some(found) = self.named(commit)? {
            return Ok(found);
        }
        let all = self.run(&["fetch", "--tags", "--force", "origin"], limit, on_line)?;
        if let Some(found) = self.named(commit)? {
            return Ok(found);
        }
        if !all.success() {
            return Err(Failure::program("fetch-failed", "git fetch", &all)
                .help("on the host: `git fetch origin` must work for this user without a question"));
        }
        self.run(&["fetch", "origin", commit], limit, on_line)?;
        self.named(commit)?.ok_or_else(|| {
            let fact = format!("commit {commit} is neither on the host nor in its remote `origin`");
            Failure::new(
                Finding::fail("commit-not-found", fact).help("push the commit, or name one that exists"),
            )
        })
    }

    /// Whether `older` is contained in `newer`.
    pub(crate) fn contains(&self, newer: &str, older: &str) -> bool {
        self.ask(&["merge-base", "--is-ancestor", older, newer]).is_ok_and(|answer| answer.success())
    }

    /// Checks a commit out in place. Git itself refuses to write over a file that it does not track.
    pub(crate) fn checkout(&self, commit: &str, on_line: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        self.leave_submodules(commit);
        let finished = self.run(&["checkout", "--quiet", "--detach", commit], QUICK, on_line)?;
        if finished.success() {
            self.submodules(FETCH, on_line)
        } else {
            Err(Failure::program("checkout-failed", "git checkout", &finished))
        }
    }

    /// Goes back to where a checkout stood: onto its branch, if that is still where it was.
    pub(crate) fn return_to(
        &self,
        position: &Position,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        let Position { commit, branch } = position;
        match branch
            .as_ref()
            .filter(|branch| self.resolve(&format!("refs/heads/{branch}")).as_ref() == Some(commit))
        {
            None => self.checkout(commit, on_line),
            Some(branch) => {
                self.leave_submodules(commit);
                let finished = self.run(&["checkout", "--quiet", branch, "--"], QUICK, on_line)?;
                if finished.success() {
                    self.submodules(FETCH, on_line)
                } else {
                    Err(Failure::program("checkout-failed", "git checkout", &finished))
                }
            }
        }
    }

    /// Whether a checkout stood on that commit.
    pub(crate) fn stood_at(position: &Position, commit: &str) -> bool {
        position.commit == commit
    }

    /// Checks a commit out into a directory of its own.
    pub(crate) fn unpack(
        &self,
        commit: &str,
        tree: &Path,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        let named = tree.display().to_string();
        let finished =
            self.run(&["worktree", "add", "--force", "--detach", &named, commit], QUICK, on_line)?;
        if finished.success() {
            Git { path: tree }.submodules(FETCH, on_line)
        } else {
            Err(Failure::program("unpack-failed", "git worktree add", &finished))
        }
    }

    /// Removes such a directory.
    pub(crate) fn remove_unpacked(&self, tree: &Path) -> Result<(), Failure> {
        let tree = tree.display().to_string();
        let finished = self.run(&["worktree", "remove", "--force", &tree], QUICK, &mut |_| ())?;
        if finished.success() {
            Ok(())
        } else {
            Err(Failure::program("unpack-failed", "git worktree remove", &finished))
        }
    }

    fn ask(&self, args: &[&str]) -> anyhow::Result<Finished> {
        self.run(args, QUICK, &mut |_| ())
    }

    fn run(&self, args: &[&str], limit: Duration, on_line: &mut dyn FnMut(&str)) -> anyhow::Result<Finished> {
        let env = ENV.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let command = Command::new("git").args(args.iter().copied());
        process::run(&command, Setting { dir: self.path, env: &env, limit }, on_line)
    }
}
