//! Waits for a run that holds a host's lock, and shows what it does meanwhile.

use std::time::Duration;

use anyhow::Context as _;
use shiplane_action::Call;
use shiplane_core::deploy::{Event, HostFacts, Question, Seen};
use shiplane_core::report::Level;
use shiplane_remote::{Attached, Reach};
use tokio::time::{Instant, sleep, timeout_at};

use crate::look::{Fleet, look};
use crate::outcome::Deed;

/// A lock that is still there although its run has ended is about to go.
const PAUSE: Duration = Duration::from_millis(300);

/// How long to wait for a lock, all in all; none without a wish to.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    until: Option<Instant>,
}

impl Patience {
    /// From now on for so long.
    pub fn new(wait: Option<Duration>) -> Self {
        Self { until: wait.map(|wait| Instant::now() + wait) }
    }

    /// Whether a run that came a moment too late for the lock may try again.
    pub fn tries_again(self, deed: &Deed) -> bool {
        let late = |code: &str| matches!(code, "lock-held" | "live-changed");
        let came_late = deed.outcome.findings.iter().any(|finding| late(&finding.code));
        came_late && self.until.is_some_and(|until| Instant::now() < until)
    }

    /// Looks, and where a run that lives holds a lock, follows that run to its end and looks again.
    pub async fn look(
        self,
        reaches: &[Reach],
        question: &Question,
        (fleet, call): (&mut Fleet, &Call),
    ) -> anyhow::Result<Vec<Seen>> {
        loop {
            // How the hosts are switched stays as it was asked for.
            *fleet = Fleet::in_waves(fleet.waves);
            let seen = look(reaches, question, (fleet, call)).await?;
            let Some(until) = self.until.filter(|until| Instant::now() < *until) else { return Ok(seen) };
            let busy = fleet.members.iter().zip(&seen).find(|(_, seen)| is_held(&seen.facts));
            let Some((host, seen)) = busy else { return Ok(seen) };
            let wait = follow(host, (question, &seen.facts), call);
            // Time that is over is told by the next look, which finds the lock still held.
            if let Ok(waited) = timeout_at(until, wait).await {
                waited.context("wait for the lock")?;
                sleep(PAUSE).await;
            }
        }
    }
}

fn is_held(facts: &HostFacts) -> bool {
    facts.lock.as_ref().is_some_and(|holder| !holder.stalled(facts.now))
}

async fn follow(
    host: &Attached,
    (question, facts): (&Question, &HostFacts),
    call: &Call,
) -> anyhow::Result<()> {
    let Some(holder) = &facts.lock else { return Ok(()) };
    let phase = call.progress.phase(&format!("wait for run {}", holder.run));
    phase.line(&holder.described(facts.now));
    let run = &holder.run;
    let on_event = |event: &Event| match event {
        Event::Began(name) => phase.line(&format!("{run}: {name}")),
        Event::Line(line) => phase.line(&format!("{run}: {line}")),
        Event::Ended(ended) if ended.level > Level::Warning => {
            phase.line(&format!("{run}: {} failed: {}", ended.name, ended.note));
        }
        Event::Ended(_) | Event::Held | Event::Switched | Event::Finished(_) => {}
    };
    let ended = host.overhear((&question.site.state_dir, run), on_event).await?;
    let note = if ended.is_some() { "it has ended" } else { "it was cut off" };
    phase.finish(Level::Ok, note);
    Ok(())
}
