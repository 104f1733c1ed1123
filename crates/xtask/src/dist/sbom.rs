//! What each tool is made of, as CycloneDX.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::process::Run;
use crate::repo::Repo;

/// One file for each tool, `<tool>-<version>.cdx.json`.
pub(super) fn write(repo: &Repo, tools: &[&str], out: &Path) -> anyhow::Result<()> {
    if Run::new("cargo").args(["cyclonedx", "--version"]).output().is_err() {
        bail!("cargo-cyclonedx is missing: cargo install --locked cargo-cyclonedx");
    }
    fs::create_dir_all(out).with_context(|| format!("make {}", out.display()))?;
    for tool in tools {
        let manifest = repo.path(&format!("crates/{tool}/Cargo.toml"));
        let name = format!("{tool}-{}.cdx", env!("CARGO_PKG_VERSION"));
        let options = ["cyclonedx", "--format", "json", "--override-filename", &name, "--manifest-path"];
        Run::new("cargo").args(options).args([&manifest]).dir(repo.root()).run()?;
        let made = repo.path(&format!("crates/{tool}/{name}.json"));
        fs::rename(&made, out.join(format!("{name}.json")))
            .or_else(|_| {
                fs::copy(&made, out.join(format!("{name}.json"))).and_then(|_| fs::remove_file(&made))
            })
            .with_context(|| format!("move {}", made.display()))?;
    }
    Ok(())
}
