//! CPU and memory of whole processes, ours and curl in turns.

use std::fmt::Write as _;
use std::fs;

use anyhow::Context as _;

use super::cost::{cpu, memory, words};
use super::{median, server, tell};
use crate::process::Run;
use crate::say;

/// Runs in a row that are measured as one, because the clock of a single one is coarse.
const BATCH: u32 = 5;

/// Two sides.
struct Sides {
    ours: Vec<String>,
    peer: Vec<String>,
}

/// One check.
pub(super) fn one(binary: &str, turns: u32) -> anyhow::Result<()> {
    let url = format!("http://{}/health", server::start(server::well)?);
    let ours = words(&[binary, "run", "--url", &url]);
    let peer = words(&["curl", "-fsS", "-o", "/dev/null", &url]);
    let sides = Sides { ours, peer };
    sides.race(turns.min(40), BATCH, 0.5)?;
    tell("memory", memory(&sides.ours)?, 8.0, " MB");
    Ok(())
}

/// A list of endpoints.
pub(super) fn two_hundred(binary: &str, turns: u32) -> anyhow::Result<()> {
    many(binary, 200, (turns.min(15), BATCH), 0.6)
}

/// A long one.
pub(super) fn ten_thousand(binary: &str, turns: u32) -> anyhow::Result<()> {
    many(binary, 10_000, (turns.min(9), 1), 0.5)
}

fn many(binary: &str, count: u32, (turns, batch): (u32, u32), goal: f64) -> anyhow::Result<()> {
    let url = format!("http://{}", server::start(server::well)?);
    let room = tempfile::tempdir().context("make a room")?;
    let (list, config) = (room.path().join("paths"), room.path().join("curl"));
    let (mut paths, mut urls) = (String::new(), String::new());
    for number in 0..count {
        writeln!(paths, "GET /orders/{number} 200")?;
        writeln!(urls, "url = \"{url}/orders/{number}\"\noutput = \"/dev/null\"")?;
    }
    fs::write(&list, paths).context("write the list")?;
    fs::write(&config, urls).context("write the list for curl")?;
    let (list, config) = (list.display().to_string(), config.display().to_string());
    let ours = words(&[binary, "run", "--url", &url, "--paths", &list, "--concurrency", "50"]);
    let peer = words(&["curl", "-fsSZ", "--parallel-max", "50", "-K", &config]);
    let sides = Sides { ours, peer };
    sides.race(turns, batch, goal)?;
    tell("memory", memory(&sides.ours)?, 40.0, " MB");
    let others = ["hurl", "oha"].into_iter().filter(|name| Run::new(name).args(["--version"]).works());
    let others: Vec<&str> = others.collect();
    if others.contains(&"oha") {
        let oha = words(&["oha", "--no-tui", "-n", &count.to_string(), "-c", "50", &url]);
        say::line(&format!("  oha: {:.1} ms CPU", cpu(&oha, 1, 0)?));
    }
    say::line(&format!(
        "  on PATH besides curl: {}",
        if others.is_empty() { "neither hurl nor oha".to_owned() } else { others.join(", ") }
    ));
    Ok(())
}

impl Sides {
    fn race(&self, turns: u32, batch: u32, goal: f64) -> anyhow::Result<()> {
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..turns.max(1) {
            ours.push(cpu(&self.ours, batch, 0)?);
            peer.push(cpu(&self.peer, batch, 0)?);
        }
        let (ours, peer) = (median(ours)?, median(peer)?);
        say::line(&format!("  ours {ours:.2} ms, curl {peer:.2} ms of CPU (medians of {turns} turns)"));
        tell("CPU", ours / peer, goal, " x curl");
        Ok(())
    }
}
