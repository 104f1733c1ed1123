//! What git does here for a release: a commit, a tag, a push; and the way back.

use std::path::{Path, PathBuf};

use shiplane_core::changelog::edit::FileChange;
use shiplane_core::fault::Fault;

use super::git::Git;

/// The top of a working tree, and where it is pushed to.
#[derive(Clone, Debug)]
pub(crate) struct Workbench {
    root: PathBuf,
    remote: String,
}

/// Whether a tag is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// As git is configured.
    AsConfigured,
    /// With the key that git is configured with.
    Always,
}

impl Workbench {
    pub(crate) fn new(directory: &Path, remote: &str) -> anyhow::Result<Self> {
        Ok(Self { root: Git::at(directory).here()?.root, remote: remote.to_owned() })
    }

    fn git(&self) -> Git {
        Git::at(&self.root)
    }

    /// Commits these files and nothing else; answers the commit.
    pub(crate) fn commit(&self, message: &str, changes: &[FileChange]) -> anyhow::Result<String> {
        let git = self.git();
        let paths: Vec<String> = changes.iter().map(|change| format!(":(literal){}", change.path)).collect();
        let paths = || paths.iter().map(String::as_str);
        git.text(&["add", "--force", "--"].into_iter().chain(paths()).collect::<Vec<_>>())?;
        let commit = ["commit", "--quiet", "--message", message, "--only", "--"];
        git.text(&commit.into_iter().chain(paths()).collect::<Vec<_>>())?;
        self.head()
    }

    /// The commit that is checked out.
    pub(crate) fn head(&self) -> anyhow::Result<String> {
        Ok(self.git().text(&["rev-parse", "HEAD"])?.trim_end().to_owned())
    }

    /// Takes a commit of ours back that was not pushed, with its files.
    pub(crate) fn take_back(&self, commit: &str, changes: &[FileChange]) -> anyhow::Result<()> {
        let git = self.git();
        git.text(&["reset", "--quiet", "--soft", commit])?;
        for change in changes {
            let path = format!(":(literal){}", change.path);
            match change.before {
                Some(_) => git.text(&["checkout", "--quiet", commit, "--", &path])?,
                None => git.text(&["rm", "--quiet", "--force", "--", &path])?,
            };
        }
        Ok(())
    }

    /// Pushes a commit to a branch; never over what is there.
    pub(crate) fn push(&self, commit: &str, branch: &str) -> anyhow::Result<()> {
        self.push_ref(&format!("{commit}:refs/heads/{branch}"))
    }

    /// Makes a tag here, unless it is on that commit already, and pushes it.
    pub(crate) fn tag(
        &self,
        (tag, message): (&str, &str),
        commit: &str,
        signed: Signed,
    ) -> anyhow::Result<()> {
        let git = self.git();
        let name = format!("refs/tags/{tag}");
        if git.commit(commit)?.is_none() {
            git.text(&["fetch", "--quiet", "--no-tags", &self.remote, commit])?;
        }
        match git.commit(&name)? {
            Some(known) if known == commit => {}
            Some(known) => {
                let fact = format!("{tag} is a tag on {known} in this clone, and not on {commit}");
                return Err(Fault::could_not("tag-differs-here", fact)
                    .help(format!("git tag -d {tag}, when it was never pushed"))
                    .into());
            }
            None => {
                let kind = match signed {
                    Signed::AsConfigured => "--annotate",
                    Signed::Always => "--sign",
                };
                git.text(&["tag", kind, "--message", message, "--", tag, commit])?;
            }
        }
        self.push_ref(&format!("{name}:{name}"))
    }

    fn push_ref(&self, refspec: &str) -> anyhow::Result<()> {
        self.git().text(&["push", "--quiet", "--", &self.remote, refspec]).map(drop)
    }
}
