//! Git repositories for tests: the same commits from run to run, and nothing of the user's own settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};

use crate::process::Run;

/// The time of the first commit: 2026-01-05T10:00:00Z.
const FIRST_COMMIT: u64 = 1_767_607_200;

/// A working tree.
#[derive(Debug)]
pub struct GitRepo {
    dir: PathBuf,
    /// Every command is a minute later than the one before.
    minutes: AtomicU64,
}

/// A bare repository that others clone and push to.
#[derive(Debug, Clone)]
pub struct Origin {
    dir: PathBuf,
}

impl GitRepo {
    /// An empty repository on branch `main`; the directory is made when it is not there.
    pub fn init(dir: impl AsRef<Path>) -> Result<Self> {
        let repo = Self::at(dir.as_ref());
        fs::create_dir_all(&repo.dir).with_context(|| format!("create {}", repo.dir.display()))?;
        repo.git(&["init", "--quiet"])?;
        Ok(repo)
    }

    fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), minutes: AtomicU64::new(0) }
    }

    /// Where the working tree is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file, with the directories above it.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> Result<&Self> {
        let file = self.dir.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
        }
        fs::write(&file, text).with_context(|| format!("write {}", file.display()))?;
        Ok(self)
    }

    /// Commits all there is, even if nothing has changed; answers the commit's id.
    pub fn commit(&self, message: &str) -> Result<String> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message])?;
        self.head()
    }

    /// The id of the present commit.
    pub fn head(&self) -> Result<String> {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Puts an annotated tag on the present commit.
    pub fn tag(&self, name: &str) -> Result<&Self> {
        self.git(&["tag", "--annotate", "--message", name, name]).map(|_| self)
    }

    /// Creates a branch at the present commit and goes there.
    pub fn branch(&self, name: &str) -> Result<&Self> {
        self.git(&["checkout", "--quiet", "-b", name]).map(|_| self)
    }

    /// Goes to a branch, tag or commit.
    pub fn checkout(&self, name: &str) -> Result<&Self> {
        self.git(&["checkout", "--quiet", name]).map(|_| self)
    }

    /// Merges a branch into the present one, with a commit of its own; answers its id.
    pub fn merge(&self, branch: &str) -> Result<String> {
        let message = format!("Merge branch '{branch}'");
        self.git(&["merge", "--quiet", "--no-ff", "--message", &message, branch])?;
        self.head()
    }

    /// Pushes the present branch and all tags to the origin.
    pub fn push(&self) -> Result<&Self> {
        self.git(&["push", "--quiet", "--follow-tags", "origin", "HEAD"]).map(|_| self)
    }

    /// Runs any other git command, and answers what it printed, trimmed.
    pub fn git(&self, args: &[&str]) -> Result<String> {
        let minutes = self.minutes.fetch_add(1, Ordering::Relaxed);
        git(&self.dir, args, FIRST_COMMIT + 60 * minutes)
    }
}

impl Origin {
    /// An empty bare repository whose branch is `main`.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
        git(&dir, &["init", "--quiet", "--bare"], FIRST_COMMIT)?;
        Ok(Self { dir })
    }

    /// Where it is; git takes the path for an address.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Clones it.
    pub fn clone_to(&self, dir: impl AsRef<Path>) -> Result<GitRepo> {
        let repo = GitRepo::at(dir.as_ref());
        fs::create_dir_all(&repo.dir).with_context(|| format!("create {}", repo.dir.display()))?;
        repo.git(&["clone", "--quiet", &self.dir.to_string_lossy(), "."])?;
        Ok(repo)
    }

    /// The commit that a ref names.
    pub fn resolve(&self, name: &str) -> Result<String> {
        git(&self.dir, &["rev-parse", "--verify", &format!("{name}^{{commit}}")], FIRST_COMMIT)
    }
}

/// Settings that would otherwise come from the machine.
const SETTINGS: [(&str, &str); 6] = [
    ("init.defaultBranch", "main"),
    ("commit.gpgSign", "false"),
    ("tag.gpgSign", "false"),
    ("core.hooksPath", "/dev/null"),
    ("gc.auto", "0"),
    ("protocol.file.allow", "always"),
];

fn git(dir: &Path, args: &[&str], time: u64) -> Result<String> {
    let mut run = Run::new("git").args(args).dir(dir).env("HOME", "/dev/null").env("LC_ALL", "C");
    run = run
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0");
    for role in ["AUTHOR", "COMMITTER"] {
        run = run.env(format!("GIT_{role}_NAME"), "Dev").env(format!("GIT_{role}_EMAIL"), "dev@example.org");
        run = run.env(format!("GIT_{role}_DATE"), format!("@{time} +0000"));
    }
    run = run.env("GIT_CONFIG_COUNT", SETTINGS.len().to_string());
    for (at, (key, value)) in SETTINGS.iter().enumerate() {
        run = run.env(format!("GIT_CONFIG_KEY_{at}"), key).env(format!("GIT_CONFIG_VALUE_{at}"), value);
    }
    Ok(run.ok()?.stdout.trim_end().to_owned())
}
