//! `dist`: release assets of this checkout, their sizes and their hashes.
//!
//! A release is two commits. The assets are built from the first; the second adds `actions/assets.sha256`, which names
//! them, and is what gets the tag. The hash of the source stands beside each asset, so that a later commit, or a fork
//! that changed something, never takes them for its own.

mod pack;
mod pin;
mod sbom;
mod source;
mod target;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

pub use pack::{Asset, pack};
pub use pin::{PINS, pins};
pub use source::hash;
pub use target::Target;

use crate::generate::TOOLS;
use crate::process::Run;
use crate::repo::Repo;
use crate::say;

/// Options of `dist`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Targets to build for; both of Linux by default
    #[arg(long, value_name = "TRIPLE", value_delimiter = ',')]
    target: Vec<Target>,
    /// Tools to build; all by default
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    tool: Vec<String>,
    /// Where the assets go
    #[arg(long, value_name = "DIR", default_value = "target/dist")]
    out: PathBuf,
    /// Build nothing: write what lies in --out into actions/assets.sha256, and SHA256SUMS beside it
    #[arg(long, conflicts_with = "sbom")]
    pin: bool,
    /// Build nothing: write what each tool is made of to --out, as CycloneDX
    #[arg(long)]
    sbom: bool,
}

/// A panic aborts, so nothing ever reads the tables for unwinding, which are an eighth of a binary. They come from the
/// standard library's own build, and no flag of rustc keeps them out.
const NO_UNWIND_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.eh_frame_hdr) } } INSERT AFTER .text;\n";

/// The largest that a stripped binary may be, in kB: a little above what each is, so that whatever makes one grow is
/// seen on the day it comes. Packed, which is what a cold step downloads, each is less than half of it.
fn budget(tool: &str) -> u64 {
    match tool {
        "changelog-bump" => 4000,
        "branch-gate" => 4600,
        // It speaks SSH, for probes on the host.
        "smoke-check" => 7500,
        "rollback" => 7800,
        _ => 8600,
    }
}

/// Builds and packs, or pins what was packed.
pub(crate) fn run(repo: &Repo, options: &Options) -> anyhow::Result<()> {
    if options.pin {
        let text = pins(&options.out)?;
        fs::write(repo.path(PINS), &text).with_context(|| format!("write {PINS}"))?;
        say::line(&format!("{} assets stand in {PINS}", text.lines().count().saturating_sub(1)));
        return pin::sums(&options.out);
    }
    if options.sbom {
        return sbom::write(repo, &tools(&options.tool)?, &options.out);
    }
    let tools = tools(&options.tool)?;
    let targets = if options.target.is_empty() { Target::LINUX.to_vec() } else { options.target.clone() };
    let source = hash(repo.root())?;
    fs::create_dir_all(&options.out).with_context(|| format!("make {}", options.out.display()))?;
    let mut heavy = Vec::new();
    for target in targets {
        let built = build(repo, target, &tools)?;
        for tool in &tools {
            let asset = Asset { tool, version: env!("CARGO_PKG_VERSION"), target, source: &source };
            let binary = built.join(format!("{tool}{}", target.suffix()));
            let size = fs::metadata(&binary).with_context(|| format!("look at {}", binary.display()))?.len();
            let packed = pack(&asset, &binary, &options.out)?;
            let most = budget(tool);
            let (name, size, packed) = (asset.name(), size.div_ceil(1000), packed.div_ceil(1000));
            say::line(&format!("{name}: {size} kB of {most} kB, packed {packed} kB"));
            if size > most {
                heavy.push(asset.name());
            }
        }
    }
    if heavy.is_empty() { Ok(()) } else { bail!("over the budget: {}", heavy.join(", ")) }
}

fn tools(named: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let all: Vec<&str> = TOOLS.iter().map(|(tool, _)| tool.name).collect();
    if let Some(unknown) = named.iter().find(|name| !all.contains(&name.as_str())) {
        bail!("there is no tool {unknown}; there are: {}", all.join(", "));
    }
    Ok(all.into_iter().filter(|tool| named.is_empty() || named.iter().any(|name| name == tool)).collect())
}

/// Release binaries for the target; returns where they lie. `cargo auditable` puts the list of dependencies in, where
/// it is installed.
fn build(repo: &Repo, target: Target, tools: &[&str]) -> anyhow::Result<PathBuf> {
    target.ready()?;
    let dir = cargo_metadata::MetadataCommand::new()
        .current_dir(repo.root())
        .no_deps()
        .exec()
        .context("ask cargo where it builds")?
        .target_directory;
    let mut words: Vec<&str> = Vec::new();
    if Run::new("cargo").args(["auditable", "--version"]).output().is_ok() {
        words.push("auditable");
    }
    words.extend([target.builder(), "--release", "--locked", "--target", target.triple()]);
    words.extend(tools.iter().flat_map(|tool| ["--package", tool]));
    let script = dir.join("no-unwind-tables.ld");
    fs::create_dir_all(&dir).with_context(|| format!("make {dir}"))?;
    fs::write(&script, NO_UNWIND_TABLES).with_context(|| format!("write {script}"))?;
    let cargo = Run::new("cargo").args(words).dir(repo.root());
    match target.linker_flags(script.as_str()) {
        // Flags are separated by this byte, so that a path with a space stays whole.
        Some(flags) => cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).run()?,
        None => cargo.run()?,
    }
    Ok(dir.join(target.triple()).join("release").into_std_path_buf())
}
