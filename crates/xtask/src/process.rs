//! Child processes: run to their end, and a failure that names the command.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// What `cargo xtask` tells about xtask itself. A cargo of ours must not hear it: build scripts ask for these names
/// (ring's does), and everything above ring would be built again with every change between `cargo` and `cargo xtask`.
const OWN: [&str; 6] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// A command to run.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        for name in OWN {
            command.env_remove(name);
        }
        Self { command }
    }

    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it with our streams; what it prints is for the reader.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let status = self.command.status().with_context(|| format!("start {self}"))?;
        if status.success() { Ok(()) } else { bail!("{self} ended with {status}") }
    }

    /// Runs it and returns what it printed.
    pub(crate) fn output(mut self) -> anyhow::Result<String> {
        self.command.stderr(Stdio::piped()).stdin(Stdio::null());
        let done = self.command.output().with_context(|| format!("start {self}"))?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            bail!("{self} ended with {}: {}", done.status, said.trim());
        }
        String::from_utf8(done.stdout).with_context(|| format!("read what {self} printed"))
    }

    /// Whether it runs and ends well; what it prints is not wanted.
    pub(crate) fn works(mut self) -> bool {
        self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    /// The command itself, for who wants its streams.
    pub(crate) fn into_inner(self) -> Command {
        self.command
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        let line: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        write!(out, "`{}`", line.join(" "))
    }
}
