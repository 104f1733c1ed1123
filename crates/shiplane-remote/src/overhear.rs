//! A run that somebody else started, or that this client lost sight of: follow it, or tell it to stop.

use anyhow::Result;
use serde_json::Value;
use shiplane_core::deploy::{Event, Outcome, Plan};
use tokio::time::sleep;

use crate::attached::{Attached, CUT_OFF, NOT_BEGUN};
use crate::exec::{Status, Stream};
use crate::faults;
use crate::reach::Reach;
use crate::worker::Worker;

/// How long to leave a run alone that has nothing to say.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

/// The way back to a host whose connection is in other hands.
#[derive(Clone, Debug)]
pub struct Lifeline {
    pub(crate) reach: Reach,
    pub(crate) worker: Worker,
}

impl Lifeline {
    /// Goes there again; the worker is there already.
    pub async fn attach(&self) -> Result<Attached> {
        let (reach, worker) = (self.reach.clone(), self.worker.clone());
        Ok(Attached { host: reach.connect().await?, reach, worker, heard: 0 })
    }

    /// What people call the host.
    pub fn name(&self) -> String {
        self.reach.target.name().to_owned()
    }
}

impl Attached {
    /// The way back here.
    pub fn lifeline(&self) -> Lifeline {
        Lifeline { reach: self.reach.clone(), worker: self.worker.clone() }
    }

    /// Tells a run to stop, unless it has switched; says whether it has begun at all. One that has not never will.
    pub async fn stop(&self, plan: &Plan) -> Result<bool> {
        let command = self.command(&["stop", &plan.site.state_dir, &plan.run]);
        let answer = self.host.run(&command, &[]).await?;
        if !answer.status.success() {
            let why = String::from_utf8_lossy(&answer.stderr);
            return Err(faults::worker_refused(self.host.name(), why.trim()).into());
        }
        let said: Value = serde_json::from_slice(&answer.stdout)?;
        Ok(said.get("begun").and_then(Value::as_bool).unwrap_or(true))
    }

    /// Follows a run from its first event to its end, whoever started it and says its words; `None` when it was cut off.
    pub async fn overhear(
        &self,
        (state_dir, run): (&str, &str),
        mut on_event: impl FnMut(&Event),
    ) -> Result<Option<Outcome>> {
        let mut heard: usize = 0;
        loop {
            let command = self.command(&["follow", state_dir, run, &heard.to_string()]);
            let (mut outcome, mut errors) = (None, String::new());
            let on_line = |stream: Stream, line: &str| match (stream, serde_json::from_str::<Event>(line)) {
                (Stream::Out, Ok(event)) => {
                    heard += 1;
                    on_event(&event);
                    if let Event::Finished(end) = event {
                        outcome = Some(*end);
                    }
                }
                (Stream::Out, Err(_)) => {}
                (Stream::Err, _) => errors = line.to_owned(),
            };
            let status = self.host.stream(&command, &[][..], on_line).await?;
            match status {
                Status::Exited(0) if outcome.is_none() => sleep(PAUSE).await,
                Status::Exited(0 | CUT_OFF | NOT_BEGUN) => return Ok(outcome),
                Status::Exited(_) | Status::Signalled(_) | Status::Unknown => {
                    return Err(faults::worker_refused(self.host.name(), &errors).into());
                }
            }
        }
    }
}
