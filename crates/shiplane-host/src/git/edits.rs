//! Edits as an object of git's own, and a checkout without them.

use shiplane_core::report::Finding;

use super::Git;
use crate::failure::Failure;

/// A server's user often has no name, and git makes no commit without one.
const AUTHOR: [&str; 4] = ["-c", "user.name=shiplane", "-c", "user.email=shiplane@localhost"];

impl Git<'_> {
    /// Keeps the edits of tracked files as a commit under a name, in the shape of a stash; `None` when git makes
    /// none of them, as in the middle of a merge.
    pub(crate) fn keep_edits(&self, name: &str) -> Option<String> {
        let made = self.ask(&[&AUTHOR[..], &["stash", "create", "set aside by ssh-deploy"]].concat()).ok()?;
        let commit = made.stdout.trim();
        if !made.success() || commit.is_empty() {
            return None;
        }
        let kept = self.ask(&["update-ref", name, commit]).ok()?;
        kept.success().then(|| name.to_owned())
    }

    /// Forgets such a name.
    pub(crate) fn forget_edits(&self, name: &str) {
        self.ask(&["update-ref", "-d", name]).ok();
    }

    /// The edits of tracked files, to be read by people.
    pub(crate) fn patch(&self) -> String {
        let head = if self.resolve("HEAD").is_some() { "HEAD" } else { "--cached" };
        let diff = ["diff", "--binary", "--no-ext-diff", "--no-color", "--ignore-submodules=all", head];
        self.ask(&diff).map(|answer| answer.stdout).unwrap_or_default()
    }

    /// Makes every tracked file what the commit that is checked out has; no branch moves.
    pub(crate) fn discard_edits(&self) -> Result<(), Failure> {
        let done = self.ask(&["reset", "--quiet", "--hard"])?;
        if done.success() { Ok(()) } else { Err(Failure::program("set-aside-failed", "git reset", &done)) }
    }

    /// Lets the index know the files on the disk again.
    pub(crate) fn refresh(&self) {
        self.ask(&["update-index", "-q", "--refresh"]).ok();
    }

    /// Empties the directories of submodules that the commit does not have; git would leave them full. One with
    /// edits stays as it is.
    pub(crate) fn leave_submodules(&self, commit: &str) {
        for name in self.leaving_submodules(commit).unwrap_or_default() {
            if let Some(path) = super::names::path(&name).to_str() {
                self.ask(&["submodule", "deinit", "--", path]).ok();
            }
        }
    }

    /// Brings submodules to the commits that the checkout records. Edits in them stop it.
    pub(crate) fn submodules(
        &self,
        limit: std::time::Duration,
        on_line: &mut dyn FnMut(&str),
    ) -> Result<(), Failure> {
        if !self.path.join(".gitmodules").exists() {
            return Ok(());
        }
        let finished = self.run(&["submodule", "update", "--init", "--recursive"], limit, on_line)?;
        if finished.success() {
            return Ok(());
        }
        Err(Failure::program("submodule-failed", "git submodule update", &finished)
            .help("on the host: `git submodule update --init --recursive` must work for this user"))
    }

    /// Files that git would need Git LFS for, when the host has none: what is checked out are pointers.
    pub(crate) fn lfs_missing(&self) -> Option<Finding> {
        let attributes = std::fs::read_to_string(self.path.join(".gitattributes")).unwrap_or_default();
        let uses_lfs = attributes.lines().any(|line| {
            !line.trim_start().starts_with('#') && line.split_whitespace().any(|word| word == "filter=lfs")
        });
        let is_there = || self.ask(&["lfs", "version"]).is_ok_and(|answer| answer.success());
        if !uses_lfs || is_there() {
            return None;
        }
        let fact = "the commit keeps files in Git LFS, and the host has no git-lfs: they are checked out as pointers";
        Some(Finding::warning("lfs-missing", fact).help("on a Debian host: apt-get install git-lfs"))
    }
}
