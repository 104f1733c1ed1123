//! From flags, environment and config to what must hold: every default is settled here, once.

use shiplane_action::{Call, Shared};
use shiplane_core::config::Config;
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;
use shiplane_core::runs::Policy;

use super::cli::Status;
use crate::names;

/// What is asked.
#[derive(Debug)]
pub(super) struct Request {
    /// The command line.
    pub(super) status: Status,
    config: Config,
}

impl Request {
    /// Reads the config; nothing has been contacted yet.
    pub(super) fn resolve(status: Status, shared: &Shared, call: &Call) -> anyhow::Result<Self> {
        let rules = &status.rules;
        if rules.lead_budget.is_some() && rules.environment.is_none() {
            let fact = "a budget for the way to an environment is given, but no environment";
            return Err(Fault::usage("environment-missing", fact)
                .help("add --environment production")
                .into());
        }
        let config = call.config(shared)?;
        if let Some(name) = &rules.environment {
            config.knows_environment(name)?;
        }
        Ok(Self { status, config })
    }

    /// What must hold for a branch: a flag goes before the config.
    pub(super) fn policy(&self, branch: &str) -> Result<Policy, Fault> {
        let rules = &self.status.rules;
        Ok(Policy {
            workflows: names::checks(&rules.workflows),
            jobs: names::checks(&rules.jobs),
            events: names::plain(&rules.event),
            max_age: rules.max_age,
            budget: rules.budget.or(self.tier_budget(branch)?),
            environment: rules.environment.clone(),
            lead_budget: rules.lead_budget,
        })
    }

    /// What the config allows the tests of that branch.
    fn tier_budget(&self, branch: &str) -> Result<Option<Span>, Fault> {
        let tier = self.config.branches.get(branch).and_then(|branch| branch.tier.as_deref());
        Ok(tier.map(|name| self.config.tier(name)).transpose()?.and_then(|tier| tier.budget))
    }
}
