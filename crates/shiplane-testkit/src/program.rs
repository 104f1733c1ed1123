//! Programs that a test writes for others to run.

use std::path::Path;

use anyhow::Result;

use crate::process::Run;

/// Writes an executable file.
///
/// Another process writes it: a child that a neighbour starts meanwhile would inherit this process' open file for a
/// moment, and nobody can run a file that is open for writing (man7.org/linux/man-pages/man2/execve.2.html, `ETXTBSY`).
pub fn write_program(path: &Path, text: impl Into<Vec<u8>>) -> Result<()> {
    Run::new("install").args(["-m", "755", "/dev/stdin"]).arg(path).stdin(text).ok().map(drop)
}
