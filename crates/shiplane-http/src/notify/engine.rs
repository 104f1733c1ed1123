//! A thread of its own for what is sent.
//!
//! A server that floods us with interim answers keeps hyper busy for seconds without a pause, and tokio looks at
//! its timers only between tasks. So the thread that keeps the time must not be the one that sends.

use shiplane_core::fault::Fault;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The thread; it ends when this value goes.
#[derive(Debug)]
pub(super) struct Engine {
    handle: Handle,
    _alive: oneshot::Sender<()>,
}

impl Engine {
    /// Starts it.
    pub(super) fn start() -> Result<Self, Fault> {
        let fault = |error: std::io::Error| Fault::could_not("no-thread", format!("start a thread: {error}"));
        let runtime = Builder::new_current_thread().enable_all().build().map_err(fault)?;
        let handle = runtime.handle().clone();
        let (alive, gone) = oneshot::channel::<()>();
        let work = move || {
            // An error is all that can come: it says that nobody needs us any more.
            runtime.block_on(gone).ok();
        };
        std::thread::Builder::new().name("notify".to_owned()).spawn(work).map_err(fault)?;
        Ok(Self { handle, _alive: alive })
    }

    /// Where to put work.
    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }
}
