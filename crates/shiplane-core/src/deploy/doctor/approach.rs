//! The way to a host, stage by stage: where it ended, and what was seen until there. Holds no secrets.

use serde::{Deserialize, Serialize};

use super::super::facts::HostFacts;
use super::inputs::Secrets;
use crate::fault::Fault;
use crate::report::{Excerpt, Finding, Level};
use crate::words::list;

/// Everything that the doctor saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visit {
    /// What the step was given.
    pub given: Secrets,
    /// The secrets that the config names.
    pub secrets: Secrets,
    /// Host by host.
    pub hosts: Vec<Visited>,
}

/// One host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Visited {
    /// The way there.
    pub approach: Approach,
    /// What it said, when it was reached.
    pub facts: Option<HostFacts>,
}

/// The way to one host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Approach {
    /// What people call it.
    pub host: String,
    /// Whether it is this machine.
    pub local: bool,
    /// Keys to log in with.
    pub keys: Vec<KeySeen>,
    /// Keys that the host has, one of each type.
    pub host_keys: Vec<HostKeySeen>,
    /// Where the way ended, when it did not get there.
    pub trouble: Option<Trouble>,
}

/// A private key that was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeySeen {
    /// Where it came from: `SSH_PRIVATE_KEY`, a file.
    pub source: String,
    /// `ssh-ed25519`
    pub kind: String,
    /// `SHA256:...` of its public half.
    pub fingerprint: String,
    /// What its text suffered on the way and was repaired.
    pub repairs: Vec<String>,
}

/// A key of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKeySeen {
    /// `ssh-ed25519`
    pub kind: String,
    /// `SHA256:...`
    pub fingerprint: String,
    /// The line of known_hosts that makes it known.
    pub line: String,
    /// What is known of it here.
    pub standing: Standing,
}

/// What is known of a host's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Known from a file and line.
    Known(String),
    /// One of the pinned fingerprints.
    Pinned,
    /// No key of its type is known.
    Unknown,
    /// Another key of its type is known, from a file and line.
    Changed(String),
    /// Marked as revoked in a file and line.
    Revoked(String),
}

/// A stage of the way, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Host and user as they were given.
    Host,
    /// The private key.
    Key,
    /// From the name to an address.
    Name,
    /// From the address to a connection.
    Network,
    /// Whether it is SSH, and how to talk.
    Protocol,
    /// Whether the host is who it should be.
    HostKey,
    /// Whether it lets us in.
    LogIn,
    /// Whether our worker runs there and answers.
    Worker,
}

/// Where the way ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// At which stage.
    pub stage: Stage,
    /// Stable and kebab-case.
    pub code: String,
    /// One sentence.
    pub fact: String,
    /// What can be done.
    pub help: Option<String>,
}

const STAGES: [Stage; 8] = [
    Stage::Host,
    Stage::Key,
    Stage::Name,
    Stage::Network,
    Stage::Protocol,
    Stage::HostKey,
    Stage::LogIn,
    Stage::Worker,
];

impl Stage {
    /// The stage at which a fault of the transport stands.
    fn of(code: &str) -> Self {
        match code {
            "host-invalid" => Self::Host,
            "key-missing" | "key-invalid" | "agent-unreachable" => Self::Key,
            "passphrase-missing" | "passphrase-wrong" => Self::Key,
            "host-unresolved" => Self::Name,
            "host-unreachable" => Self::Network,
            "host-not-ssh" | "host-incompatible" => Self::Protocol,
            "host-key-unknown" | "host-key-changed" | "host-key-revoked" | "fingerprint-invalid" => {
                Self::HostKey
            }
            "auth-refused" | "connection-lost" => Self::LogIn,
            _ => Self::Worker,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Host => "host and user",
            Self::Key => "private key",
            Self::Name => "name resolution",
            Self::Network => "connection",
            Self::Protocol => "SSH",
            Self::HostKey => "host key",
            Self::LogIn => "log-in",
            Self::Worker => "worker",
        }
    }

    /// Code and words of a stage that was passed.
    fn passed(self) -> (&'static str, &'static str) {
        match self {
            Self::Host => ("host", "host and user are named"),
            Self::Key => ("key", "there is something to log in with"),
            Self::Name => ("name", "the host's name has an address"),
            Self::Network => ("network", "the port answers"),
            Self::Protocol => ("ssh", "it speaks SSH, and both sides agree how"),
            Self::HostKey => ("host-key-accepted", "the host proved to be who it should be"),
            Self::LogIn => ("log-in", "the log-in was accepted"),
            Self::Worker => ("worker", "the worker runs there and answers; nothing else was put there"),
        }
    }
}

