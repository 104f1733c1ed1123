//! One probe of the config, every default settled.

use std::time::Duration;

use shiplane_core::config::{Probe as Configured, VersionAt as ConfiguredPlace};
use shiplane_core::duration::Span;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{
    ContainersWanted, Expectation, HostQuestion, JsonValue, NamedHeader, StatusSet, VersionAt,
};

use super::{Around, From, Named, belongs, endpoints, network, on_host};
use crate::ask::Ask;
use crate::wait::Probe;

/// The longest time for one try, unless the probe says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most right answers in a row that may be asked for.
const MOST_SUCCESSES: u32 = 20;

pub(super) fn settle(name: &str, written: Configured, around: &Around) -> Result<Named, Fault> {
    let timeout = written.timeout.map_or(TIMEOUT, |timeout| timeout.0);
    let policy = policy(name, &written, timeout)?;
    let version_at = written.version.as_ref().map(|place| version_at(name, place)).transpose()?;
    on_host::check(name, &written, around)?;
    let probe =
        Probe { ask: ask((name, &written), around, timeout)?, expectation: expectation(name, &written)? };
    let from = From::Here;
    let max_failed = written.max_failed;
    let endpoints = endpoints::read(name, &written, around)?;
    let around = on_host::part_of(around, &written);
    let name = name.to_owned();
    Ok(Named { name, probe, policy, max_failed, version_at, host: None, from, endpoints, written, around })
}

fn ask((name, written): (&str, &Configured), around: &Around, timeout: Duration) -> Result<Ask, Fault> {
    let kind = belongs::kind(name, written)?;
    belongs::check(name, kind, written)?;
    if let Some(ask) = network::ask((name, written), around, timeout)? {
        return Ok(ask);
    }
    let question = host_question(written, around);
    question
        .map(Ask::Host)
        .ok_or_else(|| Fault::usage("probe-incomplete", format!("probe {name} asks nothing")))
}

fn host_question(written: &Configured, around: &Around) -> Option<HostQuestion> {
    let directory = around.path.clone();
    if let Some(services) = &written.containers {
        let project = around.project.clone().unwrap_or_default();
        let one_shot = written.one_shot.0.iter().filter(|_| !services.0.is_empty());
        let services = services.0.iter().chain(one_shot).cloned().collect();
        return Some(HostQuestion::Containers { project, services });
    }
    if let Some(path) = &written.file_age {
        return Some(HostQuestion::File { path: path.clone(), directory });
    }
    if written.command.is_empty() {
        return None;
    }
    Some(HostQuestion::Command { program: written.command.clone(), directory })
}

fn expectation(name: &str, written: &Configured) -> Result<Expectation, Fault> {
    let invalid = |fact: String| Fault::usage("pointer-invalid", format!("probe {name}: {fact}"));
    let json = written.json.iter().map(|(pointer, value)| JsonValue::new(pointer, value));
    let headers = written.header.iter();
    Ok(Expectation {
        status: StatusSet(written.status.0.clone()),
        body: written.body.0.clone(),
        matches: network::patterns(written),
        json: json.collect::<Result<_, _>>().map_err(invalid)?,
        headers: headers
            .map(|(name, value)| NamedHeader { name: name.clone(), value: value.clone() })
            .collect(),
        version: None,
        latency: written.max_latency,
        certificate_days: written.certificate_days,
        addresses: network::addresses(name, &written.address.0)?,
        containers: ContainersWanted {
            services: written.containers.clone().unwrap_or_default().0,
            one_shot: written.one_shot.0.clone(),
        },
        max_age: written.max_age,
    })
}

fn policy(name: &str, configured: &Configured, timeout: Duration) -> Result<WaitPolicy, Fault> {
    if timeout.is_zero() {
        return Err(Fault::usage(
            "timeout-invalid",
            format!("{name}: a timeout of 0 leaves no time to answer"),
        ));
    }
    let policy = configured.within.map_or_else(WaitPolicy::once, |within| WaitPolicy::within(within.0));
    let policy = on_host::policy(policy, configured);
    let successes = configured.successes.unwrap_or(policy.successes);
    if !(1..=MOST_SUCCESSES).contains(&successes) {
        let fact = format!("{name}: {successes} successes in a row, expected 1 to {MOST_SUCCESSES}");
        return Err(Fault::usage("successes-invalid", fact));
    }
    let stable = configured.stable.map_or(policy.stable, |stable| stable.0);
    if policy.within.is_some_and(|within| stable >= within) && !stable.is_zero() {
        let fact = format!("{name}: right for {} cannot be seen within that time", Span(stable));
        return Err(Fault::usage("stable-too-long", fact).help("make `stable` shorter than `within`"));
    }
    Ok(WaitPolicy { successes, stable, attempt: timeout, ..policy })
}

fn version_at(name: &str, place: &ConfiguredPlace) -> Result<VersionAt, Fault> {
    match (&place.json, &place.header, place.text) {
        (Some(pointer), None, false) => VersionAt::json(pointer)
            .map_err(|fact| Fault::usage("pointer-invalid", format!("probe {name}: {fact}"))),
        (None, Some(header), false) => Ok(VersionAt::Header(header.clone())),
        (None, None, true) => Ok(VersionAt::Body),
        (Some(_), Some(_), _) | (None, Some(_), true) | (Some(_), None, true) | (None, None, false) => {
            let fact = format!("probe {name}: `version` needs exactly one of `json`, `header` and `text`");
            Err(Fault::usage("probe-incomplete", fact))
        }
    }
}
