//! How to get to a host, as it was asked for; nothing is read or contacted yet.

use std::path::PathBuf;

use crate::secret::Secret;

/// The way to a host. What is absent has a default that the transport knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// `user@host:port`, a part of it, or `local`.
    pub host: String,
    /// Hosts to go through on the way, with commas between.
    pub jump: Option<String>,
    /// The user, unless the host says it.
    pub username: Option<String>,
    /// The port, unless the host says it.
    pub port: Option<u16>,
    /// The private key's text.
    pub key: Option<Secret>,
    /// Its passphrase.
    pub passphrase: Option<Secret>,
    /// A user certificate of the key, as text.
    pub certificate: Option<String>,
    /// A file with the private key.
    pub key_file: Option<PathBuf>,
    /// Lines of known_hosts.
    pub known_hosts: Option<String>,
    /// The only keys that the host may have.
    pub fingerprints: Vec<String>,
    /// Whether a host that is not known may be trusted.
    pub first_use: bool,
    /// Where `.ssh` is.
    pub home: Option<PathBuf>,
    /// The socket of an SSH agent.
    pub agent: Option<PathBuf>,
}
