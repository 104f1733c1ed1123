//! `test`: all tests, with the real parts that they need.

mod docker;
mod parts;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::machine;
use crate::process::Run;
use crate::repo::Repo;
use crate::say;

/// What a test prints when it lacks a part (`shiplane_testkit::need`).
const SKIPPED: &str = "SKIPPED ";

/// Options of `test`.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// Install and start nothing; what is missing is skipped
    #[arg(long)]
    as_is: bool,
    /// Passed on to `cargo test`, such as `-p branch-gate` or a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Gets the parts, builds the tools, runs the tests, and says what was skipped.
pub(crate) fn run(repo: &Repo, options: &Options) -> anyhow::Result<()> {
    let parts = parts::get(!options.as_is)?;
    for missing in &parts.missing {
        say::line(&format!("missing: {missing}"));
    }
    if machine::is_ci() && !parts.missing.is_empty() {
        bail!("with CI=true every part must be there");
    }
    let path = machine::path_with(&parts.programs)?;
    Run::new("cargo").args(["build", "--workspace", "--bins"]).dir(repo.root()).run()?;
    let scope: &[&str] =
        if options.rest.iter().any(|arg| arg == "-p" || arg == "--package") { &[] } else { &["--workspace"] };
    // One red test does not hide the next.
    let on: &[&str] =
        if options.rest.iter().any(|arg| arg == "--no-fail-fast") { &[] } else { &["--no-fail-fast"] };
    let tests = Run::new("cargo").args(["test"]).args(scope).args(on).args(&options.rest);
    let tests = tests.dir(repo.root()).env("PATH", path);
    let tests = match &parts.compose {
        Some(compose) => tests.env("SHIPLANE_NEWEST_COMPOSE", compose),
        None => tests,
    };
    let skipped = watch(tests)?;
    for line in &skipped {
        say::line(line);
    }
    Ok(())
}

/// Runs the tests; what they print goes on as it comes, and the skipped ones are remembered.
fn watch(tests: Run) -> anyhow::Result<Vec<String>> {
    let shown = tests.to_string();
    let mut child =
        tests.into_inner().stderr(Stdio::piped()).spawn().with_context(|| format!("start {shown}"))?;
    let mut skipped = Vec::new();
    if let Some(stream) = child.stderr.take() {
        for line in BufReader::new(stream).split(b'\n') {
            let line = String::from_utf8_lossy(&line.context("read what the tests print")?).into_owned();
            writeln!(std::io::stderr(), "{line}").ok();
            if let Some(at) = line.find(SKIPPED) {
                skipped.extend(line.get(at..).map(str::to_owned));
            }
        }
    }
    let status = child.wait().with_context(|| format!("wait for {shown}"))?;
    if status.success() { Ok(skipped) } else { bail!("{shown} ended with {status}") }
}
