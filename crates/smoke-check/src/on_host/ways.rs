//! How to get to the hosts that are asked themselves. Keys are read only where there is one; nobody is contacted.

use shiplane_action::Call;
use shiplane_core::config::{Config, Environment};
use shiplane_core::deploy::{Given, Place};
use shiplane_core::fault::Fault;
use shiplane_fleet::Ways;
use shiplane_http::{From, Named};
use shiplane_remote::Reach;

use crate::cli::Run;

/// The hosts that are asked themselves: those of the flag, else those of the environment.
pub(crate) fn hosts(run: &Run, environment: Option<&Environment>) -> Vec<String> {
    let separates = |c: char| c == ',' || c.is_whitespace();
    let named = run.reach.ssh_host.as_deref().unwrap_or_default().split(separates);
    let named: Vec<String> = named.filter(|host| !host.is_empty()).map(str::to_owned).collect();
    if named.is_empty() { environment.map(|it| it.hosts.clone()).unwrap_or_default() } else { named }
}

/// A way to each host that a probe is asked from.
pub(crate) fn ways(run: &Run, config: &Config, (targets, call): (&[Named], &Call)) -> anyhow::Result<Ways> {
    let mut hosts: Vec<&String> = Vec::new();
    for target in targets {
        match &target.from {
            From::Here => {}
            From::Host(host) if hosts.contains(&host) => {}
            From::Host(host) => hosts.push(host),
        }
    }
    if hosts.is_empty() || run.facts.facts.is_some() {
        return Ok(Ways::default());
    }
    let jump = environment(run, config)?.and_then(|environment| environment.jump.clone());
    let reach = |host: &&String| Reach::resolve(&run.reach.way_through(host, jump.as_ref(), &call.context));
    let reaches = hosts.iter().map(reach).collect::<anyhow::Result<Vec<_>>>()?;
    let host = Some(hosts.iter().map(|host| host.as_str()).collect::<Vec<_>>().join(","));
    let given = Given { host, ..run.reach.given() };
    // Without a directory there are no files to read on the host, and what is asked can do without.
    let ground = Place::resolve(&given, config).ok().map(|place| place.question());
    Ok(Ways { reaches, ground })
}

/// The environment that is named, else the only one that there is.
pub(crate) fn environment<'a>(run: &Run, config: &'a Config) -> Result<Option<&'a Environment>, Fault> {
    match &run.reach.environment {
        Some(name) => config.environment(name).map(Some),
        None => Ok(config.environments.values().next().filter(|_| config.environments.len() == 1)),
    }
}
