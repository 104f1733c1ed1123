//! A real HAProxy in front of two servers, with a runtime API.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use tempfile::TempDir;

use super::Service;
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How long it may take until it listens.
const READY: Duration = Duration::from_secs(20);

/// A running HAProxy, whose users all go to its backend `shop`.
#[derive(Debug)]
pub struct Haproxy {
    service: Option<Service>,
    port: u16,
    dir: TempDir,
}

impl Haproxy {
    /// Whether the program is here.
    pub fn available() -> Result<(), Missing> {
        let missing = || Missing::new("no haproxy on this machine", "apt-get install haproxy");
        find_program("haproxy").map(drop).ok_or_else(missing)
    }

    /// In front of two ports of the loopback: `blue`, which has everybody, and `green`, which has nobody; `server` is
    /// what else is said of each server, such as `check inter 100ms`.
    pub fn start(blue: u16, green: u16, server: &str) -> Result<Self> {
        Self::with(&format!(
            "backend shop\n balance roundrobin\n\
             \x20server blue 127.0.0.1:{blue} weight 100 {server}\n\
             \x20server green 127.0.0.1:{green} weight 0 {server}\n"
        ))
    }

    /// With these sections, one of which is the backend `shop`.
    pub fn with(sections: &str) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("haproxy-").tempdir()?;
        let (port, place) = (free_port(), dir.path().display());
        // Two proxies that were given the same port would share its users without a word.
        let config = format!(
            "global\n noreuseport\n stats socket {place}/admin.sock mode 600 level admin\n\
             defaults\n mode http\n timeout connect 2s\n timeout client 10s\n timeout server 10s\n\
             frontend web\n bind 127.0.0.1:{port}\n default_backend shop\n{sections}"
        );
        fs::write(dir.path().join("haproxy.cfg"), config).context("write HAProxy's config")?;
        let mut proxy = Self { service: None, port, dir };
        proxy.restart()?;
        Ok(proxy)
    }

    /// Ends it and starts it again with its config, as a reload does: what was told at run time is forgotten.
    pub fn restart(&mut self) -> Result<()> {
        self.service = None;
        let run = Run::new("haproxy").arg("-db").arg("-f").arg(self.dir.path().join("haproxy.cfg"));
        self.service = Some(Service::start(&run.dir(self.dir.path()), Signal::KILL, |_| ())?);
        let port = self.port;
        wait_until("haproxy to listen", READY, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok().map(drop)
        })
    }

    /// The port of plain http on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the runtime API listens.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("admin.sock")
    }
}
