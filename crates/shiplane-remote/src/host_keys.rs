//! Whether a host is who it should be: known_hosts, pinned fingerprints, or first use when that was asked for.

use std::fmt;

use anyhow::Result;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use shiplane_core::deploy::doctor::Standing;
use shiplane_core::fault::Fault;

use crate::faults;
use crate::known_hosts::{HostKey, KnownHosts, KnownHostsFile, Verdict};
use crate::target::SshTarget;

/// What is known about hosts. There is no way to check nothing.
#[derive(Clone, Debug, Default)]
pub struct HostKeys {
    /// Files and inputs in the format of known_hosts.
    pub known_hosts: Vec<KnownHostsFile>,
    /// `SHA256:...`; when any is given, the host's key must be one of them, whatever known_hosts says.
    pub fingerprints: Vec<String>,
    /// What to do about a host that is not known.
    pub trust: Trust,
}

/// What to do about a host that is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Refuse it.
    #[default]
    Known,
    /// Accept the key it offers; [`crate::Host::identity`] then holds the line to remember it by.
    FirstUse,
}

/// Who the host proved to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The key it proved to hold.
    pub key: HostKey,
    /// Why that key was accepted.
    pub trusted_by: TrustedBy,
    /// The known_hosts line for it.
    pub line: String,
}

/// Why a host key was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustedBy {
    /// Known from a file and line.
    KnownHosts {
        /// File and line.
        at: String,
    },
    /// One of the pinned fingerprints.
    Fingerprint,
    /// Nothing was known, and first use was allowed.
    FirstUse,
}

/// The offered key is none of the pinned ones; the host may hold another type that is.
#[derive(Clone, Debug)]
pub(crate) struct PinMissed(pub(crate) HostKey);

impl fmt::Display for PinMissed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is not pinned", self.0.fingerprint())
    }
}

impl std::error::Error for PinMissed {}

/// Everything known, for one host.
pub(crate) struct Judge {
    target: SshTarget,
    known: KnownHosts,
    pins: Vec<String>,
    trust: Trust,
}

impl Judge {
    pub(crate) fn new(target: &SshTarget, host_keys: &HostKeys) -> Result<Self, Fault> {
        let given = host_keys.fingerprints.iter().filter(|text| !text.trim().is_empty());
        Ok(Self {
            target: target.clone(),
            known: KnownHosts::parse(&host_keys.known_hosts),
            pins: given.map(|text| read_pin(text)).collect::<Result<_, _>>()?,
            trust: host_keys.trust,
        })
    }

    /// Accepts the key or says why not. A revoked key is refused even when it is pinned.
    pub(crate) fn decide(&self, key: &HostKey) -> Result<Identity> {
        let SshTarget { host, port, .. } = &self.target;
        let trusted = |trusted_by| Identity { key: key.clone(), trusted_by, line: key.line(host, *port) };
        match (self.known.judge(host, *port, key), self.trust) {
            (Verdict::Revoked { at }, _) => Err(faults::host_key_revoked(&self.target, key, &at).into()),
            _ if self.pins.contains(&key.fingerprint()) => Ok(trusted(TrustedBy::Fingerprint)),
            _ if !self.pins.is_empty() => Err(PinMissed(key.clone()).into()),
            (Verdict::Match { at }, _) => Ok(trusted(TrustedBy::KnownHosts { at })),
            (Verdict::Changed(known), _) => Err(faults::host_key_changed(&self.target, key, &known).into()),
            (Verdict::Unknown, Trust::FirstUse) => Ok(trusted(TrustedBy::FirstUse)),
            (Verdict::Unknown, Trust::Known) => {
                Err(faults::host_key_unknown(&self.target, key, self.known.notes()).into())
            }
        }
    }

    /// What is known of a key, whatever that means for the connection.
    pub(crate) fn standing(&self, key: &HostKey) -> Standing {
        let SshTarget { host, port, .. } = &self.target;
        match self.known.judge(host, *port, key) {
            Verdict::Revoked { at } => Standing::Revoked(at),
            _ if self.pins.contains(&key.fingerprint()) => Standing::Pinned,
            Verdict::Match { at } => Standing::Known(at),
            Verdict::Changed(known) => {
                let other = known.into_iter().find(|known| known.key.algorithm() == key.algorithm());
                other.map_or(Standing::Unknown, |known| Standing::Changed(known.at))
            }
            Verdict::Unknown => Standing::Unknown,
        }
    }

    pub(crate) fn pin_count(&self) -> usize {
        self.pins.len()
    }

    /// Host key algorithms, those of known keys first: a host with several keys would else offer one that is not known.
    pub(crate) fn algorithms(&self, without: &[HostKey]) -> Vec<Algorithm> {
        let known = self.known.algorithms(&self.target.host, self.target.port);
        let missed = |name: &str| without.iter().any(|key| key.algorithm() == name);
        let all = KEY_TYPES.iter().copied();
        let (first, later): (Vec<&str>, Vec<&str>) =
            all.filter(|name| !missed(name)).partition(|name| known.contains(name));
        first.into_iter().chain(later).flat_map(signatures).collect()
    }
}

/// The key types that are accepted, best first.
pub(crate) const KEY_TYPES: [&str; 5] =
    ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/// How a key type may sign; RSA never with SHA-1 (RFC 8332; OpenSSH 8.8 dropped it).
pub(crate) fn signatures(key_type: &str) -> Vec<Algorithm> {
    match key_type {
        "ssh-ed25519" => vec![Algorithm::Ed25519],
        "ecdsa-sha2-nistp256" => vec![Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }],
        "ecdsa-sha2-nistp384" => vec![Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 }],
        "ecdsa-sha2-nistp521" => vec![Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 }],
        "ssh-rsa" => {
            [HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }).into()
        }
        _ => Vec::new(),
    }
}

/// A fingerprint from `SHA256:...`, its bare hash, or the line that ssh-keygen prints around it.
fn read_pin(text: &str) -> Result<String, Fault> {
    let word = text.split_whitespace().find(|word| word.starts_with("SHA256:")).unwrap_or(text.trim());
    let hash = word.trim_start_matches("SHA256:").trim_end_matches('=');
    // 32 bytes are 43 characters of base64 without padding.
    let valid = hash.len() == 43 && hash.chars().all(|c| c.is_ascii_alphanumeric() || "+/".contains(c));
    if valid { Ok(format!("SHA256:{hash}")) } else { Err(faults::fingerprint_invalid(text)) }
}
