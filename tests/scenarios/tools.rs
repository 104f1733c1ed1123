//! The five binaries, as cargo has them now.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::Value;
use shiplane_testkit::process::Run;

/// Their names, which are those of their packages.
pub(crate) const TOOLS: [&str; 5] =
    ["branch-gate", "changelog-bump", "rollback", "smoke-check", "ssh-deploy"];

/// How long one of them may take; a deploy by Compose on a busy machine takes more than a minute.
const PATIENCE: Duration = Duration::from_secs(300);

/// The repository of the product.
pub(crate) fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("find the workspace above its member")
}

/// The directory that they are in. Cargo is asked every time, so that no scenario ever plays with yesterday's
/// binaries: it gives a test only the binaries of the test's own package.
pub(crate) fn directory() -> Result<&'static Path> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.as_deref().map_err(|message| anyhow!(message.clone()))
}

/// A run of one of them.
pub(crate) fn tool(name: &str) -> Result<Run> {
    Ok(Run::new(directory()?.join(name)).within(PATIENCE))
}

fn build() -> Result<PathBuf> {
    // The whole workspace, as `cargo xtask test` does it: other packages would mean other features, and all anew.
    let run = Run::new(env!("CARGO")).args(["build", "--quiet", "--workspace", "--bins"]);
    let run = run.arg("--message-format=json-render-diagnostics").dir(checkout());
    // Not the whole environment: what `cargo test` adds to it would make build scripts run again.
    let kept = ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_TARGET_DIR"];
    let kept = kept.into_iter().filter_map(|name| Some((name, variable(name)?)));
    let run = kept.fold(run, |run, (name, value)| run.env(name, value));
    let built = run.within(Duration::from_secs(1200)).run()?;
    ensure!(built.status.success(), "the five binaries do not build:\n{}", built.stderr);
    let messages = built.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let built: Vec<PathBuf> =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect();
    let directory = built.first().and_then(|file| file.parent()).context("find what cargo built")?.to_owned();
    for name in TOOLS {
        ensure!(built.contains(&directory.join(name)), "cargo built no {name}: {built:?}");
    }
    Ok(directory)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo finds its own things by variables, and nothing else gets them"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
