//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Place, Question, Release};
use shiplane_core::rollback::Ask;
use shiplane_http::{Named, configured};
use shiplane_remote::Reach;

use crate::cli::ToArgs;

/// A rollback, every default settled.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) place: Place,
    pub(crate) reach: Reach,
    pub(crate) ask: Ask,
    /// What must answer after the switch.
    pub(crate) probes: Vec<Named>,
    pub(crate) dry_run: bool,
    pub(crate) facts: FactsArgs,
}

impl Request {
    pub(crate) fn resolve(args: ToArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let place = Place::resolve(&args.host.given(), config)?;
        let reach = Reach::resolve(&args.host.way(&place.host, &call.context))?;
        let probes = configured(config, &place.probes, std::slice::from_ref(&place.host))?;
        let ask = Ask {
            site: place.site.clone(),
            runtime: place.runtime.clone(),
            target: args.target,
            limits: place.limits,
            actor: call.context.actor.clone(),
            run_url: call.context.run_url.clone(),
        };
        Ok(Self { place, reach, ask, probes, dry_run: args.dry_run, facts: args.facts })
    }

    /// What must be known of the host.
    pub(crate) fn question(&self) -> Question {
        Question { site: self.place.site.clone(), runtime: self.place.runtime.clone() }
    }

    /// The probes, expecting the version that the release calls itself.
    pub(crate) fn probes_for(&self, release: &Release) -> Vec<Named> {
        let mut probes = self.probes.clone();
        if let Some(version) = &release.version {
            for probe in &mut probes {
                probe.expect_version(version);
            }
        }
        probes
    }
}
