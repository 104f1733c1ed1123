//! Flags, environment and config settled into what is asked.

use shiplane_action::{Call, FactsArgs};
use shiplane_core::config::Config;
use shiplane_core::deploy::{Holder, Place, holder};
use shiplane_fleet::reaches;
use shiplane_remote::Reach;

use super::cli::UnlockArgs;

/// Freeing locks, every default settled.
#[derive(Debug)]
pub(crate) struct Unlock {
    pub(crate) place: Place,
    pub(crate) reaches: Vec<Reach>,
    pub(crate) force: bool,
    pub(crate) facts: FactsArgs,
    actor: Option<String>,
    run_url: Option<String>,
}

impl Unlock {
    pub(crate) fn resolve(args: UnlockArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let place = Place::resolve(&args.host.given(), config)?;
        let reaches = reaches(&args.host, &place, call)?;
        let (actor, run_url) = (call.context.actor.clone(), call.context.run_url.clone());
        Ok(Self { place, reaches, force: args.force, facts: args.facts, actor, run_url })
    }

    /// What is asked of a worker about the holder that was seen.
    pub(crate) fn ask(&self, holder: &Holder) -> holder::Unlock {
        holder::Unlock {
            site: self.place.site.clone(),
            run: holder.run.clone(),
            force: self.force,
            actor: self.actor.clone(),
            run_url: self.run_url.clone(),
        }
    }
}
