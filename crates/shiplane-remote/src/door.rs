//! Our side of the SSH protocol's questions: is this host the right one, and why did the connection end.

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use russh::client::{DisconnectReason, Handler};
use russh::keys::PublicKeyOrCertificate;

use crate::host_keys::{Identity, Judge};
use crate::known_hosts::HostKey;

/// What was learned on the way; shared with the connection, which outlives the handshake.
#[derive(Default)]
pub(crate) struct Seen {
    identity: OnceLock<Identity>,
    end: OnceLock<String>,
}

impl Seen {
    /// Who the host proved to be.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.identity.get()
    }

    /// Why the connection ended, once it has.
    pub(crate) fn end(&self) -> Option<&str> {
        self.end.get().map(String::as_str)
    }
}

/// Answers for us while the connection lives. Also asked when keys are exchanged anew.
pub(crate) struct Door {
    pub(crate) judge: Arc<Judge>,
    pub(crate) seen: Arc<Seen>,
}

impl Handler for Door {
    type Error = anyhow::Error;

    async fn check_server_key(&mut self, offered: &PublicKeyOrCertificate) -> Result<bool> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = offered else {
            // Certificates are never asked for, so this is a host that breaks the protocol.
            return Ok(false);
        };
        let Some(key) = HostKey::from_blob(key.to_bytes()?) else { return Ok(false) };
        let identity = self.judge.decide(&key)?;
        self.seen.identity.get_or_init(|| identity);
        Ok(true)
    }

    async fn disconnected(&mut self, reason: DisconnectReason<anyhow::Error>) -> Result<()> {
        let words = match &reason {
            DisconnectReason::ReceivedDisconnect(info) => format!("the host said `{}`", info.message),
            DisconnectReason::Error(error) => format!("{error:#}"),
        };
        self.seen.end.get_or_init(|| words);
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(error) => Err(error),
        }
    }
}
