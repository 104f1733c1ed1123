//! The server as a plain process with a pid file, for hosts without containers.

use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::{Outcome, say};

/// How long a start may take.
const START: Duration = Duration::from_secs(30);
/// How long a stop may take before the process is killed.
const STOP: Duration = Duration::from_secs(5);

/// Starts a server that outlives the caller, and answers once it listens or has died.
pub(crate) fn start(args: &Args) -> Outcome {
    if let Some(pid) = running(&args.pid_file) {
        return Err(format!("already running as {pid}"));
    }
    let ready = PathBuf::from(format!("{}.ready", args.pid_file.display()));
    fs::remove_file(&ready).ok();
    let mut child = spawn(args, &ready)?;
    let result = wait_until_ready(&mut child, &ready);
    fs::remove_file(&ready).ok();
    result.map_err(|message| format!("{message}; see {}", args.log.display()))?;
    fs::write(&args.pid_file, format!("{}\n", child.id()))
        .map_err(|error| format!("write {}: {error}", args.pid_file.display()))?;
    say(&format!("started as {}", child.id()));
    Ok(())
}

/// Stops the server; it is no fault if none runs.
pub(crate) fn stop(args: &Args) -> Outcome {
    let Some(pid) = running(&args.pid_file) else {
        fs::remove_file(&args.pid_file).ok();
        return Ok(());
    };
    signal("-TERM", pid)?;
    if !gone_within(pid, STOP) {
        signal("-KILL", pid)?;
        if !gone_within(pid, STOP) {
            return Err(format!("process {pid} does not end"));
        }
    }
    fs::remove_file(&args.pid_file).ok();
    say(&format!("stopped {pid}"));
    Ok(())
}

fn spawn(args: &Args, ready: &Path) -> Result<Child, String> {
    let log = OpenOptions::new().create(true).append(true).open(&args.log);
    let log = log.map_err(|error| format!("open {}: {error}", args.log.display()))?;
    let copy = log.try_clone().map_err(|error| format!("open {}: {error}", args.log.display()))?;
    let program = std::env::current_exe().map_err(|error| format!("find my own program: {error}"))?;
    let mut command = Command::new(&program);
    command.args(["serve", "--port", &args.port.to_string(), "--bind", &args.bind, "--config"]);
    command.arg(&args.config).arg("--ready-file").arg(ready);
    command.stdin(Stdio::null()).stdout(copy).stderr(log).process_group(0);
    command.spawn().map_err(|error| format!("start {}: {error}", program.display()))
}

fn wait_until_ready(child: &mut Child, ready: &Path) -> Outcome {
    let begun = Instant::now();
    loop {
        if ready.exists() {
            return Ok(());
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("the server ended with {status}"));
        }
        if begun.elapsed() > START {
            child.kill().ok();
            return Err(format!("the server does not listen after {START:?}"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The process that the pid file names, if it is alive and a server of ours.
fn running(pid_file: &Path) -> Option<u32> {
    let pid: u32 = fs::read_to_string(pid_file).ok()?.trim().parse().ok()?;
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words = line.split(|byte| *byte == 0);
    (words.nth(1) == Some(b"serve") && alive(pid)).then_some(pid)
}

/// A process that only waits to be collected by its parent is gone.
fn alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn gone_within(pid: u32, within: Duration) -> bool {
    let begun = Instant::now();
    while alive(pid) {
        if begun.elapsed() > within {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// The shell's own `kill`, because a signal of ours would need unsafe code or a dependency.
fn signal(name: &str, pid: u32) -> Outcome {
    let status = Command::new("sh").args(["-c", "kill \"$0\" \"$1\"", name, &pid.to_string()]).status();
    match status {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("run sh to send {name}: {error}")),
    }
}
