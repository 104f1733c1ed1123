//! Preparing a server: what is asked for, what became of each part, and what that means.

use serde::{Deserialize, Serialize};

use super::plan::Site;
use crate::exit::Exit;
use crate::report::{Finding, Level, Verdict};

/// What a server shall be prepared for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupQuestion {
    /// Where on the host.
    pub site: Site,
    /// Whether Docker and Compose are needed.
    pub compose: bool,
    /// Where the repository is; without it the directory gets no clone.
    pub repository: Option<String>,
    /// Lines of known_hosts for the git host.
    pub git_known_hosts: Option<String>,
    /// File in the repository with the keys of `.env`.
    pub env_example: Option<String>,
    /// Whether missing programs are installed.
    pub install: bool,
    /// Whether nothing is changed.
    pub dry_run: bool,
}

/// One part of a prepared server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is, in a word.
    pub name: String,
    /// What became of it.
    pub state: PartState,
    /// In one sentence.
    pub fact: String,
    /// Lines for an administrator, where we may not do it.
    pub by_hand: Vec<String>,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartState {
    /// It was there already.
    Ready,
    /// It was missing and is there now.
    Done,
    /// It is missing and would be made.
    WouldDo,
    /// It is missing, and somebody else has to make it.
    Missing,
    /// It was tried and did not work out.
    Failed,
}

/// Everything that the worker did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// In order.
    pub parts: Vec<Part>,
    /// The public half of the key by which the host reads the repository.
    pub deploy_key: Option<String>,
}

impl Prepared {
    /// One finding a part.
    pub fn findings(&self) -> Vec<Finding> {
        self.parts.iter().map(finding).collect()
    }
}

/// The answer for all hosts together.
pub fn setup_verdict(all: &[&Prepared]) -> Verdict {
    let has = |state: PartState| all.iter().flat_map(|it| &it.parts).any(|part| part.state == state);
    if has(PartState::Missing) || has(PartState::Failed) {
        Verdict::new("incomplete", Exit::No)
    } else if has(PartState::WouldDo) {
        Verdict::new("planned", Exit::Done)
    } else if has(PartState::Done) {
        Verdict::new("prepared", Exit::Done)
    } else {
        Verdict::new("ready", Exit::Done)
    }
}

fn finding(part: &Part) -> Finding {
    let (level, word) = match part.state {
        PartState::Ready => (Level::Ok, "ready"),
        PartState::Done => (Level::Ok, "done"),
        PartState::WouldDo => (Level::Ok, "would do"),
        PartState::Missing => (Level::Fail, "missing"),
        PartState::Failed => (Level::Fail, "failed"),
    };
    let finding = match level {
        Level::Ok => Finding::ok(&part.name, format!("{word}: {}", part.fact)),
        Level::Warning | Level::Pending | Level::Unknown | Level::Fail => {
            Finding::fail(&format!("{}-{word}", part.name), &part.fact)
        }
    };
    if part.by_hand.is_empty() { finding } else { finding.help(part.by_hand.join(" ; ")) }
}

/// The host in an address that git reaches over SSH: `git@host:path` or `ssh://user@host:port/path`.
pub fn ssh_host(repository: &str) -> Option<String> {
    if let Some(rest) = repository.strip_prefix("ssh://") {
        let authority = rest.split('/').next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        return match host.split_once(':') {
            Some((name, port)) if port != "22" => Some(format!("[{name}]:{port}")),
            Some((name, _)) => Some(name.to_owned()),
            None => Some(host.to_owned()),
        };
    }
    let short = |(before, after): &(&str, &str)| !before.contains('/') && !after.starts_with("//");
    let (before, _) = repository.split_once(':').filter(short)?;
    Some(before.rsplit_once('@').map_or(before, |(_, host)| host).to_owned())
}

/// GitHub's own keys (GitHub docs, "GitHub's SSH key fingerprints"; the same under `ssh_keys` of api.github.com/meta).
const GITHUB: &str = "\
github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
github.com ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=
";

/// The lines of known_hosts for a git host, when they are known without asking it.
pub fn pinned(host: &str, given: Option<&str>) -> Option<String> {
    let given = given.filter(|lines| !lines.trim().is_empty()).map(|lines| format!("{}\n", lines.trim()));
    given.or_else(|| (host == "github.com").then(|| GITHUB.to_owned()))
}
