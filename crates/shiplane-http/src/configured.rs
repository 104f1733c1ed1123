//! Probes of the config, settled and ready to be made.

use std::time::Duration;

use shiplane_core::config::{Config, Probe as Configured, VersionAt as ConfiguredPlace};
use shiplane_core::fault::Fault;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{Expectation, JsonValue, NamedHeader, StatusSet, VersionAt, VersionExpected};

use crate::get::Get;
use crate::wait::Probe;

/// What is replaced by a host's name in an address.
const HOST: &str = "{host}";

/// The longest time for one try, unless the probe says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most right answers in a row that may be asked for.
const MOST_SUCCESSES: u32 = 20;

/// One probe, ready to be made.
#[derive(Clone, Debug)]
pub struct Named {
    /// For the reader.
    pub name: String,
    /// What to ask for, and what to expect.
    pub probe: Probe,
    /// How long to wait.
    pub policy: WaitPolicy,
    /// Where the answer says its version, whether or not one is expected.
    pub version_at: Option<VersionAt>,
    /// The host that its address names with `{host}`.
    pub host: Option<String>,
}

impl Named {
    /// Whether it asks this host itself, and not an address that all of them stand behind.
    pub fn asks(&self, host: &str) -> bool {
        self.host.as_ref().is_some_and(|own| *own == bare(host))
    }

    /// Expects this version to answer, where the answer says one. Whether it does is returned.
    pub fn expect_version(&mut self, version: &str) -> bool {
        let expected = self.version_at.clone().map(|at| VersionExpected { at, version: version.to_owned() });
        self.probe.expectation.version = expected;
        self.version_at.is_some()
    }
}

/// The probes of these names, once for every host where the address names one.
pub fn configured(config: &Config, names: &[String], hosts: &[String]) -> Result<Vec<Named>, Fault> {
    let hosts = each_once(hosts);
    let mut probes = Vec::new();
    for name in names {
        let configured = config.probe(name)?;
        let address = address(name, configured)?;
        if !address.contains(HOST) {
            probes.push(settle(name, address, configured)?);
            continue;
        }
        if hosts.is_empty() {
            let fact = format!("probe {name} asks {address}, and no host is known");
            return Err(Fault::usage("host-missing", fact)
                .help("name it with --host, or an --environment with hosts"));
        }
        for host in &hosts {
            let name = if hosts.len() == 1 { name.clone() } else { format!("{name}@{host}") };
            let probe = settle(&name, &address.replace(HOST, host), configured)?;
            probes.push(Named { host: Some(host.clone()), ..probe });
        }
    }
    Ok(probes)
}

/// The hosts' names, each once.
fn each_once(hosts: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in hosts.iter().map(|host| bare(host)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn settle(name: &str, address: &str, configured: &Configured) -> Result<Named, Fault> {
    let invalid = |fact: String| Fault::usage("pointer-invalid", format!("probe {name}: {fact}"));
    let json = configured.json.iter().map(|(pointer, value)| JsonValue::new(pointer, value));
    let headers = configured.header.iter();
    let expectation = Expectation {
        status: StatusSet::codes(&configured.status.0),
        body: configured.body.iter().cloned().collect(),
        json: json.collect::<Result<_, _>>().map_err(invalid)?,
        headers: headers
            .map(|(name, value)| NamedHeader { name: name.clone(), value: value.clone() })
            .collect(),
        version: None,
        latency: None,
    };
    let timeout = configured.timeout.map_or(TIMEOUT, |timeout| timeout.0);
    let policy = policy(name, configured, timeout)?;
    let version_at = configured.version.as_ref().map(|place| version_at(name, place)).transpose()?;
    let probe = Probe { get: Get::to(address)?.timeout(timeout), expectation };
    Ok(Named { name: name.to_owned(), probe, policy, version_at, host: None })
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

/// `deploy@web-1:2222` is `web-1`; an IPv6 address stands in brackets.
fn bare(host: &str) -> String {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).trim();
    if host == "local" {
        return "127.0.0.1".to_owned();
    }
    if host.starts_with('[') {
        return host.split_once(']').map_or_else(|| host.to_owned(), |(address, _)| format!("{address}]"));
    }
    match host.split_once(':') {
        Some((_, rest)) if rest.contains(':') => format!("[{host}]"),
        Some((name, _)) => name.to_owned(),
        None => host.to_owned(),
    }
}

fn address<'a>(name: &str, configured: &'a Configured) -> Result<&'a str, Fault> {
    configured.http.as_deref().ok_or_else(|| {
        Fault::usage("probe-incomplete", format!("probe {name} says no address"))
            .help("add `http: \"http://{host}:5000/health\"` to it")
    })
}
