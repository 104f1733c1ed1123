//! Commands on this machine, with the same answers as over SSH.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context as _, Result, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use shiplane_core::command::Command;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin};
use tokio::time::sleep;

use crate::exec::{LINGER, Sink, Status, Stream};

const CHUNK: usize = 64 * 1024;

/// Runs one command in a process group of its own, which is killed when the caller gives up on it.
pub(crate) async fn drive(
    command: &Command,
    stdin: impl AsyncRead + Unpin,
    sink: &mut impl Sink,
) -> Result<Status> {
    let mut child = match start(command) {
        Ok(child) => child,
        Err(error) => return not_started(command, &error, sink),
    };
    let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let input = child.stdin.take().ok_or_else(|| anyhow!("the child has no input"))?;
    let mut out = child.stdout.take().ok_or_else(|| anyhow!("the child has no output"))?;
    let mut err = child.stderr.take().ok_or_else(|| anyhow!("the child has no error output"))?;
    let (mut out_piece, mut err_piece) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut out_open, mut err_open) = (true, true);
    let feeding = feed(input, stdin);
    tokio::pin!(feeding);
    let mut fed = false;
    let mut status = None;
    while status.is_none() || out_open || err_open {
        tokio::select! {
            count = out.read(&mut out_piece), if out_open => {
                let bytes = out_piece.get(..count.context("read output")?).unwrap_or_default();
                out_open = !bytes.is_empty();
                sink.take(Stream::Out, bytes);
            }
            count = err.read(&mut err_piece), if err_open => {
                let bytes = err_piece.get(..count.context("read error output")?).unwrap_or_default();
                err_open = !bytes.is_empty();
                sink.take(Stream::Err, bytes);
            }
            outcome = &mut feeding, if !fed => {
                outcome.context("read the input of the command")?;
                fed = true;
            }
            ended = child.wait(), if status.is_none() => {
                status = Some(ended.context("wait for the command")?);
                group.0 = None;
            }
            () = sleep(LINGER), if status.is_some() => break,
        }
    }
    Ok(status.map_or(Status::Unknown, meaning))
}

fn start(command: &Command) -> io::Result<Child> {
    let mut process = tokio::process::Command::new(command.program());
    process.args(command.arguments()).process_group(0).kill_on_drop(true);
    for name in OUR_SECRETS {
        process.env_remove(name);
    }
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// What our own environment holds for us alone; over SSH none of it would be there either.
const OUR_SECRETS: [&str; 10] = [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "SHIPLANE_PASSPHRASE",
    "SHIPLANE_SSH_PASSPHRASE",
    "SHIPLANE_SSH_PRIVATE_KEY",
    "SHIPLANE_TOKEN",
    "SSH_PASSPHRASE",
    "SSH_PRIVATE_KEY",
];

/// A shell on a host says the same with the same numbers (POSIX, Shell Command Language, 2.8.2).
fn not_started(command: &Command, error: &io::Error, sink: &mut impl Sink) -> Result<Status> {
    let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
    sink.take(Stream::Err, format!("{}: {error}\n", command.program()).as_bytes());
    Ok(Status::Exited(code))
}

/// Kills what still runs when the caller stops waiting.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // It may have ended by itself meanwhile.
            kill_process_group(leader, Signal::KILL).ok();
        }
    }
}

/// Sends the input and closes it. A command that stops reading is no error, as in a shell's pipe.
async fn feed(mut input: ChildStdin, mut stdin: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = stdin.read(&mut buffer).await?;
        let piece = buffer.get(..count).unwrap_or_default();
        if piece.is_empty() || input.write_all(piece).await.is_err() {
            return Ok(());
        }
    }
}

fn meaning(status: ExitStatus) -> Status {
    match (status.code(), status.signal()) {
        (Some(code), _) => Status::Exited(code),
        (None, Some(number)) => Status::Signalled(signal_name(number)),
        (None, None) => Status::Unknown,
    }
}

fn signal_name(number: i32) -> String {
    let known = [
        (Signal::ABORT, "ABRT"),
        (Signal::ALARM, "ALRM"),
        (Signal::FPE, "FPE"),
        (Signal::HUP, "HUP"),
        (Signal::ILL, "ILL"),
        (Signal::INT, "INT"),
        (Signal::KILL, "KILL"),
        (Signal::PIPE, "PIPE"),
        (Signal::QUIT, "QUIT"),
        (Signal::SEGV, "SEGV"),
        (Signal::TERM, "TERM"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
    ];
    let name = known.iter().find(|(signal, _)| signal.as_raw() == number);
    name.map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}
