//! What a preview's directory begins with: a clone, Compose files, and an `.env` of its own.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use shiplane_core::command::Command;
use shiplane_core::deploy::env_file::with_key;
use shiplane_core::preview::{Begins, Make, Record};
use shiplane_core::report::Finding;

use super::STATE;
use crate::compose::DEFAULT_FILES;
use crate::process::{self, Finished, Setting};
use crate::{state, tree};

/// Longest time for what git does on the disk.
const QUICK: Duration = Duration::from_secs(60);

/// Longest time for copying what the base has already.
const LONG: Duration = Duration::from_secs(300);

/// Brings the directory up to date; the finding is what stands in the way.
pub(super) fn fill(
    ask: &Make,
    (base, dir): (&Path, &Path),
    record: &Record,
) -> anyhow::Result<Option<Finding>> {
    match &ask.begins {
        Begins::Clone => {
            if let Some(finding) = clone((base, dir), record)? {
                return Ok(Some(finding));
            }
        }
        Begins::Files(files) => copy_files((base, dir), files)?,
        Begins::Empty => {}
    }
    write_env((base, dir), record)?;
    Ok(None)
}

/// The base's `.env`, and what is this preview's alone; for its owner only.
fn write_env((base, dir): (&Path, &Path), record: &Record) -> anyhow::Result<()> {
    let from = base.join(".env");
    let text = match fs::read(&from) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("read {}", from.display())),
    };
    let text = with_key(&text, "PREVIEW_NUMBER", &record.number.to_string());
    let text = with_key(&text, "PREVIEW_URL", &record.url);
    let text = with_key(&text, "COMPOSE_PROJECT_NAME", &record.project);
    let text = match record.port {
        Some(port) => with_key(&text, "PORT", &port.to_string()),
        None => text,
    };
    let own = dir.join(".env");
    // What a release put there under that name, such as a link, is not written through.
    if fs::symlink_metadata(&own).is_ok_and(|about| !about.is_file()) {
        bail!("{} is there and is no file", own.display());
    }
    state::write(&own, text)
}

/// Images bring no Compose files, so they come from the base, and a change of theirs with the next push.
fn copy_files((base, dir): (&Path, &Path), files: &[String]) -> anyhow::Result<()> {
    let named = |name: &&str| base.join(name).exists();
    let defaults = || DEFAULT_FILES.iter().filter_map(|row| row.iter().copied().find(named));
    let files: Vec<&str> =
        if files.is_empty() { defaults().collect() } else { files.iter().map(String::as_str).collect() };
    for name in files {
        if name.starts_with('/') || name.split('/').any(|part| part == "..") {
            bail!("the Compose file {name} lies outside of {}", base.display());
        }
        let (from, to) = (base.join(name), dir.join(name));
        let text = match fs::read(&from) {
            Ok(text) => text,
            // What is missing is told by the deploy, with all that is missing.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("read {}", from.display())),
        };
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).with_context(|| format!("make {}", above.display()))?;
        }
        state::write(&to, text)?;
    }
    Ok(())
}

/// A repository without files that reads what the base reads, and the pull request's own commits; the deploy checks
/// one out. It shares no objects with the base: each can be removed without the other.
fn clone((base, dir): (&Path, &Path), record: &Record) -> anyhow::Result<Option<Finding>> {
    if dir.join(".git").exists() {
        return Ok(None);
    }
    let Some((source, origin)) = origin(base)? else {
        let fact =
            format!("{} is no clone with an `origin`, so it is not known what to clone", base.display());
        let help = "on the host once: `ssh-deploy setup --repository <address>` for this environment";
        return Ok(Some(Finding::fail("preview-no-origin", fact).help(help)));
    };
    let new = dir.join(STATE).join("clone.new");
    tree::remove(&new)?;
    let shown = new.display().to_string();
    must("/".as_ref(), &["init", "--quiet", "--", &shown], QUICK)?;
    must(&new, &["remote", "add", "--", "origin", &origin], QUICK)?;
    // GitHub shows the commits of a pull request under these names (GitHub docs, "Checking out pull requests locally").
    // Another server has none, and a pattern that matches nothing is no error.
    let pull = format!("+refs/pull/{0}/*:refs/remotes/pull/{0}/*", record.number);
    must(&new, &["config", "--add", "remote.origin.fetch", &pull], QUICK)?;
    if let Some(ssh) = setting(&source, "core.sshCommand")? {
        must(&new, &["config", "core.sshCommand", &ssh], QUICK)?;
    }
    // Only to spare the network: what is not there comes from the origin.
    let near = source.display().to_string();
    git(&new, &["fetch", "--quiet", "--", &near, "+refs/*:refs/base/*"], LONG).ok();
    fs::rename(new.join(".git"), dir.join(".git")).context("put the clone in its place")?;
    tree::remove(&new)?;
    Ok(None)
}

/// Where the base's repository lies, and what it is a clone of.
fn origin(base: &Path) -> anyhow::Result<Option<(PathBuf, String)>> {
    for source in [base.join("repo.git"), base.to_owned()] {
        let is_there = source.join(".git").exists() || source.join("HEAD").is_file();
        if !is_there {
            continue;
        }
        if let Some(origin) = setting(&source, "remote.origin.url")? {
            // An address that is a path counts from the base.
            let is_path = origin.starts_with("./") || origin.starts_with("../");
            let origin = if is_path { source.join(&origin).display().to_string() } else { origin };
            return Ok(Some((source, origin)));
        }
    }
    Ok(None)
}

fn setting(source: &Path, key: &str) -> anyhow::Result<Option<String>> {
    let answer = git(source, &["config", "--get", key], QUICK)?;
    Ok(Some(answer.stdout.trim().to_owned()).filter(|text| answer.success() && !text.is_empty()))
}

fn git(dir: &Path, args: &[&str], limit: Duration) -> anyhow::Result<Finished> {
    let env = [("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    process::ask(&Command::new("git").args(args.iter().copied()), Setting { dir, env: &env, limit })
}

fn must(dir: &Path, args: &[&str], limit: Duration) -> anyhow::Result<()> {
    let done = git(dir, args, limit)?;
    let last = done.output.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    anyhow::ensure!(done.success(), "git {}: {}: {last}", args.first().unwrap_or(&""), done.how());
    Ok(())
}
