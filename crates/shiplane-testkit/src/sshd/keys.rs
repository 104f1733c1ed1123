//! Key pairs made by `ssh-keygen`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process::Run;

/// The kinds of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `ssh-ed25519`.
    Ed25519,
    /// `ecdsa-sha2-nistp256`.
    Ecdsa,
    /// `ssh-rsa` with 2048 bits.
    Rsa,
}

/// A key pair in two files.
#[derive(Debug, Clone)]
pub struct Key {
    path: PathBuf,
    public_line: String,
    fingerprint: String,
}

impl Key {
    /// Makes a new pair without a passphrase; the files are named after the name and the kind.
    pub fn generate(dir: &Path, name: &str, kind: KeyKind) -> Result<Self> {
        let (word, bits) = match kind {
            KeyKind::Ed25519 => ("ed25519", None),
            KeyKind::Ecdsa => ("ecdsa", Some("256")),
            KeyKind::Rsa => ("rsa", Some("2048")),
        };
        let path = dir.join(format!("{name}_{word}"));
        let size = bits.map(|bits| ["-b", bits]).into_iter().flatten();
        let make = Run::new("ssh-keygen").args(["-q", "-t", word, "-N", "", "-C", name]).args(size);
        make.arg("-f").arg(&path).ok()?;
        let public = path.with_file_name(format!("{name}_{word}.pub"));
        let line = fs::read_to_string(&public).with_context(|| format!("read {}", public.display()))?;
        let listed = Run::new("ssh-keygen").args(["-l", "-E", "sha256", "-f"]).arg(&public).ok()?.stdout;
        let fingerprint =
            listed.split(' ').nth(1).context("read the fingerprint from ssh-keygen -l")?.to_owned();
        Ok(Self { path, public_line: line.trim().to_owned(), fingerprint })
    }

    /// The file of the private key.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text of the private key.
    pub fn private_text(&self) -> Result<String> {
        fs::read_to_string(&self.path).with_context(|| format!("read {}", self.path.display()))
    }

    /// The public key as `authorized_keys` and `known_hosts` have it: type, key, comment.
    pub fn public_line(&self) -> &str {
        &self.public_line
    }

    /// The fingerprint, such as `SHA256:…`.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}
