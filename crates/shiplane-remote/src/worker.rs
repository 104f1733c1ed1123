//! Bringing the worker along: our own binary, once, under the name of its own hash.

use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::{Context as _, Result, anyhow};
use ring::digest;
use shiplane_core::command::Command;
use tokio::io::{AsyncRead, ReadBuf};

use crate::exec::{Status, Stream};
use crate::faults;
use crate::host::Host;

/// Where a host has the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// Absolute, on the host.
    pub path: String,
    /// What it answered to `worker hello`.
    pub version: String,
    /// Whether it had to be sent.
    pub uploaded: bool,
}

/// `$1` hash, `$2` file name, `$3` size. One line without `'`, `\` and `!`, so that csh and fish hand it on as it is.
///
/// The size is compared because a crash of the host may leave an empty file under a complete name.
const FIND: &str = concat!(
    r#"test -n "$HOME" || exit 40; p="$HOME/.cache/shiplane/$1/$2"; "#,
    r#"echo "shiplane:system=$(uname -s)"; echo "shiplane:machine=$(uname -m)"; echo "shiplane:path=$p"; "#,
    r#"test -f "$p" && test "$(wc -c < "$p")" -eq "$3" || exit 41; "$p" worker hello < /dev/null"#,
);

/// The same, with the file on standard input. Whatever stops it, nothing half stays under any name.
const UPLOAD: &str = concat!(
    r#"umask 077; d="$HOME/.cache/shiplane/$1"; t="$d/.$2.$$.part"; clean() { rm -f "$t"; }; "#,
    r#"room() { echo "shiplane:room=$(df -Pk "$1" | tail -n 1 | tr -s " " | cut -d " " -f 4)"; }; "#,
    r#"mkdir -p "$d" || { room "$HOME"; exit 42; }; trap clean EXIT; trap "exit 43" HUP INT PIPE TERM; "#,
    r#"cat > "$t" || { room "$d"; exit 42; }; test "$(wc -c < "$t")" -eq "$3" || exit 44; "#,
    r#"chmod 700 "$t" && mv -f "$t" "$d/$2" || exit 45; "#,
    r#"echo "shiplane:path=$d/$2"; "$d/$2" worker hello < /dev/null"#,
);

/// Makes sure that the host has this binary and that it runs there; calls back with bytes sent and their sum.
pub async fn bring(host: &Host, binary: &Path, mut on_progress: impl FnMut(u64, u64)) -> Result<Worker> {
    let path = binary.to_str().ok_or_else(|| anyhow!("the path of the worker is not UTF-8"))?;
    if host.is_local() {
        return greet(host, path).await;
    }
    let bytes = std::fs::read(binary).with_context(|| format!("read {path}"))?;
    let file = Parcel::new(binary, &bytes)?;
    let found = ask(host, &file.command(FIND), &[][..]).await?;
    if found.status == Status::Exited(40) {
        return Err(faults::worker_failed(host.name(), "HOME is not set there").into());
    }
    check_machine(host, &bytes, &found)?;
    if let Some(worker) = found.worker(false) {
        return Ok(worker);
    }
    let sending = Counted { rest: &bytes, sent: 0, on_progress: &mut on_progress };
    let sent = ask(host, &file.command(UPLOAD), sending).await?;
    sent.worker(true).ok_or_else(|| sent.fault(host, bytes.len()).into())
}

async fn greet(host: &Host, path: &str) -> Result<Worker> {
    let answer = ask(host, &Command::new(path).args(["worker", "hello"]), &[][..]).await?;
    let version = answer.version.clone().filter(|_| answer.status.success());
    let version = version.ok_or_else(|| answer.fault(host, 0))?;
    Ok(Worker { path: path.to_owned(), version, uploaded: false })
}

/// A file with what it is called on the host.
struct Parcel {
    hash: String,
    name: String,
    size: usize,
}

impl Parcel {
    fn new(binary: &Path, bytes: &[u8]) -> Result<Self> {
        let name = binary.file_name().and_then(|name| name.to_str());
        let hash = digest::digest(&digest::SHA256, bytes);
        Ok(Self {
            hash: hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
            name: name.ok_or_else(|| anyhow!("the worker has no file name"))?.to_owned(),
            size: bytes.len(),
        })
    }

    fn command(&self, script: &str) -> Command {
        let values = [self.hash.clone(), self.name.clone(), self.size.to_string()];
        Command::new("sh").args(["-c", script, "sh"]).args(values)
    }
}

