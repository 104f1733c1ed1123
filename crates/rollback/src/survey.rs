//! What the hosts say of themselves and of every release that was good there; changes nothing, takes no lock.

use clap::Args;
use serde::{Deserialize, Serialize};
use shiplane_action::{Call, FactsArgs, HostArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Place, Question, Runtime, Seen};
use shiplane_core::rollback::{Parts, ask_for};
use shiplane_fleet::{Fleet, look, reaches};
use shiplane_remote::Reach;

/// Where to look.
#[derive(Args, Debug)]
pub(crate) struct SurveyArgs {
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// A look at every host, every default settled.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) place: Place,
    reaches: Vec<Reach>,
    facts: FactsArgs,
}

/// One host, and what is left there of each good release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Surveyed {
    #[serde(flatten)]
    pub(crate) seen: Seen,
    pub(crate) parts: Vec<Parts>,
}

impl Surveyed {
    /// What is left of one release.
    pub(crate) fn of(&self, release: &str) -> Parts {
        self.parts.iter().find(|parts| parts.id == release).cloned().unwrap_or_default()
    }
}

impl Survey {
    pub(crate) fn resolve(args: SurveyArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let place = Place::resolve(&args.host.given(), config)?;
        let reaches = reaches(&args.host, &place, call)?;
        Ok(Self { place, reaches, facts: args.facts })
    }

    /// Asks the hosts, or reads the record.
    pub(crate) async fn look(&self, call: &Call) -> anyhow::Result<Vec<Surveyed>> {
        call.facts(&self.facts, async || {
            let (mut fleet, question) = (Fleet::default(), self.place.question());
            let seen = look(&self.reaches, &question, (&mut fleet, call)).await?;
            let mut surveyed = Vec::new();
            for (at, seen) in seen.into_iter().enumerate() {
                let parts = parts(&fleet, &question, (at, &seen)).await?;
                surveyed.push(Surveyed { seen, parts });
            }
            Ok(surveyed)
        })
        .await
    }
}

/// Where there is nothing to ask about, or nothing that could answer, nobody is asked.
async fn parts(fleet: &Fleet, question: &Question, (at, seen): (usize, &Seen)) -> anyhow::Result<Vec<Parts>> {
    let good = History::of(&seen.facts.journal).good;
    let is_able = match question.runtime {
        Runtime::Compose { .. } => seen.facts.tools.compose.is_some(),
        Runtime::Command(_) => true,
    };
    if good.is_empty() || !is_able || !seen.facts.path_exists {
        return Ok(Vec::new());
    }
    let asked = ask_for(&good, &seen.facts.journal, question);
    Ok(fleet.ask_one((at, "parts"), &asked).await?.unwrap_or_default())
}
