//! `bench changelog`: the next version and the whole history against `git log`, in the same run on made repositories.

mod gauge;
mod story;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::bench::tools::Tools;
use crate::process::Run;
use crate::say;
use gauge::Side;
use story::Story;

const STORIES: [Story; 3] = [
    Story { commits: 26_000, tags: 120 },
    Story { commits: 26_000, tags: 11_700 },
    Story { commits: 100_000, tags: 120 },
];

/// More turns tell nothing new.
const TURNS: u32 = 9;

/// A prefix that no tag has, so that all of the history is read.
const WHOLE: &str = "whole-history-";

/// Measures everything on each repository.
pub(super) fn run(tools: &Tools<'_>, turns: u32) -> anyhow::Result<()> {
    let tool = tools.binary("changelog-bump")?;
    let absent: Vec<&str> = ["git-cliff", "cog"].into_iter().filter(|peer| !runs(peer)).collect();
    if !absent.is_empty() {
        let peers = absent.join(", ");
        say::line(&format!(
            "not on PATH: {peers}; get them with `pip install git-cliff` and `cargo install --locked cocogitto`"
        ));
    }
    for story in STORIES {
        let room = tempfile::tempdir().context("make a room")?;
        story.tell(room.path())?;
        say::line(&format!("{} commits, {} tags:", story.commits, story.tags));
        compare(&tool, room.path(), turns.clamp(1, TURNS))?;
    }
    Ok(())
}

fn runs(program: &str) -> bool {
    Run::new(program).args(["--version"]).works()
}

/// All sides take turns, so that a slow moment slows all.
fn compare(tool: &str, room: &Path, turns: u32) -> anyhow::Result<()> {
    let mut sides = vec![
        Side::new("git log", &["git", "log"]),
        Side::new("next version and its notes", &[tool, "next"]),
        Side::new("whole history", &[tool, "next", "--tag-prefix", WHOLE]),
    ];
    if runs("git-cliff") {
        sides.push(Side::new("git-cliff, next version", &["git-cliff", "--bumped-version"]));
        sides.push(Side::new("git-cliff, its notes", &["git-cliff", "--unreleased"]));
        sides.push(Side::new("git-cliff, whole history", &["git-cliff"]));
    }
    if runs("cog") {
        sides.push(Side::new("cocogitto, next version", &["cog", "bump", "--auto", "--dry-run"]));
        sides.push(Side::new("cocogitto, whole history", &["cog", "changelog"]));
    }
    for _ in 0..turns {
        for side in &mut sides {
            side.turn(room)?;
        }
    }
    let Some(floor) = sides.first().map(Side::medians).transpose()? else { bail!("nothing was measured") };
    for side in &sides {
        let measured = side.medians()?;
        say::line(&format!(
            "  {:<28} CPU {:.2?} ({:.2} x git log), clock {:.2?}, peak {} MB",
            side.name,
            measured.cpu,
            measured.cpu.as_secs_f64() / floor.cpu.as_secs_f64(),
            measured.clock,
            measured.peak / 1024
        ));
    }
    Ok(())
}
