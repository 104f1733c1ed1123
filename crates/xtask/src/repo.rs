//! The repository: where it is, which files it has.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::process::Run;

/// The checkout that the chore works on.
#[derive(Debug)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout around the current directory.
    pub fn here() -> anyhow::Result<Self> {
        let here = std::env::current_dir().context("find the current directory")?;
        match here.ancestors().find(|dir| dir.join("crates/xtask/Cargo.toml").is_file()) {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => bail!("{} is not inside this repository", here.display()),
        }
    }

    /// Its top directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The text of a file.
    pub fn read(&self, file: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.path(file)).with_context(|| format!("read {file}"))
    }

    /// Every file that is or could be committed, by path from the top.
    pub fn files(&self) -> anyhow::Result<Vec<String>> {
        let listed = Run::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .dir(&self.root)
            .output()?;
        let files = listed.split_terminator('\0').filter(|file| self.path(file).is_file());
        let mut files: Vec<String> = files.map(str::to_owned).collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}
