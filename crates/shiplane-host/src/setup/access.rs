//! The clone, and the key by which this host reads the repository.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use shiplane_core::command::Command;
use shiplane_core::deploy::{pinned, ssh_host};

use super::{LONG, Look, QUICK, Server, ask, must};
use crate::state;

fn key_file(server: &Server) -> PathBuf {
    server.state().join("deploy-key")
}

fn known_hosts(server: &Server) -> PathBuf {
    server.state().join("git-known-hosts")
}

fn has_clone(server: &Server) -> bool {
    server.path().join(".git").exists()
}

/// The git host, when it is reached over SSH and there is no clone that has a way of its own.
fn git_host(server: &Server) -> Option<String> {
    let host = ssh_host(server.question.repository.as_deref()?)?;
    (!has_clone(server) || key_file(server).exists()).then_some(host)
}

pub(super) fn host_keys(server: &Server) -> Look {
    let Some(host) = git_host(server) else { return Look::Unneeded };
    let Some(lines) = pinned(&host, server.question.git_known_hosts.as_deref()) else {
        let help = "run setup with --git-known-hosts, and with lines that its owner published".to_owned();
        return Look::ByOthers(format!("the keys of {host} are not known"), vec![help]);
    };
    match fs::read_to_string(known_hosts(server)) {
        Ok(there) if there == lines => Look::Ready(format!("only the known keys of {host} are accepted")),
        Ok(_) | Err(_) => Look::Missing(format!("accept only the known keys of {host}")),
    }
}

pub(super) fn pin_host_keys(server: &Server) -> anyhow::Result<String> {
    let host = git_host(server).unwrap_or_default();
    let lines = pinned(&host, server.question.git_known_hosts.as_deref()).unwrap_or_default();
    state::write(&known_hosts(server), &lines)?;
    Ok(format!("only the known keys of {host} are accepted"))
}

pub(super) fn key(server: &Server) -> Look {
    if git_host(server).is_none() {
        return Look::Unneeded;
    }
    if key_file(server).exists() {
        return Look::Ready(format!("{} is there", key_file(server).display()));
    }
    Look::Missing(format!("make an ed25519 key in {}", key_file(server).display()))
}

/// Under another name first: a key that was half written must never look like one.
pub(super) fn make_key(server: &Server) -> anyhow::Result<String> {
    let (key, new) = (key_file(server), server.state().join(".deploy-key.new"));
    let public = |file: &PathBuf| {
        file.with_file_name(format!("{}.pub", file.file_name().unwrap_or_default().display()))
    };
    fs::remove_file(&new).ok();
    fs::remove_file(public(&new)).ok();
    let comment = format!("shiplane deploy key of {}", server.path().display());
    let shown = new.display().to_string();
    must(
        &Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", &comment, "-f", &shown]),
        QUICK,
    )?;
    fs::rename(public(&new), public(&key)).context("keep the public key")?;
    fs::rename(&new, &key).context("keep the key")?;
    Ok("made a key; the repository must know its public half".to_owned())
}

/// For the repository's settings.
pub(super) fn public_key(server: &Server) -> Option<String> {
    let text = fs::read_to_string(server.state().join("deploy-key.pub")).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// How git reaches the repository from here; nothing for one that is not behind SSH.
fn ssh_command(server: &Server) -> Option<String> {
    git_host(server)?;
    let known = format!("UserKnownHostsFile={}", known_hosts(server).display());
    let key = key_file(server).display().to_string();
    let words =
        ["-i", &key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"];
    Some(Command::new("ssh").args(words).args(["-o", &known]).line())
}

pub(super) fn clone(server: &Server) -> Look {
    let shown = server.path().display();
    if !has_clone(server) {
        let Some(repository) = &server.question.repository else {
            let fact = format!("{shown} is no clone");
            return Look::ByOthers(fact, vec!["run setup with --repository <address>".to_owned()]);
        };
        return Look::Missing(format!("make {shown} a clone of {repository}"));
    }
    let asked = Command::new("git").args(["-C", &shown.to_string(), "remote", "get-url", "origin"]);
    let origin = ask(&asked, QUICK).ok().filter(crate::process::Finished::success);
    let origin = origin.map(|answer| answer.stdout.trim().to_owned());
    match (origin, &server.question.repository) {
        (Some(origin), Some(wanted)) if origin != *wanted => {
            let line =
                Command::new("git").args(["-C", &shown.to_string(), "remote", "set-url", "origin", wanted]);
            Look::ByOthers(format!("{shown} is a clone of {origin}, not of {wanted}"), vec![line.line()])
        }
        (Some(origin), _) => Look::Ready(format!("{shown} is a clone of {origin}")),
        (None, _) => {
            Look::ByOthers(format!("git does not read the clone in {shown}, or it has no origin"), Vec::new())
        }
    }
}

/// A repository without files, fetched beside and renamed in: whatever lies in the directory stays as it is, and the
/// first deploy checks its commit out.
pub(super) fn make_clone(server: &Server) -> anyhow::Result<String> {
    let repository = server.question.repository.as_deref().unwrap_or_default();
    let new = server.state().join("clone.new");
    fs::remove_dir_all(&new).ok();
    let shown = new.display().to_string();
    must(&Command::new("git").args(["init", "-q", &shown]), QUICK)?;
    let git = |args: &[&str]| Command::new("git").args(["-C", &shown]).args(args.iter().copied());
    must(&git(&["remote", "add", "--", "origin", repository]), QUICK)?;
    if let Some(ssh) = ssh_command(server) {
        must(&git(&["config", "core.sshCommand", &ssh]), QUICK)?;
    }
    let fetched = must(&git(&["fetch", "-q", "--tags", "origin"]), LONG);
    if let Err(error) = fetched {
        fs::remove_dir_all(&new).ok();
        return Err(error.context(match public_key(server) {
            Some(key) => format!(
                "{repository} does not let this host read it; add the key under Settings, Deploy keys, and run setup \
                 again: {key}"
            ),
            None => format!("{repository} cannot be fetched from this host"),
        }));
    }
    must(&git(&["remote", "set-head", "origin", "--auto"]), LONG).ok();
    fs::rename(new.join(".git"), server.path().join(".git")).context("put the clone in its place")?;
    fs::remove_dir_all(&new).ok();
    Ok(format!("{} is a clone of {repository}, with nothing checked out yet", server.path().display()))
}

/// A file of the repository as its default branch has it.
pub(super) fn show(server: &Server, file: &str) -> anyhow::Result<String> {
    let (path, name) = (server.path().display().to_string(), format!("origin/HEAD:{file}"));
    must(&Command::new("git").args(["-C", &path, "show", &name]), QUICK)
}
