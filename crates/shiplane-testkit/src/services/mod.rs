//! Real services for one test each, on free ports of the loopback, gone with their handle.

mod haproxy;
mod nginx;
mod postgres;
mod redis;

use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};

use crate::process::Run;

pub use haproxy::Haproxy;
pub use nginx::Nginx;
pub use postgres::Postgres;
pub use redis::Redis;

/// A service that runs in the foreground.
#[derive(Debug)]
struct Service {
    child: Child,
    end: Signal,
}

impl Service {
    fn start(run: &Run, end: Signal, prepare: impl FnOnce(&mut std::process::Command)) -> Result<Self> {
        let mut command = run.command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        prepare(&mut command);
        let child = command.spawn().context("start a service")?;
        Ok(Self { child, end })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        kill_process(Pid::from_child(&self.child), self.end).ok();
        self.child.wait().ok();
    }
}
