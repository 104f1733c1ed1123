//! A real nginx.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use tempfile::TempDir;

use super::Service;
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How long it may take until it listens.
const READY: Duration = Duration::from_secs(20);

/// A running nginx, with plain http on one port and https on another.
#[derive(Debug)]
pub struct Nginx {
    _service: Service,
    port: u16,
    secure: u16,
    _dir: TempDir,
}

impl Nginx {
    /// Whether the program is here.
    pub fn available() -> Result<(), Missing> {
        let missing = || Missing::new("no nginx on this machine", "apt-get install nginx-light");
        find_program("nginx").map(drop).ok_or_else(missing)
    }

    /// Serves these locations, such as `location = /health { return 200 "ok"; }`, with a certificate and its key.
    pub fn start(locations: &str, certificate: &Path, key: &Path) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("nginx-").tempdir()?;
        let (port, secure, place) = (free_port(), free_port(), dir.path().display());
        let (certificate, key) = (certificate.display(), key.display());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {place}/{kind};"))
            .join("\n");
        let config = format!(
            "daemon off; master_process off; error_log {place}/error.log; pid {place}/pid;\n\
             events {{ }}\nhttp {{ access_log off; {temporary}\n\
             server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{secure} ssl;\n\
             ssl_certificate {certificate}; ssl_certificate_key {key};\n{locations}\n}} }}\n"
        );
        let file = dir.path().join("nginx.conf");
        fs::write(&file, config).context("write nginx' config")?;
        let run = Run::new("nginx").arg("-p").arg(dir.path()).arg("-c").arg(&file).dir(dir.path());
        let service = Service::start(&run, Signal::KILL, |_| ())?;
        wait_until("nginx to listen", READY, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, secure)).ok().map(drop)
        })?;
        Ok(Self { _service: service, port, secure, _dir: dir })
    }

    /// The port of plain http on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port of https.
    pub fn secure_port(&self) -> u16 {
        self.secure
    }
}
