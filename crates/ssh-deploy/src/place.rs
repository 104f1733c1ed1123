//! What every command that looks at hosts settles first: where they are, and how to get there.

use shiplane_action::{Call, FactsArgs, HostArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Ask, Options, Place, Question};
use shiplane_fleet::{Ways, reaches};
use shiplane_remote::Reach;

/// A look at the hosts of a place, every default settled.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) facts: FactsArgs,
}

impl Look {
    pub(crate) fn resolve(
        host: &HostArgs,
        facts: FactsArgs,
        (config, call): (&Config, &Call),
    ) -> anyhow::Result<Self> {
        let place = Place::resolve(&host.given(), config)?;
        let reaches = reaches(host, &place, call)?;
        Ok(Self { place, reaches, facts })
    }

    /// What must be known of each host.
    pub(crate) fn question(&self) -> Question {
        self.place.question()
    }

    /// The ways to the hosts for probes that are asked there.
    pub(crate) fn ways(&self) -> Ways {
        Ways { reaches: self.reaches.clone(), ground: Some(self.question()) }
    }

    /// What is asked for when no new release is.
    pub(crate) fn ask(&self, options: Options, call: &Call) -> Ask {
        Ask {
            site: self.place.site.clone(),
            strategy: self.place.strategy.clone(),
            runtime: self.place.runtime.clone(),
            options,
            commit: String::new(),
            version: None,
            limits: self.place.limits,
            force: false,
            actor: call.context.actor.clone(),
            run_url: call.context.run_url.clone(),
        }
    }
}
