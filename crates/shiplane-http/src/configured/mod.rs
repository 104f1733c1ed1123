//! Probes of the config, settled and ready to be made.

mod hosts;
mod settle;

use shiplane_core::config::{Config, Probe as Configured};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secrets;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{VersionAt, VersionExpected};

use crate::wait::Probe;
use hosts::{HOST, bare, each_once, mentions_host, with_host};
use settle::settle;

/// One probe, ready to be made.
#[derive(Clone, Debug)]
pub struct Named {
    /// For the reader.
    pub name: String,
    /// What to ask for, and what to expect.
    pub probe: Probe,
    /// How long to wait.
    pub policy: WaitPolicy,
    /// Failed tries that are worth a warning although it got ready.
    pub max_failed: Option<u32>,
    /// Where the answer says its version, whether or not one is expected.
    pub version_at: Option<VersionAt>,
    /// The host that its address names with `{host}`.
    pub host: Option<String>,
    /// From where it is asked.
    pub from: From,
    /// The same as it stands in the config, `{host}` replaced; what travels to a host that asks it.
    pub written: Configured,
}

/// From where a probe is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// From this machine.
    Here,
    /// From this host, as the config names it: `deploy@web-1:2222`.
    Host(String),
}

/// What a probe of the config does not say itself.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Hosts, as the config names them.
    pub hosts: Vec<String>,
    /// The Compose project.
    pub project: Option<String>,
    /// The directory on the hosts.
    pub path: Option<String>,
    /// The values of variables that headers come from.
    pub secrets: Secrets,
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
pub fn configured(config: &Config, names: &[String], around: &Around) -> Result<Vec<Named>, Fault> {
    let mut probes = Vec::new();
    for name in names {
        let written = config.probe(name)?;
        if !mentions_host(written) {
            probes.push(settle(name, written.clone(), around)?);
            continue;
        }
        let hosts = each_once(&around.hosts);
        if hosts.is_empty() {
            let fact = format!("probe {name} asks {HOST}, and no host is known");
            return Err(Fault::usage("host-missing", fact)
                .help("name it with --host, or an --environment with hosts"));
        }
        for host in &hosts {
            let name = if hosts.len() == 1 { name.clone() } else { format!("{name}@{host}") };
            let probe = settle(&name, with_host(written, host), around)?;
            probes.push(Named { host: Some(host.clone()), ..probe });
        }
    }
    Ok(probes)
}
