//! A run that is cancelled: GitHub sends SIGINT, 7.5 s later SIGTERM, and kills 2.5 s after that.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether somebody deals with the signals now who knows more than the process as a whole.
static HEEDED: AtomicBool = AtomicBool::new(false);

/// Hears SIGINT and SIGTERM. While one of these is open, the process does not end by them on its own.
#[derive(Debug)]
pub struct Ear {
    interrupt: Signal,
    terminate: Signal,
    heeds: bool,
}

impl Ear {
    /// Begins to listen, and takes the matter from the process as a whole.
    pub fn open() -> anyhow::Result<Self> {
        let mut ear = Self::listen()?;
        ear.heeds = true;
        HEEDED.store(true, Ordering::Relaxed);
        Ok(ear)
    }

    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("listen for signals");
        let (interrupt, terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, heeds: false })
    }

    /// Waits for the next of them.
    pub async fn signal(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Does the work, unless a signal comes while nobody deals with it who knows more. What then was under way is dropped,
/// and the report is written all the same.
pub async fn unless_interrupted(
    work: impl Future<Output = anyhow::Result<Report>>,
) -> anyhow::Result<Report> {
    let mut ear = Ear::listen()?;
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            report = &mut work => return report,
            () = ear.signal() => {}
        }
        if !HEEDED.load(Ordering::Relaxed) {
            let fact = "interrupted before anything was begun that this command would have to take back";
            return Err(Fault::could_not("interrupted", fact).help("run it again").into());
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if self.heeds {
            HEEDED.store(false, Ordering::Relaxed);
        }
    }
}
