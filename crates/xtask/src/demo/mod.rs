//! `cargo xtask demo`: the whole path to production, told once on real parts.

mod stage;
mod story;
mod teller;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;

use stage::Stage;
use teller::Teller;

/// Gate, bump, deploy, verify, roll back: the five binaries, told as a story on real parts
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo xtask demo --keep\n\n\
    Needs Rust, git, ssh and sshd. Docker with Compose is used when a daemon answers; without it the app runs as a\n\
    plain process, and without an sshd the host is this machine.")]
pub(crate) struct Demo {
    /// Leave repositories, server and app for a look
    #[arg(long)]
    keep: bool,
}

/// Builds what is needed, tells the story, cleans up.
pub(crate) fn run(demo: &Demo) -> Result<()> {
    let teller = Teller::new();
    teller.say("Building the five binaries and the sample app …");
    let binaries = build()?;
    let stage = Stage::set(&binaries, &teller)?;
    let started = Instant::now();
    let told = story::tell(&stage, &teller);
    if demo.keep {
        stage.keep(&teller)?;
    } else {
        stage.clear();
    }
    told?;
    teller.say(&format!("The whole story took {:.1} s.", started.elapsed().as_secs_f64()));
    Ok(())
}

/// Builds the binaries; the directory they are in.
fn build() -> Result<std::path::PathBuf> {
    // The whole workspace, as the tests build it: other packages would mean other features, and all anew.
    let build = ["build", "--quiet", "--workspace", "--bins"];
    crate::process::Run::new(option_env!("CARGO").unwrap_or("cargo")).args(build).run()?;
    // xtask itself was built into the same directory.
    let own = std::env::current_exe().context("find our own file")?;
    own.parent().map(Path::to_path_buf).context("find the directory of our own file")
}
