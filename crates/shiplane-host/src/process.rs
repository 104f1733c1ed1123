//! Runs programs on the host: line by line, within a time, and with their whole process group.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use shiplane_core::command::Command;

use crate::leash::{self, Leash};
use crate::{groups, masked, proc, running};

/// A program's output beyond this is not kept; it still streams by.
const KEPT: usize = 4 * 1024 * 1024;

/// Within this of the limit a line may have been left out.
const LONGEST_LINE: usize = 64 * 1024;

/// A daemon that a restart command leaves behind may keep its pipes open; after this long a silence behind the
/// command's own end nobody listens any more.
const DRAIN: Duration = Duration::from_millis(200);

/// And after this long not even to one that talks without a pause.
const LINGER: Duration = Duration::from_secs(5);

/// How often a program is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How many lines may wait to be heard; a program that says more is held up, so that little is left at its end.
const AHEAD: usize = 256;

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) env: &'a [(String, String)],
    pub(crate) limit: Duration,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) end: End,
    pub(crate) stdout: String,
    /// Both streams, as they came.
    pub(crate) output: String,
}

/// Exit code, signal, or our patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exited(i32),
    Killed(i32),
    TimedOut,
    /// The whole run was ended.
    Cut,
}

impl Finished {
    pub(crate) fn success(&self) -> bool {
        self.end == End::Exited(0)
    }

    /// Whether more came than is kept.
    pub(crate) fn is_cut(&self) -> bool {
        self.output.len() > KEPT - LONGEST_LINE
    }

    /// For people: how it ended.
    pub(crate) fn how(&self) -> String {
        match self.end {
            End::Exited(code) => format!("exit code {code}"),
            End::Killed(signal) => format!("killed by signal {signal}"),
            End::TimedOut => "its time was over, so its process group was killed".to_owned(),
            End::Cut => "the run was ended, so its process group was killed".to_owned(),
        }
    }
}

enum Piece {
    Out(String),
    Err(String),
    Closed,
}

/// Runs a program and hears every line it prints.
pub(crate) fn run(
    command: &Command,
    setting: Setting<'_>,
    on_line: &mut dyn FnMut(&str),
) -> anyhow::Result<Finished> {
    if let Some(cut) = leash::cut() {
        bail!("`{}` was not started: {}", command.program(), cut.why());
    }
    let leash = leash::get();
    let mut child = std::process::Command::new(command.program())
        .args(command.arguments())
        .current_dir(setting.dir)
        .envs(leash.map(|leash| (groups::VARIABLE, leash.run())))
        .envs(setting.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .with_context(|| format!("start `{}`", command.program()))?;
    running::began(child.id());
    let (sender, pieces) = sync_channel(AHEAD);
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone(), Piece::Out);
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender, Piece::Err);
    }
    let mut heard = Heard { stdout: String::new(), output: String::new(), on_line };
    let leader = proc::look(child.id()).map(|alive| alive.process);
    let recorded = leash.zip(leader);
    if let Some((leash, leader)) = recorded {
        leash.began(leader);
    }
    let end = listen(&mut child, &pieces, &mut heard, (Instant::now() + setting.limit, leash));
    running::ended(child.id());
    if let Some((leash, leader)) = recorded {
        leash.ended(leader);
    }
    let end = end?;
    Ok(Finished { end, stdout: heard.stdout, output: heard.output })
}

/// Runs a program for its answer.
pub(crate) fn ask(command: &Command, setting: Setting<'_>) -> anyhow::Result<Finished> {
    run(command, setting, &mut |_| ())
}

struct Heard<'a> {
    stdout: String,
    output: String,
    on_line: &'a mut dyn FnMut(&str),
}

impl Heard<'_> {
    fn hear(&mut self, line: &str, is_out: bool) {
        // What is read by us stays as it is; what is told to people has no secrets.
        let told = masked::hide(line);
        (self.on_line)(&told);
        if self.output.len() + line.len() < KEPT {
            self.output.push_str(&told);
            self.output.push('\n');
            if is_out {
                self.stdout.push_str(line);
                self.stdout.push('\n');
            }
        }
    }
}

fn listen(
    child: &mut Child,
    pieces: &Receiver<Piece>,
    heard: &mut Heard<'_>,
    (deadline, leash): (Instant, Option<&Leash>),
) -> anyhow::Result<End> {
    let (mut open, mut ended, mut killed) = (2, None::<(ExitStatus, Instant)>, None);
    let (mut last_word, mut looked) = (Instant::now(), Instant::now());
    // A program may close its output and go on.
    while open > 0 || ended.is_none() {
        if open == 0 {
            thread::sleep(LOOK);
        }
        let piece = pieces.recv_timeout(LOOK);
        if piece.is_ok() {
            last_word = Instant::now();
        }
        match piece {
            Ok(Piece::Out(line)) => heard.hear(&line, true),
            Ok(Piece::Err(line)) => heard.hear(&line, false),
            Ok(Piece::Closed) => open -= 1,
            Err(RecvTimeoutError::Disconnected) => open = 0,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if ended.is_none() {
            ended = child.try_wait().context("wait for a program")?.map(|status| (status, Instant::now()));
        }
        if ended.is_none() && killed.is_none() && looked.elapsed() >= LOOK {
            looked = Instant::now();
            let cut = leash.and_then(Leash::cut_now).map(|_| End::Cut);
            killed = cut.or((looked > deadline).then_some(End::TimedOut));
            if killed.is_some() {
                kill_process_group(Pid::from_child(child), Signal::KILL).context("kill a process group")?;
            }
        }
        match ended {
            Some((_, at)) if at.elapsed() > LINGER || last_word.max(at).elapsed() > DRAIN => break,
            Some(_) | None => {}
        }
    }
    let status = child.wait().context("wait for a program")?;
    Ok(match (killed, status.code(), status.signal()) {
        (Some(end), ..) => end,
        (None, Some(code), _) => End::Exited(code),
        (None, None, signal) => End::Killed(signal.unwrap_or_default()),
    })
}

/// Reads lines in a thread of their own, so that neither stream can block the other.
fn forward(stream: impl Read + Send + 'static, pieces: SyncSender<Piece>, wrap: fn(String) -> Piece) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            line.clear();
            if pieces.send(wrap(text)).is_err() {
                return;
            }
        }
        pieces.send(Piece::Closed).ok();
    });
}
