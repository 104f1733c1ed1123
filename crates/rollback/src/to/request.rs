//! Flags, environment and config settled into what is asked. The last place for "you asked wrongly".

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{HostPlan, Options, Place, Question};
use shiplane_core::duration::Span;
use shiplane_core::foreign;
use shiplane_core::rollback::{Ask, BUDGET, STOP_TIMEOUT, hasty};
use shiplane_core::rollout::Policy;
use shiplane_fleet::reaches;
use shiplane_http::Named;
use shiplane_remote::Reach;

use super::cli::{ToArgs, WayArgs};

/// A rollback, every default settled.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) ask: Ask,
    /// What must answer after the switch.
    pub(crate) probes: Vec<Named>,
    /// Whether a run that holds the lock gives way.
    pub(crate) take_over: bool,
    pub(crate) dry_run: bool,
    pub(crate) facts: FactsArgs,
}

impl Request {
    pub(crate) fn resolve(args: ToArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let mut place = Place::resolve(&args.host.given(), config)?;
        place.waves = args.waves.over(place.waves)?;
        let reaches = reaches(&args.host, &place, call)?;
        let probes = shiplane_fleet::probes(config, &place)?;
        let mut ask = args.way.ask(&place, call);
        ask.options.down = args.down;
        // Whatever is wrong with it, the way back does not wait for the config to be right.
        ask.options.rollout = Policy::resolve(&place.name, config).ok().map(|policy| policy.driver);
        ask.options.from_cold = args.from_cold;
        ask.options.stop_timeout = Some(args.stop_timeout.unwrap_or(STOP_TIMEOUT));
        ask.reason = args.reason.map(|reason| foreign::one_line(&reason)).filter(|reason| !reason.is_empty());
        let (take_over, dry_run) = (args.take_over, args.dry_run);
        Ok(Self { place, reaches, ask, probes, take_over, dry_run, facts: args.facts })
    }

    /// Seconds that the whole may take.
    pub(crate) fn budget(&self) -> Span {
        self.ask.limits.budget
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

impl WayArgs {
    /// What is asked of a place, every default settled.
    pub(crate) fn ask(self, place: &Place, call: &Call) -> Ask {
        Ask {
            site: place.site.clone(),
            strategy: place.strategy.clone(),
            runtime: place.runtime.clone(),
            target: self.target,
            limits: hasty(place.limits, self.budget.unwrap_or(BUDGET)),
            actor: call.context.actor.clone(),
            run_url: call.context.run_url.clone(),
            reason: None,
            options: Options {
                stop_timeout: Some(STOP_TIMEOUT),
                retention: place.options.retention.clone(),
                ..Options::default()
            },
        }
    }
}
