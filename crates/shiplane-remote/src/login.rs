//! Proving who we are: the given keys in their order, then those of the agent.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use russh::MethodSet;
use russh::client::AuthResult;
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{Certificate, HashAlg, PrivateKey, PrivateKeyWithHashAlg, PublicKey};

use shiplane_core::deploy::Stamp;

use crate::connect::Link;
use crate::faults::{self, Refusal};
use crate::keys::Opened;
use crate::target::SshTarget;

/// Logs in, or says what was offered and what would have been accepted.
pub(crate) async fn log_in(link: &mut Link, target: &SshTarget, keys: &Opened) -> Result<()> {
    let mut attempt = Attempt { link, target, offered: Vec::new(), accepts: Vec::new(), note: None };
    for signing in &keys.keys {
        for certificate in &signing.certificates {
            if attempt.certificate(&signing.key, certificate).await {
                return Ok(());
            }
        }
        if attempt.key(&signing.key).await? {
            return Ok(());
        }
    }
    if let Some(path) = &keys.agent
        && attempt.agent(path).await?
    {
        return Ok(());
    }
    attempt.refused()
}

struct Attempt<'a> {
    link: &'a mut Link,
    target: &'a SshTarget,
    offered: Vec<String>,
    accepts: Vec<String>,
    note: Option<String>,
}

impl Attempt<'_> {
    async fn key(&mut self, key: &Arc<PrivateKey>) -> Result<bool> {
        if self.link.handle.is_closed() {
            return Ok(false);
        }
        self.offered.push(shown(key.public_key()));
        let hash = self.rsa_hash(key.public_key()).await;
        let signer = PrivateKeyWithHashAlg::new(Arc::clone(key), hash);
        let user = self.target.user.clone();
        let result = self.link.handle.authenticate_publickey(user, signer).await;
        Ok(self.accepted(result.ok()))
    }

    async fn certificate(&mut self, key: &Arc<PrivateKey>, certificate: &Certificate) -> bool {
        if self.link.handle.is_closed() {
            return false;
        }
        self.offered.push(described(certificate));
        let user = self.target.user.clone();
        let handle = &mut self.link.handle;
        let result = handle.authenticate_openssh_cert(user, Arc::clone(key), certificate.clone()).await;
        self.accepted(result.ok())
    }

    async fn agent(&mut self, path: &Path) -> Result<bool> {
        let unreachable = |why: &dyn std::fmt::Display| {
            faults::agent_unreachable(&path.display().to_string(), &why.to_string())
        };
        let mut agent = AgentClient::connect_uds(path).await.map_err(|error| unreachable(&error))?;
        let identities = agent.request_identities().await.map_err(|error| unreachable(&error))?;
        if identities.is_empty() {
            self.note = Some("the SSH agent holds no key".to_owned());
        }
        for identity in identities {
            if self.link.handle.is_closed() {
                return Ok(false);
            }
            let user = self.target.user.clone();
            let handle = &mut self.link.handle;
            let result = match identity {
                AgentIdentity::PublicKey { key, .. } => {
                    self.offered.push(format!("{} (agent)", shown(&key)));
                    let hash = rsa_hash(handle, &key).await;
                    handle.authenticate_publickey_with(user, key, hash, &mut agent).await
                }
                AgentIdentity::Certificate { certificate, .. } => {
                    let key = PublicKey::new(certificate.public_key().clone(), "");
                    self.offered.push(format!("{} (agent, certificate)", shown(&key)));
                    let hash = rsa_hash(handle, &key).await;
                    handle.authenticate_certificate_with(user, certificate, hash, &mut agent).await
                }
            };
            if self.accepted(result.ok()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn rsa_hash(&self, key: &PublicKey) -> Option<HashAlg> {
        rsa_hash(&self.link.handle, key).await
    }

    /// Notes what the server answered; `None` when it did not, or the agent would not sign.
    fn accepted(&mut self, result: Option<AuthResult>) -> bool {
        match result {
            Some(AuthResult::Success) => return true,
            Some(AuthResult::Failure { remaining_methods, partial_success }) => {
                if !remaining_methods.is_empty() {
                    self.accepts = names(&remaining_methods);
                }
                if partial_success {
                    self.note = Some("the key was accepted, and a second proof is required".to_owned());
                }
            }
            None => {}
        }
        false
    }

    fn refused(self) -> Result<()> {
        let end = self.link.seen.end().map(str::to_owned);
        let mut note = self.note;
        if self.link.handle.is_closed() {
            let end = end.unwrap_or_else(|| "it closed the connection".to_owned());
            if self.accepts.is_empty() {
                return Err(
                    faults::connection_lost(&self.target.nickname, &format!("at the log-in, {end}")).into()
                );
            }
            note = Some(end);
        }
        let refusal = Refusal { offered: self.offered, accepts: self.accepts, note };
        Err(faults::auth_refused(self.target, &refusal).into())
    }
}

/// The hash an RSA key signs with; a server that does not say is asked with SHA-256 (RFC 8332, section 3.3).
async fn rsa_hash(handle: &russh::client::Handle<crate::door::Door>, key: &PublicKey) -> Option<HashAlg> {
    if !key.algorithm().is_rsa() {
        return None;
    }
    handle.best_supported_rsa_hash().await.ok().flatten().flatten().or(Some(HashAlg::Sha256))
}

fn shown(key: &PublicKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256))
}

/// What a server looks at in a certificate.
fn described(certificate: &Certificate) -> String {
    let who = certificate.valid_principals().join(", ");
    let until = match certificate.valid_before() {
        u64::MAX => "valid for ever".to_owned(),
        seconds => format!("valid until {}", Stamp(seconds.saturating_mul(1000))),
    };
    format!("certificate `{}` for {who}, {until}", certificate.key_id())
}

fn names(methods: &MethodSet) -> Vec<String> {
    methods.iter().map(String::from).collect()
}
