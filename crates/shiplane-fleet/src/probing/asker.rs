//! Asks the host that we are on, on a thread of its own: a program or a file system may take its time.

use std::sync::Arc;
use std::time::Duration;

use shiplane_core::smoke::{Answer, Failure, FailureKind, Timings};
use shiplane_host::HostProbe;
use shiplane_http::Asker;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A look ends by itself when its time is over; this much later nobody waits for it any more.
const GRACE: Duration = Duration::from_secs(3);

/// Makes one look after the other.
pub(super) struct HostAsker(Arc<HostProbe>);

impl HostAsker {
    pub(super) fn new(probe: HostProbe) -> Self {
        Self(Arc::new(probe))
    }
}

impl Asker for HostAsker {
    async fn attempt(&self, limit: Duration) -> Answer {
        let (probe, (sender, looked)) = (Arc::clone(&self.0), oneshot::channel());
        let work = move || {
            // Nobody waits for it any more when this fails.
            sender.send(probe.look(limit)).ok();
        };
        let started = std::thread::Builder::new().name("look".to_owned()).spawn(work);
        let detail = match (started, timeout(limit + GRACE, looked).await) {
            (Ok(_), Ok(Ok(answer))) => return answer,
            (Ok(_), Ok(Err(_))) => "the look broke off".to_owned(),
            (Ok(_), Err(_)) => format!("the host did not answer within {limit:.1?}"),
            (Err(error), _) => format!("start a thread: {error}"),
        };
        let total_ms = limit.as_secs_f64() * 1000.0;
        let timings = Timings { total_ms, ..Timings::default() };
        Answer::Failed(Failure { reason: FailureKind::Timeout, detail, timings })
    }
}
