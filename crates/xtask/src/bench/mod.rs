//! `bench`: one thing of ours against a peer, in turns in the same run, so that a slow machine slows both.

mod changelog;
mod deploy;
mod smoke;
mod tools;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;

use self::tools::Tools;
use crate::process::Run;
use crate::repo::Repo;
use crate::say;

/// Options of `bench`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// What to measure; without it the benches are listed
    name: Option<String>,
    /// One measurement of `deploy` or `smoke`; all of them by default
    part: Option<String>,
    /// Turns of each side
    #[arg(long, default_value_t = 200)]
    turns: u32,
    /// A directory with release binaries to measure, such as unpacked assets; built when left out
    #[arg(long, value_name = "DIR")]
    binaries: Option<PathBuf>,
}

/// A race: what is compared, and how it is made ready.
struct Bench {
    name: &'static str,
    about: &'static str,
    ready: fn(&Tools<'_>) -> anyhow::Result<Race>,
}

/// Two sides that are run in turns.
struct Race {
    ours: Box<dyn Fn() -> anyhow::Result<()>>,
    peer: Box<dyn Fn() -> anyhow::Result<()>>,
}

const BENCHES: [Bench; 1] =
    [Bench { name: "start", about: "branch-gate --version against /bin/true", ready: start }];

/// Lists the benches, or runs one.
pub(crate) fn run(repo: &Repo, options: &Options) -> anyhow::Result<()> {
    let Some(name) = &options.name else {
        BENCHES.iter().for_each(|bench| say::line(&format!("{}: {}", bench.name, bench.about)));
        say::line("changelog: changelog-bump against git log, git-cliff and cocogitto on long histories");
        say::line("deploy: ssh-deploy and rollback on a real sshd, in parts");
        say::line("smoke: smoke-check against curl and against servers that lie, in parts");
        return Ok(());
    };
    let tools = Tools { repo, given: options.binaries.as_deref() };
    if name == "changelog" {
        return changelog::run(&tools, options.turns);
    }
    if name == "deploy" {
        return deploy::run(&tools, options.part.as_deref(), options.turns);
    }
    if name == "smoke" {
        return smoke::run(&tools, options.part.as_deref(), options.turns);
    }
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("no bench is called {name} yet; there are: {}", known.join(", "));
    };
    say::line(&format!("{}: {}", bench.name, bench.about));
    (bench.ready)(&tools)?.tell(options.turns)
}

impl Race {
    /// Runs it, and says the medians and their ratio.
    fn tell(&self, turns: u32) -> anyhow::Result<()> {
        let turns = turns.max(1);
        let (ours, peer) = self.run(turns)?;
        let ratio = ours.as_secs_f64() / peer.as_secs_f64();
        say::line(&format!("ours {ours:.2?}, peer {peer:.2?}, ratio {ratio:.2} (medians of {turns} turns)"));
        Ok(())
    }

    /// The median of each side.
    fn run(&self, turns: u32) -> anyhow::Result<(Duration, Duration)> {
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            ours.push(timed(&self.ours)?);
            peer.push(timed(&self.peer)?);
        }
        Ok((median(ours)?, median(peer)?))
    }
}

fn timed(deed: &dyn Fn() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let began = Instant::now();
    deed()?;
    Ok(began.elapsed())
}

fn median(mut times: Vec<Duration>) -> anyhow::Result<Duration> {
    times.sort();
    times.get(times.len() / 2).copied().context("nothing was measured")
}

/// What a step pays before any work begins.
fn start(tools: &Tools<'_>) -> anyhow::Result<Race> {
    let binary = tools.binary("branch-gate")?;
    Ok(Race { ours: process(&binary, &["--version"]), peer: process("/bin/true", &[]) })
}

fn process(program: &str, args: &'static [&'static str]) -> Box<dyn Fn() -> anyhow::Result<()>> {
    let program = program.to_owned();
    Box::new(move || {
        let works = Run::new(Path::new(&program)).args(args).works();
        if works { Ok(()) } else { bail!("{program} does not run") }
    })
}
