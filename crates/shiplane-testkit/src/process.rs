//! Runs a program with an emptied environment, a deadline and its whole output; and waits without blind sleeps.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program may take unless told.
const PATIENCE: Duration = Duration::from_secs(60);

/// One run of a program: nothing in its environment but a `PATH` and what is put there.
#[derive(Debug, Clone)]
pub struct Run {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
    stdin: Vec<u8>,
    within: Duration,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The command line, for messages.
    pub line: String,
    /// The exit status.
    pub status: ExitStatus,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Run {
    /// A run of a program, found in `PATH` unless it is a path itself.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: vec![("PATH".into(), search_path())],
            dir: None,
            stdin: Vec::new(),
            within: PATIENCE,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Puts a variable into the environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets the directory it runs in.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = Some(dir.as_ref().to_owned());
        self
    }

    /// Sets what it reads from its standard input; nothing unless told.
    #[must_use]
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Sets how long it may take; a minute unless told.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// The same run as a `Command`, in a process group of its own.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command.process_group(0);
        command
    }

    /// Runs it to its end; past the deadline the whole process group is killed.
    pub fn run(&self) -> Result<Outcome> {
        let (line, start) = (self.line(), Instant::now());
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("start {line}"))?;
        let group = Pid::from_child(&child);
        let (ended, signals) = channel();
        self.feed(&mut child);
        let stdout = collect(child.stdout.take(), ended.clone());
        let stderr = collect(child.stderr.take(), ended.clone());
        let status = reap(child, ended);
        let in_time = wait_for_all(&signals, start + self.within);
        if !in_time {
            // The group may have ended already, and only a stranger may be keeping the pipes open.
            kill_process_group(group, Signal::KILL).ok();
            wait_for_all(&signals, Instant::now() + Duration::from_secs(1));
        }
        let (stdout, stderr) = (text(&stdout), text(&stderr));
        let status = *status.lock().unwrap_or_else(PoisonError::into_inner);
        match (in_time, status) {
            (true, Some(status)) => Ok(Outcome { line, status, stdout, stderr, took: start.elapsed() }),
            (_, ended) => {
                let why = match ended.and_then(|status| status.code()) {
                    Some(code) => format!("it ended with {code}, but a child of it keeps its output open"),
                    None => "it was killed".to_owned(),
                };
                bail!("{line}: not done after {:?}: {why}\n{}", self.within, both(&stdout, &stderr))
            }
        }
    }

    /// Runs it, and asks for exit code 0.
    pub fn ok(&self) -> Result<Outcome> {
        let outcome = self.run()?;
        if outcome.status.success() { Ok(outcome) } else { bail!("{outcome}") }
    }

    fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// Writes the input from a thread of its own, because a program need not read it.
    fn feed(&self, child: &mut Child) {
        let (input, stdin) = (self.stdin.clone(), child.stdin.take());
        if let Some(mut stdin) = stdin {
            std::thread::spawn(move || drop(stdin.write_all(&input)));
        }
    }
}

impl Outcome {
    /// The exit code, or 128 and the signal as a shell counts.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Panics with the whole output unless it ended with this code.
    #[track_caller]
    pub fn expect(&self, code: i32) -> &Self {
        assert_eq!(self.code(), code, "exit code\n{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "{}: exit code {} after {:?}\n{}",
            self.line,
            self.code(),
            self.took,
            both(&self.stdout, &self.stderr)
        )
    }
}

fn both(stdout: &str, stderr: &str) -> String {
    format!("--- stdout\n{stdout}\n--- stderr\n{stderr}")
}

/// Reads a pipe to its end in the background; what is there so far can be seen at any time.
fn collect(pipe: Option<impl Read + Send + 'static>, ended: Sender<()>) -> Arc<Mutex<Vec<u8>>> {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&bytes);
    std::thread::spawn(move || {
        let mut part = [0; 8192];
        if let Some(mut pipe) = pipe {
            while let Ok(size @ 1..) = pipe.read(&mut part) {
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&part[..size]);
            }
        }
        ended.send(()).ok();
    });
    bytes
}

fn reap(mut child: Child, ended: Sender<()>) -> Arc<Mutex<Option<ExitStatus>>> {
    let status = Arc::new(Mutex::new(None));
    let shared = Arc::clone(&status);
    std::thread::spawn(move || {
        let ended_with = child.wait().ok();
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = ended_with;
        ended.send(()).ok();
    });
    status
}

/// Waits until every sender has gone: the process and both of its pipes.
fn wait_for_all(signals: &Receiver<()>, deadline: Instant) -> bool {
    loop {
        match signals.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(()) => {}
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return true,
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => return false,
        }
    }
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// Where programs are looked for: our own `PATH`, and where administrators' programs are.
pub fn search_path() -> OsString {
    let mut path = variable("PATH").unwrap_or_default();
    path.push(":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin");
    path
}

/// The program of that name, if it is installed.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = search_path();
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|candidate| candidate.is_file())
}

#[expect(clippy::disallowed_methods, reason = "the one door through which tests see the machine they run on")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A port of 127.0.0.1 that nobody uses at this moment, and that no other test of this process was told of.
pub fn free_port() -> u16 {
    static TOLD: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bind any port of 127.0.0.1");
        let port = listener.local_addr().expect("read the address of a bound port").port();
        if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(port) {
            return port;
        }
    }
}

/// Asks again and again until there is an answer, or says for what it waited in vain.
pub fn wait_until<T>(what: &str, within: Duration, mut answer: impl FnMut() -> Option<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = answer() {
            return Ok(answer);
        }
        if start.elapsed() > within {
            bail!("waited {within:?} in vain for {what}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
