//! A real image registry for one test; it is gone with its handle, and can be stopped before.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::http::Call;
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How long it may take until it answers.
const READY: Duration = Duration::from_secs(30);

/// A running registry, without passwords, on this machine only.
#[derive(Debug)]
pub struct Registry {
    child: Child,
    port: u16,
    _dir: TempDir,
}

impl Registry {
    /// Whether the program is here.
    pub fn available() -> Result<PathBuf, Missing> {
        find_program("docker-registry").ok_or_else(|| {
            Missing::new("no docker-registry on this machine", "apt-get install docker-registry")
        })
    }

    /// Starts an empty one.
    pub fn start() -> Result<Self> {
        let program = Self::available()?;
        let dir = tempfile::Builder::new().prefix("registry-").tempdir()?;
        let port = free_port();
        let config = format!(
            "version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {} }} }}\n\
             http: {{ addr: \"127.0.0.1:{port}\" }}\n",
            dir.path().join("data").display()
        );
        let file = dir.path().join("config.yml");
        fs::write(&file, config).context("write the registry's config")?;
        let mut command = Run::new(program).arg("serve").arg(&file).dir(dir.path()).command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let registry = Self { child: command.spawn().context("start the registry")?, port, _dir: dir };
        wait_until("the registry to be ready", READY, || {
            let url = format!("http://{}/v2/", registry.name());
            Call::get(&url).send().ok().filter(|reply| reply.status == 200)
        })?;
        Ok(registry)
    }

    /// `127.0.0.1:PORT`, as names of images begin. Docker asks this machine without TLS.
    pub fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// From now on nobody answers there.
    pub fn stop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}
