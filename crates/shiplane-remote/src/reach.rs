//! From the way as it was asked for to everything a connection needs: keys, known hosts, the target.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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
    credentials: Credentials,
    host_keys: HostKeys,
    limits: Limits,
}

impl Reach {
    /// Reads the key and the known hosts; contacts nothing.
    pub fn resolve(way: &Way) -> Result<Self> {
        let defaults = Defaults { user: way.username.as_deref(), port: way.port };
        let target = Target::parse(&way.host, defaults)?;
        let credentials = match target {
            Target::Local => Credentials::default(),
            Target::Ssh(_) => credentials(way)?,
        };
        let (given, jumps, limits) = (way.host.clone(), jumps(way)?, Limits::default());
        Ok(Self { target, given, jumps, credentials, host_keys: host_keys(way), limits })
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
fn credentials(way: &Way) -> Result<Credentials> {
    let passphrase = way.passphrase.clone();
    let given = way.certificate.clone();
    let credentials = if let Some(key) = &way.key {
        let certificates = given.into_iter().collect();
        Credentials { keys: vec![key.clone()], certificates, passphrase, agent: None }
    } else if let Some(file) = &way.key_file {
        let certificates = given.or_else(|| certificate_beside(file)).into_iter().collect();
        Credentials { keys: vec![read_key(file)?], certificates, passphrase, agent: None }
    } else {
        let folder = way.home.as_ref().map(|home| home.join(".ssh"));
        let files: Vec<PathBuf> =
            folder.iter().flat_map(|folder| KEY_FILES.map(|name| folder.join(name))).collect();
        let mut credentials = Credentials { passphrase, agent: way.agent.clone(), ..Credentials::default() };
        for (file, text) in files.iter().filter_map(|file| Some((file, fs::read_to_string(file).ok()?))) {
            let alone = Credentials {
                keys: vec![Secret::new(text)],
                passphrase: credentials.passphrase.clone(),
                ..Credentials::default()
            };
            if alone.check().is_ok() {
                credentials.keys.extend(alone.keys);
                credentials.certificates.extend(certificate_beside(file));
            }
        }
        credentials
    };
    credentials.check()?;
    Ok(credentials)
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
