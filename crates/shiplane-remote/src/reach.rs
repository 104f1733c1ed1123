//! From the way as it was asked for to everything a connection needs: keys, known hosts, the target.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;
use shiplane_core::deploy::Way;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::connect::{Limits, travel};
use crate::faults;
use crate::host::Host;
use crate::host_keys::{HostKeys, Trust};
use crate::keys::Credentials;
use crate::known_hosts::KnownHostsFile;
use crate::target::{Defaults, SshTarget, Target};

/// Keys that ssh itself tries, in its order (ssh_config(5), IdentityFile).
const KEY_FILES: [&str; 3] = ["id_rsa", "id_ecdsa", "id_ed25519"];

/// Everything needed to get to a host, as often as necessary.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where to go.
    pub target: Target,
    /// The host, as it was asked for.
    pub given: String,
    /// Hosts to go through, the nearest first.
    jumps: Vec<SshTarget>,
    pub(crate) credentials: Credentials,
    /// Where each key came from, for people.
    pub(crate) sources: Vec<String>,
    pub(crate) host_keys: HostKeys,
    pub(crate) limits: Limits,
}

impl Reach {
    /// Reads the key and the known hosts; contacts nothing.
    pub fn resolve(way: &Way) -> Result<Self> {
        let defaults = Defaults { user: way.username.as_deref(), port: way.port };
        let target = Target::parse(&way.host, defaults)?;
        let (credentials, sources) = match target {
            Target::Local => (Credentials::default(), Vec::new()),
            Target::Ssh(_) => credentials(way)?,
        };
        let (given, jumps, limits) = (way.host.clone(), jumps(way)?, Limits::default());
        Ok(Self { target, given, jumps, credentials, sources, host_keys: host_keys(way), limits })
    }

    /// The same host under another name for people. This machine is `local` whatever it is called.
    #[must_use]
    pub fn called(mut self, nickname: &str) -> Self {
        match &mut self.target {
            Target::Local => {}
            Target::Ssh(ssh) => ssh.nickname = nickname.to_owned(),
        }
        self
    }

    /// Goes there.
    pub async fn connect(&self) -> Result<Host> {
        travel((&self.jumps, &self.target), &self.credentials, &self.host_keys, &self.limits).await
    }
}

/// Each may leave its user out, not its port: the port that is given beside them is the last host's.
fn jumps(way: &Way) -> Result<Vec<SshTarget>> {
    let named = way.jump.as_deref().unwrap_or_default().split(',').map(str::trim);
    let mut jumps = Vec::new();
    for name in named.filter(|name| !name.is_empty()) {
        match Target::parse(name, Defaults { user: way.username.as_deref(), port: None })? {
            Target::Ssh(jump) => jumps.push(jump),
            Target::Local => return Err(faults::jump_local().into()),
        }
    }
    Ok(jumps)
}

/// A key that was named is the only one tried; else those that ssh itself would try, and the agent.
fn credentials(way: &Way) -> Result<(Credentials, Vec<String>)> {
    let passphrase = way.passphrase.clone();
    let given = way.certificate.clone();
    let (credentials, sources) = if let Some(key) = &way.key {
        let certificates = given.into_iter().collect();
        let credentials = Credentials { keys: vec![key.clone()], certificates, passphrase, agent: None };
        (credentials, vec!["SSH_PRIVATE_KEY".to_owned()])
    } else if let Some(file) = &way.key_file {
        let certificates = given.or_else(|| certificate_beside(file)).into_iter().collect();
        let credentials = Credentials { keys: vec![read_key(file)?], certificates, passphrase, agent: None };
        (credentials, vec![file.display().to_string()])
    } else {
        own_keys(way)?
    };
    credentials.check()?;
    Ok((credentials, sources))
}

/// The keys in the user's own folder that can be read, and the agent.
fn own_keys(way: &Way) -> Result<(Credentials, Vec<String>)> {
    let folder = way.home.as_ref().map(|home| home.join(".ssh"));
    let files = folder.iter().flat_map(|folder| KEY_FILES.map(|name| folder.join(name)));
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    let (mut sources, mut locked) = (Vec::new(), Vec::new());
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let (key, name) = (Secret::new(text), file.display().to_string());
        let alone = Credentials {
            keys: vec![key.clone()],
            passphrase: way.passphrase.clone(),
            ..Credentials::default()
        };
        if alone.check().is_ok() {
            keys.push(key);
            certificates.extend(certificate_beside(&file));
            sources.push(name);
        } else if alone.is_locked() {
            locked.push(name);
        }
    }
    if keys.is_empty() && way.agent.is_none() && !locked.is_empty() {
        return Err(faults::passphrase_missing(&locked, way.passphrase.is_some()).into());
    }
    let (passphrase, agent) = (way.passphrase.clone(), way.agent.clone());
    Ok((Credentials { keys, certificates, passphrase, agent }, sources))
}

/// Where ssh itself looks for it (ssh_config(5), CertificateFile).
fn certificate_beside(key: &Path) -> Option<String> {
    let name = key.file_name()?.to_str()?;
    fs::read_to_string(key.with_file_name(format!("{name}-cert.pub"))).ok()
}

fn read_key(file: &Path) -> Result<Secret, Fault> {
    let text = fs::read_to_string(file).map_err(|error| {
        let what = if error.kind() == io::ErrorKind::InvalidData {
            "it is no text".to_owned()
        } else {
            error.to_string()
        };
        Fault::usage("key-invalid", format!("read key {}: {what}", file.display()))
    })?;
    Ok(Secret::new(text))
}

fn host_keys(way: &Way) -> HostKeys {
    let given = way.known_hosts.iter().map(|text| ("the input known-hosts".to_owned(), text.clone()));
    let file = way.home.as_ref().map(|home| home.join(".ssh/known_hosts"));
    let own = file.and_then(|file| Some((file.display().to_string(), fs::read_to_string(&file).ok()?)));
    HostKeys {
        known_hosts: given.chain(own).map(|(name, text)| KnownHostsFile { name, text }).collect(),
        fingerprints: way.fingerprints.clone(),
        trust: if way.first_use { Trust::FirstUse } else { Trust::Known },
    }
}
