//! What the config says of an environment's rollout, every default settled.

use super::driver::Driver;
use super::stage::checked;
use crate::config::{Config, Stage};
use crate::fault::Fault;

/// How a new version gets its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What splits them.
    pub driver: Driver,
    /// At least two.
    pub stages: Vec<Stage>,
    /// The environment that the new version is deployed to, where it is not the same.
    pub canary: Option<String>,
    /// The environment that it must have passed before.
    pub after: Option<String>,
}

impl Policy {
    /// Reads it; nothing has been contacted yet.
    pub fn resolve(environment: &str, config: &Config) -> Result<Self, Fault> {
        let rollout = config.environment(environment)?.rollout.as_ref().ok_or_else(|| {
            Fault::usage("rollout-missing", format!("the environment `{environment}` has no `rollout`"))
                .help("write `rollout: { driver: … }` under it in .github/shiplane.yml")
        })?;
        let driver = Driver::of(rollout)?;
        if rollout.canary.is_none() && driver.splits_servers() {
            let fact = format!("the rollout of `{environment}` splits two servers, and names no canary");
            return Err(Fault::usage("canary-missing", fact)
                .help("write `canary:` with the environment that the new version is deployed to"));
        }
        for named in rollout.canary.iter().chain(&rollout.after) {
            config.knows_environment(named)?;
            if named == environment {
                let fact = format!("the rollout of `{environment}` names the environment itself");
                return Err(Fault::usage("rollout-environment-invalid", fact)
                    .help("`canary` and `after` are other environments"));
            }
        }
        Ok(Self {
            driver,
            stages: checked(&rollout.stages)?,
            canary: rollout.canary.clone(),
            after: rollout.after.clone(),
        })
    }
}
