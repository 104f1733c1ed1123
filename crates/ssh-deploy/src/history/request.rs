//! Flags, environment and config settled into what is asked.

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Place, Question};
use shiplane_fleet::reaches;
use shiplane_remote::Reach;

use super::cli::HistoryArgs;

/// A look at a host, every default settled.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) facts: FactsArgs,
}

impl Look {
    pub(crate) fn resolve(args: HistoryArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let place = Place::resolve(&args.host.given(), config)?;
        let reaches = reaches(&args.host, &place, call)?;
        Ok(Self { place, reaches, facts: args.facts })
    }

    /// What must be known of the host.
    pub(crate) fn question(&self) -> Question {
        self.place.question()
    }
}
