//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{HostPlan, Place, Question};
use shiplane_core::rollback::Ask;
use shiplane_fleet::reaches;
use shiplane_http::{Named, configured};
use shiplane_remote::Reach;

use super::cli::ToArgs;

/// A rollback, every default settled.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) ask: Ask,
    /// What must answer after the switch.
    pub(crate) probes: Vec<Named>,
    pub(crate) dry_run: bool,
    pub(crate) facts: FactsArgs,
}

impl Request {
    pub(crate) fn resolve(args: ToArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let mut place = Place::resolve(&args.host.given(), config)?;
        place.waves = args.waves.over(place.waves)?;
        let reaches = reaches(&args.host, &place, call)?;
        let probes = configured(config, &place.probes, &place.hosts)?;
        let ask = Ask {
            site: place.site.clone(),
            strategy: place.strategy.clone(),
            runtime: place.runtime.clone(),
            target: args.target,
            limits: place.limits,
            actor: call.context.actor.clone(),
            run_url: call.context.run_url.clone(),
        };
        Ok(Self { place, reaches, ask, probes, dry_run: args.dry_run, facts: args.facts })
    }

    /// What must be known of the host.
    pub(crate) fn question(&self) -> Question {
        self.place.question()
    }

    /// The probes, expecting the version that the release calls itself.
    pub(crate) fn probes_for(&self, plans: &[HostPlan]) -> Vec<Named> {
        let mut probes = self.probes.clone();
        let version = plans.first().and_then(|planned| planned.plan.release.version.as_deref());
        for (probe, version) in probes.iter_mut().zip(std::iter::repeat(version)) {
            if let Some(version) = version {
                probe.expect_version(version);
            }
        }
        probes
    }
}
