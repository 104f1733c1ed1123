//! A real PostgreSQL. It refuses to run as root, so root runs it as the user that its package made.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Signal, getuid};
use tempfile::TempDir;

use super::Service;
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How long it may take until it listens.
const READY: Duration = Duration::from_secs(60);

/// A running PostgreSQL that wants a password.
#[derive(Debug)]
pub struct Postgres {
    service: Option<Service>,
    port: u16,
    user: Option<(u32, u32)>,
    dir: TempDir,
}

impl Postgres {
    /// Whether the programs are here.
    pub fn available() -> Result<(), Missing> {
        let missing = || Missing::new("no PostgreSQL server on this machine", "apt-get install postgresql");
        program("initdb").and_then(|_| program("postgres")).map(drop).ok_or_else(missing)
    }

    /// Makes a cluster and starts it; every login needs a password.
    pub fn start() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("postgres-").tempdir()?;
        let user = if getuid().is_root() { Some(owner()?) } else { None };
        if let Some((user, group)) = user {
            chown(dir.path(), Some(user), Some(group)).context("hand over PostgreSQL's directory")?;
        }
        let mut postgres = Self { service: None, port: free_port(), user, dir };
        postgres.make()?;
        postgres.serve(&[])?;
        Ok(postgres)
    }

    /// Starts it again as a standby that lets nobody in while it waits for its primary.
    pub fn standing_by(&mut self) -> Result<()> {
        self.service = None;
        fs::write(self.data().join("standby.signal"), "").context("make PostgreSQL a standby")?;
        self.serve(&["-c", "hot_standby=off"])
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn make(&self) -> Result<()> {
        let password = self.dir.path().join("password");
        fs::write(&password, "not secret\n")?;
        let run = Run::new(program("initdb").context("find initdb")?)
            .args(["-A", "scram-sha-256", "-U", "postgres", "-N", "-E", "UTF8", "--locale", "C", "-D"])
            .arg(self.data())
            .arg(format!("--pwfile={}", password.display()))
            .dir(self.dir.path());
        let mut command = run.command();
        self.demote(&mut command);
        let output = command.output().context("run initdb")?;
        ensure!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    fn serve(&mut self, settings: &[&str]) -> Result<()> {
        let run = Run::new(program("postgres").context("find postgres")?)
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-c", "fsync=off", "-k"])
            .arg(self.dir.path())
            .arg("-D")
            .arg(self.data())
            .args(settings)
            .dir(self.dir.path());
        // An immediate shutdown: nothing of it is worth keeping but what is on disk.
        self.service = Some(Service::start(&run, Signal::QUIT, |command| self.demote(command))?);
        wait_until("PostgreSQL to listen", READY, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok().map(drop)
        })
    }

    fn demote(&self, command: &mut Command) {
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
}

/// The user that the package made, and its group.
fn owner() -> Result<(u32, u32)> {
    let number = |flag: &str| -> Result<u32> {
        let outcome = Run::new("id").args([flag, "postgres"]).ok()?;
        outcome.stdout.trim().parse().context("read the number of the user postgres")
    };
    Ok((number("-u")?, number("-g")?))
}

/// Debian keeps the programs of each version apart, and off the PATH.
fn program(name: &str) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut kept: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin").join(name)).collect();
    kept.sort();
    kept.into_iter().rev().find(|path| path.is_file()).or_else(|| find_program(name))
}
