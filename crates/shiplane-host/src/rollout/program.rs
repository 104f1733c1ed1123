//! Programs of the team's own that a driver runs: in the environment's directory, and not for long.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use shiplane_core::command::Command;
use shiplane_core::foreign;

use crate::process::{self, Setting};

/// Longest time for one of them.
const LIMIT: Duration = Duration::from_secs(60);

/// How much of what it printed explains enough.
const SHOWN: usize = 300;

/// What it printed to its standard output; that it ended badly is an error with what it said.
pub(super) fn run(words: &[String], dir: &Path) -> anyhow::Result<String> {
    let command = Command::from_words(words).context("a program of the rollout is an empty list")?;
    let finished = process::ask(&command, Setting { dir, env: &[], limit: LIMIT })?;
    if finished.success() {
        return Ok(finished.stdout);
    }
    let said = foreign::clip(&foreign::one_line(finished.output.trim()), SHOWN);
    bail!("`{}`: {}: {said}", command.program(), finished.how())
}
