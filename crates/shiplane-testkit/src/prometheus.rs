//! A real Prometheus for one test, gone with its handle.

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

/// A running Prometheus.
#[derive(Debug)]
pub struct Prometheus {
    child: Child,
    port: u16,
    _dir: TempDir,
}

impl Prometheus {
    /// Whether the program is here.
    pub fn available() -> Result<PathBuf, Missing> {
        find_program("prometheus")
            .ok_or_else(|| Missing::new("no prometheus on this machine", "apt-get install prometheus"))
    }

    /// Scrapes a target, `127.0.0.1:PORT`, as job `app`, every second.
    pub fn start(target: &str) -> Result<Self> {
        Self::every("1s", target)
    }

    /// Scrapes it so often.
    pub fn every(interval: &str, target: &str) -> Result<Self> {
        let program = Self::available()?;
        let dir = tempfile::Builder::new().prefix("prometheus-").tempdir()?;
        let config = format!(
            "global: {{ scrape_interval: {interval}, scrape_timeout: 1s }}\nscrape_configs:\n- job_name: app\n  \
             static_configs: [{{ targets: [\"{target}\"] }}]\n"
        );
        let file = dir.path().join("prometheus.yml");
        fs::write(&file, config).context("write Prometheus' config")?;
        let port = free_port();
        let run = Run::new(program)
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .dir(dir.path());
        let mut command = run.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("start prometheus")?;
        let prometheus = Self { child, port, _dir: dir };
        wait_until("Prometheus to be ready", READY, || {
            let url = format!("{}/-/ready", prometheus.url());
            Call::get(&url).send().ok().filter(|reply| reply.status == 200)
        })?;
        Ok(prometheus)
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
