//! A second Docker daemon for one test, apart from the machine's own: what it has, the other one lacks.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::need::Missing;
use crate::process::{Run, find_program, variable, wait_until};

/// How long it may take until it answers.
const READY: Duration = Duration::from_secs(60);

/// A daemon without networks, in a network namespace of its own, so that it takes nothing from another daemon.
#[derive(Debug)]
pub struct Engine {
    child: Child,
    dir: TempDir,
}

impl Engine {
    /// Whether one can be started here: only root can.
    pub fn available() -> Result<PathBuf, Missing> {
        let install = "apt-get install docker.io";
        let program =
            find_program("dockerd").ok_or_else(|| Missing::new("no dockerd on this machine", install))?;
        let may =
            Run::new("unshare").args(["--net", "true"]).run().is_ok_and(|outcome| outcome.status.success());
        if may { Ok(program) } else { Err(Missing::new("no namespace may be made here", "run it as root")) }
    }

    /// Starts one with an empty store.
    pub fn start() -> Result<Self> {
        let program = Self::available()?;
        let dir = tempfile::Builder::new().prefix("engine-").tempdir()?;
        let at = |name: &str| dir.path().join(name);
        let run = Run::new("unshare").arg("--net").arg(program);
        let run = run.args(["--bridge", "none", "--iptables=false", "--ip6tables=false"]);
        let run = run.arg("--data-root").arg(at("data")).arg("--exec-root").arg(at("exec"));
        let run = run.arg("--pidfile").arg(at("pid")).arg("--host").arg(socket(dir.path()));
        let mut command = run.command();
        let log = std::fs::File::create(at("log")).context("make the daemon's log")?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().context("start dockerd")?;
        let engine = Self { child, dir };
        wait_until("the second daemon to answer", READY, || engine.docker(&["version"]).ok().ok())?;
        Ok(engine)
    }

    /// The value of `DOCKER_HOST` for it.
    pub fn host(&self) -> String {
        socket(self.dir.path())
    }

    /// A run of `docker` there.
    pub fn docker(&self, args: &[&str]) -> Run {
        let run = Run::new("docker").args(args).env("DOCKER_HOST", self.host()).env("DOCKER_BUILDKIT", "0");
        variable("HOME").into_iter().fold(run, |run, home| run.env("HOME", home))
    }
}

fn socket(dir: &Path) -> String {
    format!("unix://{}", dir.join("socket").display())
}

impl Drop for Engine {
    /// Asks it to end, so that its own containerd ends with it.
    fn drop(&mut self) {
        Run::new("kill").args(["-TERM", &self.child.id().to_string()]).run().ok();
        self.child.wait().ok();
    }
}
