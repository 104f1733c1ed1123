//! A program whose streams are ours: with its whole process group, within a time, and only as long as somebody listens.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process_group};
use shiplane_core::command::Command;
use shiplane_core::report::{Excerpt, Finding};

use super::say;
use crate::failure::Failure;
use crate::masked;

/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How many of the last lines that a program says are kept, and how much of each.
const LINES: usize = 20;
const LINE: usize = 1000;

/// What is run, and how.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// What people call it: `pg_dump`, whatever starts it.
    pub(super) name: String,
    pub(super) command: Command,
    pub(super) env: Vec<(String, String)>,
    pub(super) dir: PathBuf,
    pub(super) deadline: Instant,
}

/// A program with a stream to it or from it. Dropped before its end it is killed.
pub(super) struct Piped {
    child: Child,
    name: String,
    said: Option<JoinHandle<Vec<String>>>,
    watched: Arc<Watched>,
    has_ended: bool,
}

/// What the thread that looks at the time shares.
#[derive(Default)]
struct Watched {
    over: AtomicBool,
    late: AtomicBool,
    alone: AtomicBool,
}

impl Program {
    /// Starts it with its output open.
    pub(super) fn giving(&self) -> anyhow::Result<(Piped, ChildStdout)> {
        let mut piped = self.start(Stdio::null(), Stdio::piped())?;
        let stdout = piped.child.stdout.take().context("the program has no output")?;
        Ok((piped, stdout))
    }

    /// Starts it with its input open; what it prints is of no use.
    pub(super) fn taking(&self) -> anyhow::Result<(Piped, ChildStdin)> {
        let mut piped = self.start(Stdio::piped(), Stdio::null())?;
        let stdin = piped.child.stdin.take().context("the program has no input")?;
        Ok((piped, stdin))
    }

    /// Gives it a few lines, and answers what it printed.
    pub(super) fn ask(&self, script: &str) -> Result<String, Failure> {
        let mut piped = self.start(Stdio::piped(), Stdio::piped())?;
        let mut stdin = piped.child.stdin.take().context("the program has no input")?;
        // One that ends before it has read all says why by itself.
        stdin.write_all(script.as_bytes()).ok();
        drop(stdin);
        let mut answer = String::new();
        if let Some(mut stdout) = piped.child.stdout.take() {
            stdout.read_to_string(&mut answer).context("read what a program printed")?;
        }
        piped.finish()?;
        Ok(answer)
    }

    fn start(&self, stdin: Stdio, stdout: Stdio) -> anyhow::Result<Piped> {
        let name = self.name.clone();
        let mut child = std::process::Command::new(self.command.program())
            .args(self.command.arguments())
            .current_dir(&self.dir)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("start `{name}`"))?;
        let said = child.stderr.take().map(|stderr| thread::spawn(move || last_lines(stderr)));
        let watched = Arc::new(Watched::default());
        watch(Pid::from_child(&child), self.deadline, Arc::clone(&watched));
        Ok(Piped { child, name, said, watched, has_ended: false })
    }
}

impl Piped {
    /// Waits until it has ended, and judges how.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let status = self.child.wait().with_context(|| format!("wait for `{}`", self.name))?;
        self.ended();
        let lines = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if self.watched.alone.load(Ordering::SeqCst) {
            return Err(nobody_listens());
        }
        if status.success() {
            return Ok(());
        }
        let late = self.watched.late.load(Ordering::SeqCst);
        let how = if late { "its time was over, so it was killed".to_owned() } else { how(status) };
        let finding = Finding::fail("program-failed", format!("{}: {how}", self.name))
            .help("its last words are below; `ssh-deploy status` tells how the services are");
        let title = format!("output of {}", self.name);
        let excerpts =
            if lines.is_empty() { Vec::new() } else { vec![Excerpt::tail(title, &lines.join("\n"), LINES)] };
        Err(Failure { finding: Box::new(finding), excerpts })
    }

    fn ended(&mut self) {
        self.has_ended = true;
        self.watched.over.store(true, Ordering::SeqCst);
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

/// The finding about an asker that went away.
pub(super) fn nobody_listens() -> Failure {
    let fact = "whoever asked for it went away, so it was ended";
    Failure::new(Finding::fail("interrupted", fact).help("run it again"))
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "it is not known how it ended".to_owned(),
    }
}

/// Kills the group when its time is over or nobody listens any more; whoever reads or writes its stream finds it closed.
fn watch(group: Pid, deadline: Instant, watched: Arc<Watched>) {
    thread::spawn(move || {
        while !watched.over.load(Ordering::SeqCst) {
            let alone = say::is_alone();
            if alone || Instant::now() > deadline {
                let why = if alone { &watched.alone } else { &watched.late };
                why.store(true, Ordering::SeqCst);
                kill_process_group(group, Signal::KILL).ok();
                return;
            }
            thread::sleep(LOOK);
        }
    });
}

/// What a program said last, without secrets.
fn last_lines(stderr: impl Read) -> Vec<String> {
    let (mut reader, mut line, mut last) = (BufReader::new(stderr), Vec::new(), VecDeque::new());
    while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
        line.truncate(LINE);
        last.push_back(masked::hide(String::from_utf8_lossy(&line).trim_end()));
        line.clear();
        if last.len() > LINES {
            last.pop_front();
        }
    }
    last.into()
}
