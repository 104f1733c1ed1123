//! A real Redis.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;
use tempfile::TempDir;

use super::Service;
use crate::need::Missing;
use crate::process::{Run, find_program, free_port, wait_until};

/// How long it may take until it listens.
const READY: Duration = Duration::from_secs(20);

/// A running Redis.
#[derive(Debug)]
pub struct Redis {
    service: Option<Service>,
    port: u16,
    dir: TempDir,
}

impl Redis {
    /// Whether the program is here.
    pub fn available() -> Result<(), Missing> {
        let missing = || Missing::new("no redis-server on this machine", "apt-get install redis-server");
        find_program("redis-server").map(drop).ok_or_else(missing)
    }

    /// Starts it with more settings, such as `--requirepass secret`.
    pub fn start(settings: &[&str]) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("redis-").tempdir()?;
        let mut redis = Self { service: None, port: free_port(), dir };
        redis.serve(settings)?;
        Ok(redis)
    }

    /// One that reads its data for many seconds, and answers meanwhile.
    pub fn loading() -> Result<Self> {
        let mut redis = Self::start(&[])?;
        let value = "x".repeat(4096);
        for number in 0..200 {
            redis.say(&["SET", &format!("key-{number}"), &value])?;
        }
        redis.say(&["SAVE"])?;
        redis.service = None;
        // Microseconds a key, and a look at its clients after every few bytes: settings of Redis' own tests.
        redis.serve(&[
            "--rdbcompression",
            "no",
            "--key-load-delay",
            "100000",
            "--loading-process-events-interval-bytes",
            "1024",
        ])?;
        Ok(redis)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn serve(&mut self, settings: &[&str]) -> Result<()> {
        let run = Run::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--rdbcompression", "no", "--dir"])
            .arg(self.dir.path())
            .args(settings)
            .dir(self.dir.path());
        self.service = Some(Service::start(&run, Signal::KILL, |_| ())?);
        wait_until("redis-server to listen", READY, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok().map(drop)
        })
    }

    fn say(&self, words: &[&str]) -> Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        write!(stream, "*{}\r\n", words.len())?;
        for word in words {
            write!(stream, "${}\r\n{word}\r\n", word.len())?;
        }
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).context("read Redis' answer")?;
        ensure!(line.starts_with("+OK"), "Redis: {line}");
        Ok(())
    }
}
