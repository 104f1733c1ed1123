//! The state directory on the host, and where everything in it lies.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::spare;

/// `DEPLOY_PATH/.shiplane` or wherever `state-dir` says.
#[derive(Clone, Debug)]
pub(crate) struct StateDir(PathBuf);

impl StateDir {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the directory, for its owner only. Git sees nothing of it: it ignores itself.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        make(&self.0)?;
        let ignore = self.0.join(".gitignore");
        if !ignore.exists() {
            write(&ignore, "*\n")?;
        }
        spare::keep(&self.0);
        Ok(())
    }

    /// The directory itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("journal.jsonl")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Where the runs are.
    pub(crate) fn runs(&self) -> PathBuf {
        self.0.join("runs")
    }

    /// What belongs to one run: its plan, its events, the client's word.
    pub(crate) fn run(&self, run: &str) -> PathBuf {
        self.runs().join(run)
    }

    /// Edits that a run has set aside.
    pub(crate) fn edits(&self, run: &str) -> PathBuf {
        self.0.join("edits").join(run)
    }

    /// Where uploads wait for their run.
    pub(crate) fn incoming(&self) -> PathBuf {
        self.0.join("incoming")
    }

    /// Where archives from cold storage are unpacked.
    pub(crate) fn thawing(&self) -> PathBuf {
        self.0.join("thawing")
    }

    /// What was kept of releases and of `.env`.
    pub(crate) fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }

    /// Lets every user pass through to a release's files, as a web server must; only their owner can list or read
    /// what else is there.
    pub(crate) fn open_way(&self, release: &str) -> anyhow::Result<()> {
        let release = self.release(release);
        for dir in [Some(self.0.as_path()), release.parent(), Some(release.as_path())].into_iter().flatten() {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o711))
                .with_context(|| format!("set mode of {}", dir.display()))?;
        }
        Ok(())
    }

    /// What a release needs to run again.
    pub(crate) fn release(&self, release: &str) -> PathBuf {
        self.0.join("releases").join(release)
    }
}

/// Makes a directory and its parents, for their owner only.
pub(crate) fn make(path: &Path) -> anyhow::Result<()> {
    spare::spared(path, || fs::DirBuilder::new().recursive(true).mode(0o700).create(path))
        .with_context(|| format!("make directory {}", path.display()))
}

/// Makes a directory that nobody else has made; says whether it did.
pub(crate) fn make_new(path: &Path) -> anyhow::Result<bool> {
    match spare::spared(path, || fs::DirBuilder::new().mode(0o700).create(path)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(|| format!("make directory {}", path.display())),
    }
}

/// Writes a file as a whole or not at all: what a crash or a full disk leaves is the old file or the new one.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.new"));
    let attempt = || -> std::io::Result<()> {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_ref())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    spare::spared(path, attempt)
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("write {}", path.display()))
}

/// Whether a name is safe as one component of a path. Run ids come over the wire.
pub(crate) fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
