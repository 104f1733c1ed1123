//! The probes of the config, by name or by environment.

use std::path::Path;

use shiplane_action::Context;
use shiplane_core::config::{Config, Environment, Probe};
use shiplane_core::fault::Fault;
use shiplane_http::{Around, Named, configured};

use crate::cli::Run;
use crate::on_host;

/// A title, and the probes that the flags name.
pub(super) fn targets(
    run: &Run,
    mut config: Config,
    checkout: Option<&Path>,
) -> Result<(String, Vec<Named>), Fault> {
    let environment = run.reach.environment.as_deref().map(|name| config.environment(name)).transpose()?;
    let names = names(run, &config, environment)?;
    let meant = on_host::environment(run, &config)?;
    let around = around(meant, hosts(run, meant), &config);
    let asked = on_host::hosts(run, meant);
    let path = run.reach.deploy_path.clone().or(around.path);
    let around = Around { asked, path, checkout: checkout.map(Path::to_path_buf), ..around };
    config.probes.values_mut().for_each(|probe| timed(probe, run));
    let targets = configured(&config, &names, &around)?;
    let of = run.reach.environment.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
    let noun = if names.len() == 1 { "probe" } else { "probes" };
    Ok((format!("{noun}{of}: {}", names.join(", ")), targets))
}

/// What the probes do not say themselves.
fn around(environment: Option<&Environment>, hosts: Vec<String>, config: &Config) -> Around {
    let path = environment.and_then(|environment| environment.path.clone());
    let secrets = Context::secrets(config.variables());
    Around { hosts, project: config.project.clone(), path, secrets, ..Around::default() }
}

/// The names that were asked for, else those of the environment, else all; each once.
fn names(run: &Run, config: &Config, environment: Option<&Environment>) -> Result<Vec<String>, Fault> {
    let typed = run.probe.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let typed: Vec<String> = typed.collect();
    let chosen = match environment {
        _ if !typed.is_empty() => typed,
        Some(environment) => environment.smoke.clone(),
        None => config.probes.keys().cloned().collect(),
    };
    let mut names: Vec<String> = Vec::new();
    for name in chosen {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        let fact = match &run.reach.environment {
            Some(name) => format!("environment {name} names no smoke probes"),
            None => "no address is given, and the config has no probes".to_owned(),
        };
        let help = "pass --url, or add `probes:` to .github/shiplane.yml";
        return Err(Fault::usage("nothing-to-probe", fact).help(help));
    }
    Ok(names)
}

/// The host on the command line, else those that are reached, else those of the environment.
fn hosts(run: &Run, environment: Option<&Environment>) -> Vec<String> {
    match &run.host {
        Some(host) => vec![host.clone()],
        None => on_host::hosts(run, environment),
    }
}

/// What the flags say of times wins over what the file says, where the probe can take it.
fn timed(probe: &mut Probe, run: &Run) {
    probe.within = run.asking.within.or(probe.within);
    probe.successes = run.asking.successes.or(probe.successes);
    probe.stable = run.asking.stable.or(probe.stable);
    probe.max_failed = run.asking.max_failed.or(probe.max_failed);
    probe.timeout = run.asking.timeout.or(probe.timeout);
    if probe.http.is_some() {
        probe.follow = run.asking.follow.or(probe.follow);
    }
    if probe.containers.is_none() && probe.file_age.is_none() {
        probe.max_latency = run.expected.max_latency.or(probe.max_latency);
    }
}
