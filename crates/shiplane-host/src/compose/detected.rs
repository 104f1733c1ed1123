//! Which Compose a host has.
//!
//! Compose 1 takes half a second to say its version, and every command wants to know it. So a run keeps the answer with
//! what the program's file looked like; as long as it looks like that, nobody asks again.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shiplane_core::command::Command;
use shiplane_core::deploy::ComposeTool;

use super::QUICK;
use crate::process::{self, Setting};
use crate::state::{self, StateDir};

const PLUGIN: [&str; 2] = ["docker", "compose"];
const PROGRAM: &str = "docker-compose";

/// Where the answer is kept.
const KEPT: &str = "compose-program.json";

/// A program's file, and the version that it answered with.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    file: Look,
    version: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Look {
    path: PathBuf,
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
}

/// The Compose that this host has, found by asking: the plugin first, then the program.
pub(crate) fn detect(dir: &Path) -> Option<ComposeTool> {
    version(dir, &PLUGIN).or_else(|| version(dir, &[PROGRAM]))
}

/// The same, where an earlier run may have kept the answer.
pub(crate) fn known(dir: &Path, state: &StateDir) -> Option<ComposeTool> {
    version(dir, &PLUGIN).or_else(|| kept(state)).or_else(|| version(dir, &[PROGRAM]))
}

/// Keeps it for the next command.
pub(super) fn keep(state: &StateDir, tool: &ComposeTool) -> anyhow::Result<()> {
    let [program] = tool.command.as_slice() else { return Ok(()) };
    let Some(file) = look(program) else { return Ok(()) };
    let seen = serde_json::to_vec(&Seen { file, version: tool.version.clone() })?;
    state::write(&state.path().join(KEPT), seen)
}

fn kept(state: &StateDir) -> Option<ComposeTool> {
    let text = fs::read(state.path().join(KEPT)).ok()?;
    let seen: Seen = serde_json::from_slice(&text).ok()?;
    (look(PROGRAM)? == seen.file).then(|| tool(&[PROGRAM], seen.version))
}

/// The file that a program's name stands for.
#[expect(
    clippy::disallowed_methods,
    reason = "the host's own programs are found where the host looks for them"
)]
fn look(program: &str) -> Option<Look> {
    let dirs = std::env::var_os("PATH")?;
    let path = std::env::split_paths(&dirs).map(|dir| dir.join(program)).find(|path| path.is_file())?;
    let about = fs::metadata(&path).ok()?;
    Some(Look { size: about.len(), modified: (about.mtime(), about.mtime_nsec()), path })
}

fn version(dir: &Path, words: &[&str]) -> Option<ComposeTool> {
    let command = Command::new(words.first().copied()?).args(words.iter().skip(1).copied());
    let question = command.args(["version", "--short"]);
    let answer = process::ask(&question, Setting { dir, env: &[], limit: QUICK }).ok()?;
    let version = answer.stdout.trim().to_owned();
    let usable = answer.success() && version.starts_with(|c: char| c.is_ascii_digit());
    usable.then(|| tool(words, version))
}

fn tool(words: &[&str], version: String) -> ComposeTool {
    ComposeTool { command: words.iter().map(|word| (*word).to_owned()).collect(), version }
}
