//! known_hosts, read as OpenSSH reads it (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"); a bad line never hides the good ones.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::{digest, hmac};

use crate::target::SSH_PORT;

/// A known_hosts file, or the text of an input that holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHostsFile {
    /// What people know it by: a path, or the name of the input.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All lines of all files that could be read.
#[derive(Clone, Debug, Default)]
pub struct KnownHosts {
    entries: Vec<Entry>,
    notes: Vec<String>,
}

/// A host's public key, as it travels.
#[derive(Clone, PartialEq, Eq)]
pub struct HostKey {
    algorithm: String,
    blob: Vec<u8>,
}

/// What the files say about a key that a host offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The host is known by this key.
    Match {
        /// File and line.
        at: String,
    },
    /// No key is known for the host.
    Unknown,
    /// The host is known by other keys.
    Changed(Vec<KnownKey>),
    /// The key is marked `@revoked`.
    Revoked {
        /// File and line.
        at: String,
    },
}

/// A key that is known for a host, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// File and line.
    pub at: String,
    /// The key.
    pub key: HostKey,
}

#[derive(Clone, Debug)]
struct Entry {
    at: String,
    revoked: bool,
    hosts: Hosts,
    key: HostKey,
}

#[derive(Clone, Debug)]
enum Hosts {
    Patterns(Vec<Pattern>),
    Hashed { salt: Vec<u8>, hash: Vec<u8> },
}

#[derive(Clone, Debug)]
struct Pattern {
    negated: bool,
    text: String,
}

impl KnownHosts {
    /// Reads every line it can; [`KnownHosts::notes`] tells which it could not.
    pub fn parse(files: &[KnownHostsFile]) -> Self {
        let mut known = Self::default();
        for file in files {
            for (number, line) in (1_u32..).zip(file.text.trim_start_matches('\u{feff}').lines()) {
                known.read(format!("{} line {number}", file.name), line.trim());
            }
        }
        known
    }

    /// What is known about this key of this host.
    pub fn judge(&self, host: &str, port: u16, key: &HostKey) -> Verdict {
        let name = entry_name(host, port);
        let bare = host.to_ascii_lowercase();
        let is_revoked = |entry: &&Entry| {
            entry.revoked && entry.key == *key && (entry.covers(&name) || entry.covers(&bare))
        };
        if let Some(entry) = self.entries.iter().find(is_revoked) {
            return Verdict::Revoked { at: entry.at.clone() };
        }
        let known = self.trusted(&name);
        if let Some(entry) = known.iter().find(|entry| entry.key == *key) {
            return Verdict::Match { at: entry.at.clone() };
        }
        if !known.is_empty() {
            let keys = known.iter().map(|entry| KnownKey { at: entry.at.clone(), key: entry.key.clone() });
            return Verdict::Changed(keys.collect());
        }
        // For a port of its own ssh also accepts the same key under the bare name (OpenSSH, sshconnect.c,
        // "checking without port identifier"); another key there says nothing about this port.
        match self.trusted(&bare).iter().find(|entry| entry.key == *key) {
            Some(entry) => Verdict::Match { at: entry.at.clone() },
            None => Verdict::Unknown,
        }
    }

    /// The key types known for the host, in the order of the lines, each once.
    pub fn algorithms(&self, host: &str, port: u16) -> Vec<&str> {
        let mut entries = self.trusted(&entry_name(host, port));
        if entries.is_empty() {
            entries = self.trusted(&host.to_ascii_lowercase());
        }
        let mut names: Vec<&str> = Vec::new();
        for entry in entries {
            if !names.contains(&entry.key.algorithm()) {
                names.push(entry.key.algorithm());
            }
        }
        names
    }

    /// One sentence for every line that is not used.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn read(&mut self, at: String, line: &str) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let (marker, rest) = match line.split_once(char::is_whitespace) {
            Some((first, rest)) if first.starts_with('@') => (first, rest),
            Some(_) | None => ("", line),
        };
        let revoked = match marker {
            "" => false,
            "@revoked" => true,
            "@cert-authority" => return self.notes.push(format!("{at}: @cert-authority is not used")),
            _ => return self.notes.push(format!("{at}: the marker is unknown")),
        };
        match read_entry(rest) {
            Some((hosts, key)) => self.entries.push(Entry { at, revoked, hosts, key }),
            None => self.notes.push(format!("{at}: not a known_hosts line")),
        }
    }

    fn trusted(&self, name: &str) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| !entry.revoked && entry.covers(name)).collect()
    }
}

impl HostKey {
    /// A key from its wire form, which begins with the name of its type (RFC 4253, section 6.6).
    pub fn from_blob(blob: Vec<u8>) -> Option<Self> {
        let (length, rest) = blob.split_first_chunk::<4>()?;
        let name = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let algorithm = std::str::from_utf8(name).ok().filter(|name| !name.is_empty())?.to_owned();
        Some(Self { algorithm, blob })
    }

    /// Its type: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// `SHA256:...`, as ssh-keygen prints it.
    pub fn fingerprint(&self) -> String {
        let hash = digest::digest(&digest::SHA256, &self.blob);
        format!("SHA256:{}", STANDARD_NO_PAD.encode(hash))
    }

    /// The known_hosts line that makes a host known by this key.
    pub fn line(&self, host: &str, port: u16) -> String {
        format!("{} {} {}", entry_name(host, port), self.algorithm, STANDARD.encode(&self.blob))
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.algorithm, self.fingerprint())
    }
}

impl Entry {
    fn covers(&self, name: &str) -> bool {
        match &self.hosts {
            Hosts::Hashed { salt, hash } => {
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
                hmac::verify(&key, name.as_bytes(), hash).is_ok()
            }
            Hosts::Patterns(patterns) => {
                let mut hits = patterns.iter().filter(|pattern| matches(&pattern.text, name)).peekable();
                hits.peek().is_some() && !hits.any(|pattern| pattern.negated)
            }
        }
    }
}

/// How a host stands in a line: the port is written only when it is not 22.
fn entry_name(host: &str, port: u16) -> String {
    let host = host.to_ascii_lowercase();
    if port == SSH_PORT { host } else { format!("[{host}]:{port}") }
}

fn read_entry(line: &str) -> Option<(Hosts, HostKey)> {
    let mut words = line.split_whitespace();
    let hosts = read_hosts(words.next()?)?;
    let algorithm = words.next()?;
    let key = HostKey::from_blob(STANDARD.decode(words.next()?).ok()?)?;
    (key.algorithm == algorithm).then_some((hosts, key))
}

fn read_hosts(word: &str) -> Option<Hosts> {
    if let Some(hashed) = word.strip_prefix("|1|") {
        let (salt, hash) = hashed.split_once('|')?;
        return Some(Hosts::Hashed { salt: STANDARD.decode(salt).ok()?, hash: STANDARD.decode(hash).ok()? });
    }
    let pattern = |text: &str| match text.strip_prefix('!') {
        Some(rest) => Pattern { negated: true, text: rest.to_ascii_lowercase() },
        None => Pattern { negated: false, text: text.to_ascii_lowercase() },
    };
    let hidden = word.starts_with('|');
    (!hidden).then(|| Hosts::Patterns(word.split(',').filter(|text| !text.is_empty()).map(pattern).collect()))
}

/// Whether the name fits the pattern, where `*` is any run of characters and `?` any one.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while let Some(&byte) = name.get(n) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&wanted) if wanted == b'?' || wanted == byte => {
                p += 1;
                n += 1;
            }
            Some(_) | None => match star {
                // The last star takes one character more, and the rest is tried again.
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|byte| *byte == b'*')
}
