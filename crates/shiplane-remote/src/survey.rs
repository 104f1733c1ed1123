//! What can be seen of the way to a host besides going there: our keys, and every key that the host has.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use russh::Preferred;
use russh::client::{self, Handler};
use russh::keys::{HashAlg, PublicKeyOrCertificate};
use shiplane_core::deploy::doctor::{HostKeySeen, KeySeen};
use tokio::time::timeout;

use crate::connect::{Limits, client_id};
use crate::dial::dial;
use crate::host_keys::{Judge, KEY_TYPES, signatures};
use crate::keys::{Credentials, repairs};
use crate::known_hosts::HostKey;
use crate::reach::Reach;
use crate::socket::Socket;
use crate::target::{SshTarget, Target};

impl Reach {
    /// The keys to log in with, each with what its text suffered.
    pub fn keys_seen(&self) -> Vec<KeySeen> {
        let passphrase = self.credentials.passphrase.clone();
        let seen = |(key, source): (&shiplane_core::secret::Secret, &String)| {
            let (keys, passphrase) = (vec![key.clone()], passphrase.clone());
            let alone = Credentials { keys, passphrase, ..Credentials::default() };
            let opened = alone.open().ok()?.keys.into_iter().next()?;
            Some(KeySeen {
                source: source.clone(),
                kind: opened.key.algorithm().to_string(),
                fingerprint: opened.key.public_key().fingerprint(HashAlg::Sha256).to_string(),
                repairs: repairs(key.expose()).into_iter().map(str::to_owned).collect(),
            })
        };
        self.credentials.keys.iter().zip(&self.sources).filter_map(seen).collect()
    }

    /// The key of each type that the host has. Each type is asked for alone, and no log-in is tried.
    pub async fn host_keys_seen(&self) -> Vec<HostKeySeen> {
        let Target::Ssh(target) = &self.target else { return Vec::new() };
        let Ok(judge) = Judge::new(target, &self.host_keys) else { return Vec::new() };
        let mut seen = Vec::new();
        for kind in KEY_TYPES {
            let Some(key) = fetch(target, kind, &self.limits).await else { continue };
            seen.push(HostKeySeen {
                kind: key.algorithm().to_owned(),
                fingerprint: key.fingerprint(),
                line: key.line(&target.host, target.port),
                standing: judge.standing(&key),
            });
        }
        seen
    }
}

/// Begins to agree on keys until the host shows the one of that type, and goes away.
async fn fetch(target: &SshTarget, kind: &str, limits: &Limits) -> Option<HostKey> {
    let stream = dial(target, limits.connect).await.ok()?;
    let socket = Socket::new(stream, limits.connect).ok()?;
    let shown = Arc::new(Mutex::new(None));
    let config = client::Config {
        client_id: client_id(),
        preferred: Preferred { key: Cow::Owned(signatures(kind)), ..Preferred::DEFAULT },
        ..client::Config::default()
    };
    let passing_by = client::connect_stream(Arc::new(config), socket, Glance { shown: Arc::clone(&shown) });
    // That it refuses is the plan.
    timeout(limits.connect, passing_by).await.ok()?.err()?;
    shown.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Looks at a key and accepts none.
struct Glance {
    shown: Arc<Mutex<Option<HostKey>>>,
}

impl Handler for Glance {
    type Error = anyhow::Error;

    async fn check_server_key(&mut self, offered: &PublicKeyOrCertificate) -> anyhow::Result<bool> {
        if let PublicKeyOrCertificate::PublicKey { key, .. } = offered {
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = HostKey::from_blob(key.to_bytes()?);
        }
        Ok(false)
    }
}
