//! Parts of the config by their names; a name that is not there is told with those that are.

use std::collections::BTreeMap;

use super::{Config, Environment, Probe, Tier};
use crate::fault::Fault;

impl Config {
    /// The environment of that name.
    pub fn environment(&self, name: &str) -> Result<&Environment, Fault> {
        find(&self.environments, name, ("environment", "unknown-environment"))
    }

    /// Refuses a name that no environment has, in whatever case (docs, "Managing environments for deployment"). A
    /// config that names none at all leaves them to GitHub.
    pub fn knows_environment(&self, name: &str) -> Result<(), Fault> {
        let mut names = self.environments.keys();
        let known = names.any(|known| known.to_lowercase() == name.to_lowercase());
        if known || self.environments.is_empty() { Ok(()) } else { self.environment(name).map(drop) }
    }

    /// The tier of that name.
    pub fn tier(&self, name: &str) -> Result<&Tier, Fault> {
        find(&self.tiers, name, ("tier", "unknown-tier"))
    }

    /// The probe of that name.
    pub fn probe(&self, name: &str) -> Result<&Probe, Fault> {
        find(&self.probes, name, ("probe", "unknown-probe"))
    }
}

fn find<'a, T>(
    all: &'a BTreeMap<String, T>,
    name: &str,
    (what, code): (&str, &'static str),
) -> Result<&'a T, Fault> {
    all.get(name).ok_or_else(|| {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Fault::usage(code, format!("the config has no {what} `{name}`")).help(format!("known are: {known}"))
    })
}
