//! Flags, environment and config settled into what is asked.

use shiplane_action::Call;
use shiplane_core::config::Config;
use shiplane_core::deploy::restart::Again;
use shiplane_core::deploy::{Ask, Options};
use shiplane_http::Named;

use super::cli::RestartArgs;
use crate::place::Look;

/// A restart, every default settled.
#[derive(Debug)]
pub(crate) struct Restart {
    pub(crate) look: Look,
    pub(crate) ask: Ask,
    /// What must answer afterwards.
    pub(crate) probes: Vec<Named>,
    pub(crate) dry_run: bool,
}

impl Restart {
    pub(crate) fn resolve(args: RestartArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let look = Look::resolve(&args.host, args.facts, (config, call))?;
        let probes = shiplane_fleet::probes(config, &look.place)?;
        let services = args.services.into_iter().filter(|name| !name.trim().is_empty()).collect();
        let again = Again { services, recreate: args.recreate };
        let ask = look.ask(Options { again, ..Options::default() }, call);
        Ok(Self { look, ask, probes, dry_run: args.dry_run })
    }
}
