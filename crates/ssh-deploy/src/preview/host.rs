//! The host, asked about its previews.

use std::time::Duration;

use shiplane_action::Call;
use shiplane_core::config::CommandRuntime;
use shiplane_core::deploy::{Question, Runtime, Site, Strategy};
use shiplane_core::fault::Fault;
use shiplane_core::preview::{Listed, Made, Make, Number, Record, Removed};
use shiplane_fleet::{Fleet, look};
use tokio::time::{Instant, sleep};

use super::request::Request;

/// Between two tries to remove what a deploy works on.
const PAUSE: Duration = Duration::from_secs(1);

/// A host that is connected.
pub(super) struct Host {
    fleet: Fleet,
}

impl Host {
    pub(super) async fn reach(request: &Request, call: &Call) -> anyhow::Result<Self> {
        let mut fleet = Fleet::default();
        look(&request.reaches, &question(&request.settings.place.site), (&mut fleet, call)).await?;
        Ok(Self { fleet })
    }

    pub(super) async fn make(&self, ask: &Make) -> anyhow::Result<Made> {
        self.ask("preview-make", ask).await
    }

    pub(super) async fn list(&self, request: &Request) -> anyhow::Result<Listed> {
        self.ask("preview-list", &request.settings.at(Number(1))).await
    }

    /// Removes one, or tells what would go. A deploy that works there is waited for.
    pub(super) async fn remove(
        &self,
        request: &Request,
        (number, record): (Number, Option<&Record>),
        call: &Call,
    ) -> anyhow::Result<Removed> {
        let mut ask = request.settings.remove(number, record);
        ask.dry_run = request.deploy.dry_run;
        ask.actor.clone_from(&call.context.actor);
        let until = Instant::now() + request.wait.0;
        let phase = call.progress.phase(&format!("remove preview {number}"));
        let mut waits_for = String::new();
        loop {
            let removed: Removed = self.ask("preview-remove", &ask).await?;
            let Some(holder) = removed.held.as_ref().filter(|_| Instant::now() < until) else {
                return Ok(removed);
            };
            if holder.run != waits_for {
                phase.line(&holder.described(removed.now));
                waits_for.clone_from(&holder.run);
            }
            sleep(PAUSE).await;
        }
    }

    pub(super) async fn close(self) {
        self.fleet.close().await;
    }

    async fn ask<A: serde::de::DeserializeOwned>(
        &self,
        verb: &str,
        ask: &impl serde::Serialize,
    ) -> anyhow::Result<A> {
        let answer = self.fleet.ask_one((0, verb), ask).await?;
        Ok(answer.ok_or_else(|| Fault::could_not("host-lost", "no host is connected"))?)
    }
}

/// As little as can be asked: what is in the base directory is no release.
fn question(site: &Site) -> Question {
    Question {
        site: site.clone(),
        strategy: Strategy::Image { images: Default::default() },
        runtime: Runtime::Command(CommandRuntime::default()),
        checkup: None,
    }
}
