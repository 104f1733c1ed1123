//! What a program takes: CPU with its children, time on the clock, memory of its own.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::bench::median;
use crate::process::Run;

/// Linux counts CPU in hundredths of a second for everybody who asks (proc(5), `cutime`).
const TICK: Duration = Duration::from_millis(10);

/// So many runs make one turn of a program that is done within a few ticks.
const SHORT: u32 = 10;

/// One program in a comparison.
pub(super) struct Side {
    pub(super) name: &'static str,
    words: Vec<String>,
    cpu: Vec<Duration>,
    clock: Vec<Duration>,
    peak: u32,
}

/// Medians, and the highest peak in kB.
pub(super) struct Measured {
    pub(super) cpu: Duration,
    pub(super) clock: Duration,
    pub(super) peak: u32,
}

impl Side {
    pub(super) fn new(name: &'static str, words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { name, words, cpu: Vec::new(), clock: Vec::new(), peak: 0 }
    }

    /// Runs it as often as a tick of the kernel's clock needs to tell something.
    pub(super) fn turn(&mut self, room: &Path) -> anyhow::Result<()> {
        let began = Instant::now();
        let before = children()?;
        self.once(room)?;
        let runs = if began.elapsed() < TICK * SHORT { SHORT } else { 1 };
        for _ in 1..runs {
            self.once(room)?;
        }
        self.clock.push(began.elapsed() / runs);
        self.cpu.push(TICK * (children()? - before) / runs);
        Ok(())
    }

    fn once(&mut self, room: &Path) -> anyhow::Result<()> {
        let (program, args) = self.words.split_first().context("name a program")?;
        let mut command = Run::new(program).args(args).dir(room).into_inner();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("start {program}"))?;
        let status = format!("/proc/{}/status", child.id());
        let ended = loop {
            self.peak = self.peak.max(high_water(&status).unwrap_or_default());
            if let Some(ended) = child.try_wait().context("wait for it")? {
                break ended;
            }
            sleep(Duration::from_millis(2));
        };
        if ended.success() { Ok(()) } else { bail!("{} ended with {ended}", self.name) }
    }

    pub(super) fn medians(&self) -> anyhow::Result<Measured> {
        Ok(Measured { cpu: median(self.cpu.clone())?, clock: median(self.clock.clone())?, peak: self.peak })
    }
}

/// The ticks of all children that have ended, and of theirs.
fn children() -> anyhow::Result<u32> {
    let stat = fs::read_to_string("/proc/self/stat").context("read what children took")?;
    // The name may have spaces and brackets in it; the fields behind it have none.
    let (_, fields) = stat.rsplit_once(')').context("read /proc/self/stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let [user, system] = [13, 14].map(|at| fields.get(at).and_then(|field| field.parse::<u32>().ok()));
    Ok(user.context("read cutime")? + system.context("read cstime")?)
}

fn high_water(status: &str) -> Option<u32> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
