//! The machine that the chores run on: its variables, its programs, the place for our tools.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::Context as _;

/// A variable that is set to something.
#[expect(clippy::disallowed_methods, reason = "the chores are no tool; this is their one place for it")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether everything must be there: a missing part is a failure.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value == "true")
}

/// Where tools that are no part of the repository are kept between runs.
pub(crate) fn tools_dir() -> anyhow::Result<PathBuf> {
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let dir = cache.or_else(home).context("neither XDG_CACHE_HOME nor HOME is set")?.join("shiplane-tools");
    std::fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
    Ok(dir)
}

/// The program's path, if it is on PATH or where system programs are.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(system).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// PATH with more directories in front.
pub(crate) fn path_with(dirs: &[PathBuf]) -> anyhow::Result<OsString> {
    let path = variable("PATH").unwrap_or_default();
    let all = dirs.iter().cloned().chain(std::env::split_paths(&path));
    std::env::join_paths(all).context("extend PATH")
}

/// Whether we may install system packages here.
pub(crate) fn may_install() -> bool {
    let id = crate::process::Run::new("id").args([OsStr::new("-u")]).output();
    id.is_ok_and(|id| id.trim() == "0") && find_program("apt-get").is_some()
}