impl Trouble {
    /// From a fault of the transport.
    pub fn from_fault(fault: &Fault) -> Self {
        Self {
            stage: Stage::of(fault.code),
            code: fault.code.to_owned(),
            fact: fault.fact.clone(),
            help: fault.help.clone(),
        }
    }

    fn finding(&self) -> Finding {
        // A line that breaks, and a worker that cannot answer, tell nothing about the host.
        let finding = match self.code.as_str() {
            "connection-lost" | "worker-failed" | "unexpected" => Finding::unknown(&self.code, &self.fact),
            _ => Finding::fail(&self.code, &self.fact),
        };
        // A line of known_hosts is longer than other help, and of no use when it is cut.
        Finding { help: self.help.clone(), ..finding }
    }
}

/// Every stage of the way, up to the one where it ended.
pub fn approached(approach: &Approach) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stage in STAGES {
        if approach.local && stage != Stage::Worker {
            continue;
        }
        match &approach.trouble {
            Some(trouble) if trouble.stage == stage => {
                findings.extend(stage_details(approach, stage));
                findings.push(trouble.finding());
                findings.push(not_reached(stage));
                return findings;
            }
            Some(_) | None => {}
        }
        let (code, fact) = stage.passed();
        findings.push(Finding::ok(code, fact));
        findings.extend(stage_details(approach, stage));
    }
    findings
}

fn not_reached(at: Stage) -> Finding {
    let later = STAGES.iter().filter(|stage| **stage > at).map(|stage| stage.name().to_owned());
    let all: Vec<String> = later.chain(["everything on the host".to_owned()]).collect();
    Finding::unknown("not-reached", format!("not looked at, because the way ended before: {}", list(&all)))
}

fn stage_details(approach: &Approach, stage: Stage) -> Vec<Finding> {
    match stage {
        Stage::Key => approach.keys.iter().flat_map(key).collect(),
        Stage::HostKey => approach.host_keys.iter().map(host_key).collect(),
        Stage::Host | Stage::Name | Stage::Network | Stage::Protocol | Stage::LogIn | Stage::Worker => {
            Vec::new()
        }
    }
}

fn key(key: &KeySeen) -> Vec<Finding> {
    let KeySeen { source, kind, fingerprint, repairs } = key;
    let mut findings = vec![Finding::ok("key-readable", format!("{source} is {kind} {fingerprint}"))];
    if !repairs.is_empty() {
        let fact =
            format!("the key in {source} was bent on its way and is repaired here: {}", repairs.join(", "));
        let help = "other programs may refuse it: store it again from its file, `gh secret set NAME < FILE`";
        findings.push(Finding::warning("key-repaired", fact).help(help));
    }
    findings
}

fn host_key(key: &HostKeySeen) -> Finding {
    let HostKeySeen { kind, fingerprint, standing, .. } = key;
    let shown = format!("the host's {kind} key is {fingerprint}");
    match standing {
        Standing::Known(at) => Finding::ok("host-key", format!("{shown}, known from {at}")),
        Standing::Pinned => Finding::ok("host-key", format!("{shown}, which is pinned")),
        Standing::Unknown => Finding::ok("host-key", format!("{shown}; no key of that type is known here")),
        Standing::Changed(at) => {
            let finding =
                Finding::warning("host-key-differs", format!("{shown}, and {at} has another of that type"));
            finding.help("find out why it changed, then replace that line")
        }
        Standing::Revoked(at) => {
            let finding = Finding::warning("host-key-bad", format!("{shown}, which {at} marks as revoked"));
            finding.help("give the host a new key of that type: remove the old one, then `ssh-keygen -A`")
        }
    }
}

/// The lines that make the host known, for the secret that holds them.
pub fn lines_to_pin(approach: &Approach) -> Option<Excerpt> {
    if approach.host_keys.is_empty() {
        return None;
    }
    let title =
        format!("known_hosts lines of {}; compare them on the host before you trust them", approach.host);
    Some(Excerpt { title, lines: approach.host_keys.iter().map(|key| key.line.clone()).collect() })
}

/// Whether everything was reached and nothing stands in the way.
pub fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Unknown)
}
