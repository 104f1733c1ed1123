//! What a checkout has that git does not, and what a commit would write over.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;

use super::Git;

/// Names are quoted, so that each is one line whatever its bytes.
const QUOTED: [&str; 2] = ["-c", "core.quotePath=true"];

/// Files in git's own directory that exist while something is under way, and what that is.
const UNDER_WAY: [(&str, &str); 6] = [
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
];

impl Git<'_> {
    /// Tracked files that differ from the commit that is checked out, in the index or on the disk; quoted.
    pub(crate) fn edited(&self) -> anyhow::Result<Vec<String>> {
        let status =
            ["status", "--porcelain", "--untracked-files=no", "--no-renames", "--ignore-submodules=all"];
        let lines = self.lines(&status)?;
        Ok(lines.iter().filter_map(|line| line.get(3..)).map(str::to_owned).collect())
    }

    /// Files that are in the commit and not in the one that is checked out; quoted.
    pub(crate) fn arriving(&self, commit: &str) -> anyhow::Result<BTreeSet<String>> {
        match self.resolve("HEAD") {
            Some(head) => self.differing(&head, commit, "--diff-filter=A"),
            None => Ok(self.lines(&["ls-tree", "-r", "--name-only", commit])?.into_iter().collect()),
        }
    }

    /// Files that are in the commit that is checked out and not in the other; quoted.
    pub(crate) fn leaving(&self, commit: &str) -> anyhow::Result<BTreeSet<String>> {
        match self.resolve("HEAD") {
            Some(head) => self.differing(&head, commit, "--diff-filter=D"),
            None => Ok(BTreeSet::new()),
        }
    }

    /// Files that differ between both commits and that git was told not to look at; it would write over them.
    pub(crate) fn unwatched(&self, commit: &str) -> anyhow::Result<Vec<String>> {
        let Some(head) = self.resolve("HEAD") else { return Ok(Vec::new()) };
        let changed = self.differing(&head, commit, "--diff-filter=MTD")?;
        let lines = self.lines(&["ls-files", "-v"])?;
        let hidden = lines.iter().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let names = hidden.filter_map(|line| line.get(2..)).map(str::to_owned);
        Ok(names.filter(|name| changed.contains(name)).collect())
    }

    /// A merge or the like that somebody has begun here and not ended.
    pub(crate) fn under_way(&self) -> Option<String> {
        let dir = self.git_dir()?;
        let found = UNDER_WAY.iter().find(|(name, _)| dir.join(name).exists());
        found.map(|(_, what)| (*what).to_owned())
    }

    /// Git's own directory of this checkout.
    pub(crate) fn git_dir(&self) -> Option<std::path::PathBuf> {
        let answer = self.ask(&["rev-parse", "--absolute-git-dir"]).ok()?;
        answer.success().then(|| Path::new(answer.stdout.trim_end_matches('\n')).to_path_buf())
    }

    fn differing(&self, head: &str, commit: &str, filter: &str) -> anyhow::Result<BTreeSet<String>> {
        let ask = ["diff-tree", "-r", "--name-only", "--no-renames", "--ignore-submodules=all"];
        Ok(self.lines(&[&ask[..], &[filter, head, commit, "--"]].concat())?.into_iter().collect())
    }

    /// Submodules of what is checked out that the commit does not have; quoted.
    pub(super) fn leaving_submodules(&self, commit: &str) -> anyhow::Result<Vec<String>> {
        let Some(head) = self.resolve("HEAD") else { return Ok(Vec::new()) };
        let ask = ["diff-tree", "-r", "--no-renames", "--diff-filter=D", head.as_str(), commit, "--"];
        let lines = self.lines(&ask)?;
        let links = lines.iter().filter(|line| line.starts_with(":160000 "));
        Ok(links.filter_map(|line| line.split_once('\t')).map(|(_, name)| name.to_owned()).collect())
    }

    /// The lines of an answer; half an answer is none.
    pub(super) fn lines(&self, args: &[&str]) -> anyhow::Result<Vec<String>> {
        let answer = self.ask(&[&QUOTED, args].concat())?;
        let what = args.first().copied().unwrap_or_default();
        if !answer.success() {
            bail!("git {what}: {}: {}", answer.how(), answer.output.trim());
        }
        if answer.is_cut() {
            bail!("git {what} names more files than can be looked at");
        }
        Ok(answer.stdout.lines().map(str::to_owned).collect())
    }
}
