//! The remote `origin`, asked from the host without a question to anybody and without a trace.

use std::path::Path;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::deploy::doctor::{CommitSeen, Learned, Origin, OriginAnswer};

use super::{answer, ask};
use crate::process::{self, End, Finished, Setting};

/// Longest wait for a remote on the other side of the world.
const PATIENCE: Duration = Duration::from_secs(8);

/// ssh writes nothing down, and asks nobody: what it would ask, `false` refuses (ssh(1), SSH_ASKPASS_REQUIRE).
const ENV: [(&str, &str); 5] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "false"),
    ("SSH_ASKPASS", "false"),
    ("SSH_ASKPASS_REQUIRE", "force"),
    ("LC_ALL", "C"),
];

/// Used where nothing else is configured.
const QUIET_SSH: &str =
    "ssh -o BatchMode=yes -o ConnectTimeout=7 -o UpdateHostKeys=no -o ControlMaster=no -o ControlPath=none";

fn list(path: &Path) -> Result<Finished, String> {
    let mut env: Vec<(String, String)> =
        ENV.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let own = answer(path, "git", &["config", "--get", "core.sshCommand"]).is_ok();
    if !own {
        env.push(("GIT_SSH_COMMAND".to_owned(), QUIET_SSH.to_owned()));
    }
    let command = Command::new("git").args(["ls-remote", "--quiet", "origin"]);
    let asked = process::ask(&command, Setting { dir: path, env: &env, limit: PATIENCE });
    asked.map_err(|error| format!("{error:#}"))
}

/// What it says; not asked where there is no clone or no such remote, which is another finding.
pub(super) fn look(path: &Path, commit: Option<&str>) -> Learned<Origin> {
    let Ok(raw) = answer(path, "git", &["remote", "get-url", "origin"]) else { return Learned::NotAsked };
    let (raw, here) = (raw.trim().to_owned(), commit.is_some_and(|commit| is_here(path, commit)));
    let url = without_secrets(&raw);
    let asked = match list(path) {
        Ok(asked) => asked,
        Err(why) => return Learned::Unknown(why),
    };
    let lists = |commit: &str| asked.stdout.lines().any(|line| line.starts_with(commit));
    let seen = match commit {
        None => CommitSeen::NotAsked,
        Some(_) if here => CommitSeen::Here,
        Some(commit) if asked.success() && lists(commit) => CommitSeen::AtOrigin,
        Some(_) => CommitSeen::Nowhere,
    };
    let said = asked.output.replace(&raw, &url);
    Learned::Known(Origin { url, answer: meaning(asked.end, &said), commit: seen })
}

fn is_here(path: &Path, commit: &str) -> bool {
    let object = format!("{commit}^{{commit}}");
    let asked = ask(path, "git", &["rev-parse", "--verify", "--quiet", "--end-of-options", &object]);
    asked.is_ok_and(|answer| answer.success())
}

/// Git ends with 128 for all of these, so only its words tell them apart.
fn meaning(end: End, said: &str) -> OriginAnswer {
    let low = said.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    match end {
        End::Exited(0) => OriginAnswer::Lists,
        End::TimedOut | End::Cut => OriginAnswer::Silent,
        End::Exited(_) | End::Killed(_) if has(&["host key verification failed"]) => {
            OriginAnswer::HostKeyUnknown
        }
        End::Exited(_) | End::Killed(_)
            if has(&[
                "permission denied (",
                "authentication failed",
                "could not read username",
                "could not read password",
                "returned error: 403",
            ]) =>
        {
            OriginAnswer::Refused
        }
        End::Exited(_) | End::Killed(_)
            if has(&[
                "could not resolve",
                "connection refused",
                "timed out",
                "no route to host",
                "couldn't connect",
                "failed to connect",
                "network is unreachable",
            ]) =>
        {
            OriginAnswer::Unreachable(first(said))
        }
        End::Exited(_) | End::Killed(_)
            if has(&[
                "not found",
                "does not appear to be a git repository",
                "does not exist",
                "no such file",
            ]) =>
        {
            OriginAnswer::NotFound
        }
        End::Exited(_) | End::Killed(_) => OriginAnswer::Other(first(said)),
    }
}

fn first(said: &str) -> String {
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim_start_matches("fatal: ").to_owned()
}

/// An address of HTTP may hold a token as user or password.
fn without_secrets(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let Some((user, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    let user = user.split(':').next().unwrap_or_default();
    let shown = if scheme.starts_with("http") { String::new() } else { format!("{user}@") };
    format!("{scheme}://{shown}{host}/{path}")
}
