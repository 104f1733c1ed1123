//! What the client sends to a host that asks probes there, and what comes back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shiplane_core::config::Probe;
use shiplane_core::deploy::Question;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Excerpt, Finding};
use shiplane_core::secret::Secret;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_http::{Around, From, Named, settled};

/// Probes to be asked on a host. Holds secrets: it travels over standard input alone, and is kept nowhere.
#[derive(Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) probes: Vec<Part>,
    /// What is known of the place where releases go.
    pub(super) ground: Option<Question>,
    /// The Compose project, where the config names one.
    pub(super) project: Option<String>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
pub(super) struct Part {
    name: String,
    written: Probe,
    policy: WaitPolicy,
    version: Option<String>,
    project: Option<String>,
    path: Option<String>,
    secrets: BTreeMap<String, String>,
}

/// What the host says, one JSON object a line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Said {
    /// Something worth telling.
    Line(String),
    /// A piece of what was seen of a probe, as JSON; answers may be longer than a line.
    Piece(usize, String),
    /// All pieces of that probe are there.
    Seen(usize),
    /// That probe could not be asked.
    CouldNot(usize, Finding),
    /// Logs that tell why that probe is not right.
    Logs(usize, Vec<Excerpt>),
}

impl Part {
    pub(super) fn of(named: &Named) -> Self {
        let Named { around, probe, .. } = named;
        let secrets =
            around.secrets.iter().map(|(name, secret)| (name.to_owned(), secret.expose().to_owned()));
        Self {
            name: named.name.clone(),
            written: named.written.clone(),
            policy: named.policy,
            version: probe.expectation.version.as_ref().map(|expected| expected.version.clone()),
            project: around.project.clone(),
            path: around.path.clone(),
            secrets: secrets.collect(),
        }
    }

    /// The same probe, for whoever is on the host.
    pub(super) fn settle(self) -> Result<Named, Fault> {
        let secrets = self.secrets.into_iter().map(|(name, value)| (name, Secret::new(value)));
        let (project, path) = (self.project, self.path);
        let around = Around { project, path, secrets: secrets.collect(), ..Around::default() };
        let mut named = settled(&self.name, self.written, &around)?;
        if let Some(version) = &self.version {
            named.expect_version(version);
        }
        Ok(Named { policy: self.policy, from: From::Here, ..named })
    }
}