/// What a script and the worker said. Other lines, such as those of a login file, are passed over.
struct Answer {
    status: Status,
    path: Option<String>,
    system: String,
    machine: String,
    room: Option<u64>,
    version: Option<String>,
    last_error: String,
}

async fn ask(host: &Host, command: &Command, stdin: impl AsyncRead + Unpin) -> Result<Answer> {
    let mut answer = Answer {
        status: Status::Unknown,
        path: None,
        system: String::new(),
        machine: String::new(),
        room: None,
        version: None,
        last_error: String::new(),
    };
    answer.status = host.stream(command, stdin, |stream, line| answer.hear(stream, line)).await?;
    Ok(answer)
}

impl Answer {
    fn hear(&mut self, stream: Stream, line: &str) {
        match stream {
            Stream::Err if line.trim().is_empty() => {}
            Stream::Err => self.last_error = line.to_owned(),
            Stream::Out => match line.strip_prefix("shiplane:").and_then(|rest| rest.split_once('=')) {
                Some(("path", value)) => self.path = Some(value.to_owned()),
                Some(("system", value)) => self.system = value.to_owned(),
                Some(("machine", value)) => self.machine = value.to_owned(),
                Some(("room", value)) => self.room = value.parse().ok(),
                Some(_) | None => self.version = hello(line).or_else(|| self.version.take()),
            },
        }
    }

    fn worker(&self, uploaded: bool) -> Option<Worker> {
        let (path, version) = (self.path.clone()?, self.version.clone()?);
        self.status.success().then_some(Worker { path, version, uploaded })
    }

    fn fault(&self, host: &Host, size: usize) -> shiplane_core::fault::Fault {
        let name = host.name();
        let needed = u64::try_from(size).unwrap_or(u64::MAX).div_ceil(1024);
        let why = if self.last_error.is_empty() { self.status.to_string() } else { self.last_error.clone() };
        match (&self.status, self.room) {
            (Status::Exited(42), Some(room)) if room < needed => faults::host_disk_full(name, room, needed),
            (Status::Exited(42..=45), _) => faults::worker_failed(name, &why),
            (Status::Exited(126), _) => {
                faults::worker_noexec(name, self.path.as_deref().unwrap_or("?"), &why)
            }
            (Status::Exited(0), _) => faults::worker_mute(name, "it answered something else"),
            (Status::Exited(_) | Status::Signalled(_) | Status::Unknown, _) => {
                faults::worker_mute(name, &why)
            }
        }
    }
}

fn hello(line: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    value.get("worker")?.as_str().map(str::to_owned)
}

/// Compared before anything is run: a shell takes a program of another machine for a script and executes its bytes.
fn check_machine(host: &Host, binary: &[u8], answer: &Answer) -> Result<()> {
    let ours = match built_for(binary) {
        Build::Script => return Ok(()),
        Build::Linux(ours) => ours,
        Build::Other => "another system",
    };
    let theirs = family(&answer.machine);
    if answer.system == "Linux" && ours == theirs {
        return Ok(());
    }
    let system = format!("{} {}", answer.system, answer.machine);
    Err(faults::worker_arch(host.name(), ours, system.trim()).into())
}

enum Build {
    Script,
    Linux(&'static str),
    Other,
}

/// What the first bytes say (elf(5): machine number at offset 18).
fn built_for(binary: &[u8]) -> Build {
    if binary.starts_with(b"#!") {
        return Build::Script;
    }
    let machine =
        binary.get(18..20).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok()).map(u16::from_le_bytes);
    match machine.filter(|_| binary.starts_with(b"\x7fELF")) {
        Some(62) => Build::Linux("x86_64"),
        Some(183) => Build::Linux("aarch64"),
        Some(40) => Build::Linux("arm"),
        Some(243) => Build::Linux("riscv64"),
        Some(_) | None => Build::Other,
    }
}

/// The names that `uname -m` has for one architecture.
fn family(machine: &str) -> &str {
    match machine {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        arm if arm.starts_with("armv") => "arm",
        other => other,
    }
}

/// Bytes that tell how far they were read.
struct Counted<'a> {
    rest: &'a [u8],
    sent: u64,
    on_progress: &'a mut dyn FnMut(u64, u64),
}

impl AsyncRead for Counted<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        let count = this.rest.len().min(buffer.remaining());
        let (now, rest) = this.rest.split_at_checked(count).unwrap_or((this.rest, &[]));
        buffer.put_slice(now);
        this.rest = rest;
        this.sent += now.len() as u64;
        (this.on_progress)(this.sent, this.sent + rest.len() as u64);
        Poll::Ready(Ok(()))
    }
}
