//! The binaries that are measured: what cargo builds for users, or what `--binaries` names.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::process::Run;
use crate::repo::Repo;

/// Where the tools come from.
pub(super) struct Tools<'a> {
    pub(super) repo: &'a Repo,
    /// A directory with release binaries; without it they are built
    pub(super) given: Option<&'a Path>,
}

impl Tools<'_> {
    /// The binary of one tool.
    pub(super) fn binary(&self, tool: &str) -> anyhow::Result<String> {
        let binary = self.together(&[tool])?.join(tool);
        binary.into_os_string().into_string().ok().context("read the path of the binary")
    }

    /// The directory in which all of these tools are.
    pub(super) fn together(&self, tools: &[&str]) -> anyhow::Result<PathBuf> {
        if let Some(dir) = self.given {
            if let Some(missing) = tools.iter().find(|tool| !dir.join(tool).is_file()) {
                bail!("there is no {missing} in {}", dir.display());
            }
            return dir.canonicalize().with_context(|| format!("find {}", dir.display()));
        }
        let binary = self.build(&tools.iter().flat_map(|tool| ["--package", tool]).collect::<Vec<_>>())?;
        Path::new(&binary).parent().map(Path::to_path_buf).context("find the directory of the binaries")
    }

    /// Builds for release, and names the first executable that came of it.
    pub(super) fn build(&self, what: &[&str]) -> anyhow::Result<String> {
        let run = Run::new("cargo").args(["build", "--release", "--locked", "--message-format", "json"]);
        let messages = run.args(what.iter().copied()).dir(self.repo.root()).output()?;
        let mut values =
            messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let executable = values.find_map(|value| value.get("executable")?.as_str().map(str::to_owned));
        executable.context("find the binary that cargo built")
    }
}
