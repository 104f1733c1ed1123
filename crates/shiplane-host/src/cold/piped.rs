//! A program whose input or output is a stream of ours: with its whole process group, on a leash, within a time.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use shiplane_core::command::Command;
use shiplane_core::deploy::Process;

use crate::leash::{self, Leash};
use crate::{groups, masked, proc};

/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How much of a line that a program says is kept.
const KEPT: usize = 4096;

/// A program with a stream to it or from it. Dropped before its end it is killed.
#[derive(Debug)]
pub(super) struct Piped {
    child: Child,
    name: String,
    said: Option<JoinHandle<String>>,
    watched: Arc<Watched>,
    leader: Option<Process>,
    has_ended: bool,
}

/// What the thread that looks at the time and the run itself share.
#[derive(Debug, Default)]
struct Watched {
    over: AtomicBool,
    killed: AtomicBool,
}

impl Piped {
    /// Starts it with its input open.
    pub(super) fn taking(command: &Command, deadline: Instant) -> anyhow::Result<(Self, ChildStdin)> {
        let mut piped = Self::start(command, (Stdio::piped(), Stdio::null()), deadline)?;
        let stdin = piped.child.stdin.take().context("the program has no input")?;
        Ok((piped, stdin))
    }

    /// Starts it with its output open.
    pub(super) fn giving(command: &Command, deadline: Instant) -> anyhow::Result<(Self, ChildStdout)> {
        let mut piped = Self::start(command, (Stdio::null(), Stdio::piped()), deadline)?;
        let stdout = piped.child.stdout.take().context("the program has no output")?;
        Ok((piped, stdout))
    }

    fn start(command: &Command, (stdin, stdout): (Stdio, Stdio), deadline: Instant) -> anyhow::Result<Self> {
        let name = command.program().to_owned();
        if let Some(cut) = leash::cut() {
            bail!("`{name}` was not started: {}", cut.why());
        }
        let leash = leash::get();
        let mut child = std::process::Command::new(command.program())
            .args(command.arguments())
            .current_dir(Path::new("/"))
            .envs(leash.map(|leash| (groups::VARIABLE, leash.run())))
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("start `{name}`"))?;
        let leader = proc::look(child.id()).map(|alive| alive.process);
        if let (Some(leash), Some(leader)) = (leash, leader) {
            leash.began(leader);
        }
        let said = child.stderr.take().map(|stderr| thread::spawn(move || last_line(stderr)));
        let watched = Arc::new(Watched::default());
        watch(Pid::from_child(&child), deadline, Arc::clone(&watched));
        Ok(Self { child, name, said, watched, leader, has_ended: false })
    }

    /// Waits until it has ended, and judges how.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        let status = self.child.wait().with_context(|| format!("wait for `{}`", self.name))?;
        self.ended();
        let killed = self.watched.killed.load(Ordering::SeqCst);
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        match (status.success(), killed) {
            (true, _) => Ok(()),
            (false, true) => bail!("`{}` took longer than it may, so it was killed", self.name),
            (false, false) if said.is_empty() => bail!("`{}` failed: {status}", self.name),
            (false, false) => bail!("`{}` failed: {status}: {}", self.name, masked::hide(&said)),
        }
    }

    fn ended(&mut self) {
        self.has_ended = true;
        self.watched.over.store(true, Ordering::SeqCst);
        if let (Some(leash), Some(leader)) = (leash::get(), self.leader) {
            leash.ended(leader);
        }
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        if !self.has_ended {
            kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
            self.child.wait().ok();
            self.ended();
        }
    }
}

/// Kills the group when the time or the run is over; whoever reads or writes its stream then finds it closed.
fn watch(group: Pid, deadline: Instant, watched: Arc<Watched>) {
    thread::spawn(move || {
        while !watched.over.load(Ordering::SeqCst) {
            if Instant::now() > deadline || leash::get().and_then(Leash::cut_now).is_some() {
                watched.killed.store(true, Ordering::SeqCst);
                kill_process_group(group, Signal::KILL).ok();
                return;
            }
            thread::sleep(LOOK);
        }
    });
}

/// What a program said last; the reason, as a rule.
fn last_line(stderr: impl Read) -> String {
    let (mut reader, mut line, mut last) = (BufReader::new(stderr), Vec::new(), String::new());
    while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
        line.truncate(KEPT);
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        line.clear();
        if !text.is_empty() {
            last = text;
        }
    }
    last
}
