//! One probe of the config, every default settled.

use std::time::Duration;

use shiplane_core::config::{Probe as Configured, Sent, VersionAt as ConfiguredPlace};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{
    ContainersWanted, Expectation, HostQuestion, JsonValue, NamedHeader, StatusSet, VersionAt,
};

use super::{Around, From, Named};
use crate::ask::Ask;
use crate::dial::{Dial, Protocol};
use crate::get::Get;
use crate::wait::Probe;

/// The longest time for one try, unless the probe says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most right answers in a row that may be asked for.
const MOST_SUCCESSES: u32 = 20;

pub(super) fn settle(name: &str, written: Configured, around: &Around) -> Result<Named, Fault> {
    let timeout = written.timeout.map_or(TIMEOUT, |timeout| timeout.0);
    let policy = policy(name, &written, timeout)?;
    let version_at = written.version.as_ref().map(|place| version_at(name, place)).transpose()?;
    let probe =
        Probe { ask: ask((name, &written), around, timeout)?, expectation: expectation(name, &written)? };
    let from = From::Here;
    let max_failed = written.max_failed;
    Ok(Named { name: name.to_owned(), probe, policy, max_failed, version_at, host: None, from, written })
}

/// The one thing that the probe asks.
fn ask((name, written): (&str, &Configured), around: &Around, timeout: Duration) -> Result<Ask, Fault> {
    let dial = |protocol: Protocol, place: &Option<String>| {
        place.as_ref().map(|place| Dial::to(protocol, place).map(Ask::Dial))
    };
    let asked = [
        written.http.as_ref().map(|address| get((name, address, written), around, timeout)),
        dial(Protocol::Tcp, &written.tcp),
        dial(Protocol::Tls, &written.tls),
        dial(Protocol::Dns, &written.dns),
        dial(Protocol::Redis, &written.redis),
        dial(Protocol::Postgres, &written.postgres),
        host_question(written, around).map(|question| Ok(Ask::Host(question))),
    ];
    let mut asked = asked.into_iter().flatten();
    match (asked.next(), asked.next()) {
        (Some(asked), None) => asked,
        (None, _) => Err(Fault::usage("probe-incomplete", format!("probe {name} says no address"))
            .help("add `http: \"http://{host}:5000/health\"` to it")),
        (Some(_), Some(_)) => {
            Err(Fault::usage("probe-ambiguous", format!("probe {name} asks several things"))
                .help("make a probe of each"))
        }
    }
}

fn get(
    (name, address, written): (&str, &str, &Configured),
    around: &Around,
    timeout: Duration,
) -> Result<Ask, Fault> {
    let mut get = Get::to(address)?.timeout(timeout).follow(written.follow.unwrap_or(0));
    if let Some(method) = &written.method {
        get = get.method(method)?;
    }
    if let Some(body) = &written.send_body {
        get = get.body(body.clone());
    }
    for (header, sent) in &written.send {
        let value = match sent {
            Sent::Plain(value) => Secret::new(value.clone()),
            Sent::Variable(variable) => around.secrets.get(&variable.env).cloned().ok_or_else(|| {
                let fact = format!("probe {name} sends the variable {}, and it is not set", variable.env);
                Fault::usage("variable-missing", fact).help("pass it as `env:` of the step")
            })?,
        };
        get = get.header(header, &value)?;
    }
    Ok(Ask::Http(get))
}

fn host_question(written: &Configured, around: &Around) -> Option<HostQuestion> {
    let directory = around.path.clone();
    if let Some(services) = &written.containers {
        let project = around.project.clone().unwrap_or_default();
        return Some(HostQuestion::Containers { project, services: services.0.clone() });
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
        matches: written.matches.0.clone(),
        json: json.collect::<Result<_, _>>().map_err(invalid)?,
        headers: headers
            .map(|(name, value)| NamedHeader { name: name.clone(), value: value.clone() })
            .collect(),
        version: None,
        latency: written.max_latency,
        certificate_days: written.certificate_days,
        addresses: written.address.0.clone(),
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
    let successes = configured.successes.unwrap_or(policy.successes);
    if !(1..=MOST_SUCCESSES).contains(&successes) {
        let fact = format!("{name}: {successes} successes in a row, expected 1 to {MOST_SUCCESSES}");
        return Err(Fault::usage("successes-invalid", fact));
    }
    Ok(WaitPolicy { successes, attempt: timeout, ..policy })
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
