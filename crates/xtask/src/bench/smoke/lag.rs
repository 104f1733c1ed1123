//! Readiness lag: from the moment at which the service would answer well to the end of our process.

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::{median, server, tell};

/// Trials of each kind.
const TRIALS: u32 = 15;

/// Milliseconds; the goal at default settings.
const GOAL: f64 = 50.0;

const NOT_YET: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Nothing listens, then all is well; and 503, then all is well.
pub(super) fn measure(binary: &str, _: u32) -> anyhow::Result<()> {
    let (mut refused, mut unready) = (Vec::new(), Vec::new());
    for trial in 0..TRIALS {
        let after = Duration::from_millis(1500 + u64::from(trial) * 37);
        refused.push(from_refused(binary, after)?);
        unready.push(from_unready(binary, after)?);
    }
    tell("refused, then 200", median(refused)?, GOAL, " ms");
    tell("503, then 200", median(unready)?, GOAL, " ms");
    Ok(())
}

fn from_refused(binary: &str, after: Duration) -> anyhow::Result<f64> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.context("find a free port")?;
    let ready = thread::spawn(move || {
        thread::sleep(after);
        let listener = TcpListener::bind(address).context("listen")?;
        let ready = Instant::now();
        server::on(listener, server::well).map(|_| ready)
    });
    let returned = wait(binary, address)?;
    let ready = ready.join().map_err(|_| anyhow::anyhow!("the server broke"))??;
    Ok(returned.saturating_duration_since(ready).as_secs_f64() * 1000.0)
}

fn from_unready(binary: &str, after: Duration) -> anyhow::Result<f64> {
    let ready = Instant::now() + after;
    let address = server::start(move |mut stream| {
        if Instant::now() >= ready {
            return server::well(stream);
        }
        if server::request(&mut stream) {
            std::io::Write::write_all(&mut stream, NOT_YET).ok();
        }
    })?;
    let returned = wait(binary, address)?;
    Ok(returned.saturating_duration_since(ready).as_secs_f64() * 1000.0)
}

fn wait(binary: &str, address: SocketAddr) -> anyhow::Result<Instant> {
    let status = Command::new(binary)
        .args(["run", "--within", "30s", "--url", &format!("http://{address}/health")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("start smoke-check")?;
    ensure!(status.success(), "smoke-check ended with {status}");
    Ok(Instant::now())
}
