//! Probes of the config, settled and ready to be made.

mod belongs;
mod endpoints;
mod hosts;
mod network;
mod on_host;
mod settle;

use std::path::PathBuf;

use shiplane_core::config::{Config, Probe as Configured};
use shiplane_core::fault::Fault;
use shiplane_core::report::Finding;
use shiplane_core::secret::Secrets;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_core::smoke::{VersionAt, VersionExpected};

use crate::wait::Probe;
pub use endpoints::Endpoints;
use hosts::{HOST, bare, each_once, mentions_host, with_host};
pub use on_host::settled;
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
    /// The endpoints below its address that are asked in its place.
    pub endpoints: Option<Endpoints>,
    /// The same as it stands in the config, `{host}` replaced; what travels to a host that asks it.
    pub written: Configured,
    /// What it was settled with; only the secrets that it sends.
    pub around: Around,
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
    /// Hosts that are asked themselves, as the config names them.
    pub asked: Vec<String>,
    /// The Compose project.
    pub project: Option<String>,
    /// The directory on the hosts.
    pub path: Option<String>,
    /// The values of variables that headers come from.
    pub secrets: Secrets,
    /// The checkout, from which lists of endpoints are read; the working directory where none is named.
    pub checkout: Option<PathBuf>,
}

impl Named {
    /// Whether it asks this host itself, and not an address that all of them stand behind.
    pub fn asks(&self, host: &str) -> bool {
        match &self.from {
            From::Here => self.host.as_ref().is_some_and(|own| *own == bare(host)),
            From::Host(own) => own == host,
        }
    }

    /// What the reader must know of the probe itself, whatever it sees.
    pub fn warnings(&self) -> Vec<Finding> {
        if self.written.insecure != Some(true) {
            return Vec::new();
        }
        let fact = format!("{}: any certificate is taken, so nobody knows who answered", self.name);
        let help = "take `insecure` away, and name a private CA in SSL_CERT_FILE";
        vec![Finding::warning("certificate-not-checked", fact).help(help)]
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
        if on_host::is_asked_there(written) {
            probes.extend(on_host::settle_all(name, written, around)?);
            continue;
        }
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
