//! A docker daemon: the one that runs already, else one of ours that ends with the tests.

use std::fs::File;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::machine::{find_program, tools_dir};
use crate::process::Run;
use crate::say;

/// How often, and how far apart, a new daemon is asked whether it is up.
const TRIES: u32 = 120;
const PAUSE: Duration = Duration::from_millis(500);

/// A daemon that we started.
#[derive(Debug)]
pub(super) struct Daemon(Child);

/// Whether a daemon answers.
pub(super) fn answers() -> bool {
    Run::new("docker").args(["version", "--format", "{{.Server.Version}}"]).works()
}

/// Starts a daemon where none answers and we may: only root can.
pub(super) fn start() -> anyhow::Result<Option<Daemon>> {
    let is_root = Run::new("id").args(["-u"]).output().is_ok_and(|id| id.trim() == "0");
    let (Some(program), true) = (find_program("dockerd"), is_root && !answers()) else { return Ok(None) };
    let path = tools_dir()?.join("dockerd.log");
    let log = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    say::line(&format!("start dockerd, log in {}", path.display()));
    let mut command = Run::new(program).into_inner();
    command.stdin(Stdio::null()).stdout(log.try_clone().context("share the log")?).stderr(log);
    let mut daemon = Daemon(command.spawn().context("start dockerd")?);
    for _ in 0..TRIES {
        if answers() {
            return Ok(Some(daemon));
        }
        if let Some(status) = daemon.0.try_wait().context("ask after dockerd")? {
            bail!("dockerd ended with {status}; its log is {}", path.display());
        }
        sleep(PAUSE);
    }
    bail!("dockerd does not answer; its log is {}", path.display())
}

impl Drop for Daemon {
    /// Asks it to end, so that it stops its containers and removes its networks.
    fn drop(&mut self) {
        if Run::new("kill").args(["-TERM", &self.0.id().to_string()]).works() {
            self.0.wait().ok();
        }
    }
}
