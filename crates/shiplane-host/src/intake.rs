//! Takes images in that the client sends: a line that says what comes, then a packed archive for `docker load`.
//!
//! What breaks off is not loaded: the archive has a checksum at its end, and a `docker load` that has not heard it is
//! killed before it may take the silence for the end.

use std::io::{BufRead, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use rustix::process::{Pid, Signal, kill_process_group};
use shiplane_core::deploy::image::{Claim, Held, Stock, Store, incoming};
use shiplane_core::report::Finding;

use crate::docker;

/// The line before the archive is not longer.
const FIRST_LINE: u64 = 4 * 1024 * 1024;

/// Bytes between the packed archive and `docker load`.
const CHUNK: usize = 128 * 1024;

/// How much of what `docker load` says is kept.
const KEPT: usize = 16 * 1024;

/// Reads everything from the client; the findings are the reasons why an image is not there now.
pub(crate) fn take(input: impl Read + Send + 'static) -> anyhow::Result<Vec<Finding>> {
    let mut input = BufReader::with_capacity(CHUNK, input);
    let mut first = String::new();
    input.by_ref().take(FIRST_LINE).read_line(&mut first).context("read what is sent")?;
    let claim: Claim = serde_json::from_str(&first).context("read what is sent")?;
    if claim.bytes > 0
        && let Err(finding) = load(input, &claim)
    {
        return Ok(vec![*finding]);
    }
    let store = docker::stock()?;
    claim.images.iter().filter_map(|held| missing(held, &store).transpose()).collect()
}

/// Whether an image is there and the one that was announced. It gets a name until the release has one for it.
fn missing(held: &Held, stock: &Stock) -> anyhow::Result<Option<Finding>> {
    let name = incoming(&held.id);
    let image = docker::image(&name).or_else(|| docker::image(&held.id));
    let Some(image) = image else {
        let fact = format!("image {} is not on the host after it was loaded", held.id);
        return Ok(Some(Finding::fail("image-missing", fact).help("run the command again")));
    };
    let same = match stock.store {
        Store::Layers => image.held.id == held.id,
        // There an image has the digest of its manifest, which `docker load` makes anew.
        Store::Content => image.held.layers == held.layers,
    };
    if !same {
        docker::untag(&name);
        let fact = format!("the host loaded image {}, and {} was sent", image.held.id, held.id);
        return Ok(Some(Finding::fail("image-different", fact).help("run the command again")));
    }
    docker::tag(&image.held.id, &name)?;
    Ok(None)
}

/// One `docker load` with its time and its ends.
struct Loading {
    child: Child,
    said: Receiver<String>,
    deadline: Instant,
}

fn load(input: impl BufRead + Send + 'static, claim: &Claim) -> Result<(), Box<Finding>> {
    let failed = |error: anyhow::Error| Box::new(Finding::fail("image-load-failed", format!("{error:#}")));
    let (mut loading, stdin) = Loading::start(claim.limit.0).map_err(failed)?;
    let ((sender, fed), bytes) = (channel(), claim.bytes);
    thread::spawn(move || sender.send(feed(input, stdin, bytes)).ok());
    loop {
        match fed.recv_timeout(Duration::from_millis(20)) {
            Ok(Ok(stdin)) => {
                // Closed only now: the archive came whole.
                drop(stdin);
                return loading.end();
            }
            Ok(Err(Stopped::Source(error))) => {
                loading.kill();
                let fact = format!("the images did not come whole, so none was loaded: {error}");
                return Err(Box::new(
                    Finding::fail("image-stream-broken", fact).help("run the command again"),
                ));
            }
            Ok(Err(Stopped::Docker)) => {
                return loading.end().and(Err(failed(anyhow!("docker load ended early"))));
            }
            Err(_) if Instant::now() > loading.deadline => {
                loading.kill();
                return Err(loading.too_late());
            }
            Err(_) => {}
        }
    }
}

/// Why feeding ended before its end.
enum Stopped {
    /// The client's side.
    Source(std::io::Error),
    /// `docker load` reads no more.
    Docker,
}

/// Unpacks into `docker load`; gives its open input back, so that the caller decides what its end means.
fn feed(input: impl BufRead, mut stdin: ChildStdin, bytes: u64) -> Result<ChildStdin, Stopped> {
    let mut unpacked = zstd::Decoder::with_buffer(input).map_err(Stopped::Source)?.single_frame();
    let (mut buffer, mut left) = (vec![0; CHUNK], bytes);
    loop {
        let count = unpacked.read(&mut buffer).map_err(Stopped::Source)?;
        let piece = buffer.get(..count).unwrap_or_default();
        if piece.is_empty() && left == 0 {
            return Ok(stdin);
        }
        let came = if piece.is_empty() { None } else { left.checked_sub(piece.len() as u64) };
        left = came.ok_or_else(|| {
            Stopped::Source(std::io::Error::other("it is not as long as it was said to be"))
        })?;
        stdin.write_all(piece).map_err(|_| Stopped::Docker)?;
    }
}

impl Loading {
    fn start(limit: Duration) -> anyhow::Result<(Self, ChildStdin)> {
        let mut child = std::process::Command::new("docker")
            .args(["load", "--quiet"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("start docker load")?;
        let stdin = child.stdin.take().context("docker load has no input")?;
        let (sender, said) = channel();
        if let Some(stdout) = child.stdout.take() {
            drain(stdout, sender.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            drain(stderr, sender);
        }
        Ok((Self { child, said, deadline: Instant::now() + limit }, stdin))
    }

    /// Waits until it has ended, and hears why.
    fn end(&mut self) -> Result<(), Box<Finding>> {
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if Instant::now() > self.deadline => {
                    self.kill();
                    return Err(self.too_late());
                }
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => return Err(Box::new(Finding::fail("image-load-failed", format!("{error}")))),
            }
        };
        if status.success() { Ok(()) } else { Err(self.refused()) }
    }

    fn refused(&self) -> Box<Finding> {
        let mut said = String::new();
        while let Ok(line) = self.said.recv_timeout(Duration::from_millis(500)) {
            said = line;
        }
        Box::new(if said.contains("no space left on device") {
            let help = "free space where Docker keeps images (`docker system df` shows what it holds)";
            Finding::fail("host-disk-full", format!("docker load: {said}")).help(help)
        } else {
            let help = "run the command again; `docker info` on the host shows how its Docker is";
            Finding::fail("image-load-failed", format!("docker load: {said}")).help(help)
        })
    }

    fn too_late(&self) -> Box<Finding> {
        let fact = "loading the images took longer than it may, so it was stopped and nothing was loaded";
        Box::new(Finding::fail("image-load-failed", fact).help("raise `build-timeout` in the environment"))
    }

    fn kill(&mut self) {
        // It may have ended by itself meanwhile.
        kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
        self.child.wait().ok();
    }
}

/// Reads what it says in a thread of its own; only the last lines matter.
fn drain(stream: impl Read + Send + 'static, sender: std::sync::mpsc::Sender<String>) {
    thread::spawn(move || {
        let (mut reader, mut line) = (BufReader::new(stream), Vec::new());
        while matches!(reader.read_until(b'\n', &mut line), Ok(count) if count > 0) {
            line.truncate(KEPT);
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            line.clear();
            if !text.is_empty() && sender.send(text).is_err() {
                return;
            }
        }
    });
}
