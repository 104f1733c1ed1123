//! Tells the story: what is done, how it is called, what it printed, how it ended.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use shiplane_testkit::process::{Outcome, Run};

/// Tells on standard output.
#[derive(Debug)]
pub(super) struct Teller;

impl Teller {
    pub(super) fn new() -> Self {
        Self
    }

    /// A sentence.
    pub(super) fn say(&self, text: &str) {
        writeln!(std::io::stdout(), "{text}").ok();
    }

    /// The heading of a step.
    pub(super) fn step(&self, number: usize, heading: &str) {
        self.say(&format!("\n── {number}. {heading}"));
    }

    /// Runs a tool, shows all of it, and insists on how it ends: a demo that pretends is worth nothing.
    pub(super) fn run(&self, call: &str, run: &Run, expected: i32) -> Result<Outcome> {
        self.say(&format!("$ {call}"));
        let outcome = run.run().with_context(|| format!("run {call}"))?;
        for line in outcome.stderr.lines().chain(outcome.stdout.lines()) {
            self.say(&format!("  {line}"));
        }
        let code = outcome.code();
        self.say(&format!("  exit {code} after {:.1} s", outcome.took.as_secs_f64()));
        if code != expected {
            bail!("{call} ended with {code}, expected {expected}");
        }
        Ok(outcome)
    }
}

/// Whether a program can be started at all.
pub(super) fn exists(program: &str) -> bool {
    let mut command = std::process::Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}
