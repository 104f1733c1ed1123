//! The end of a preview: what runs, what Docker keeps of it, its directory, and with the record its port.
//!
//! The record goes last. Whatever stops this half way, the next one finds it and goes on.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use shiplane_core::command::Command;
use shiplane_core::deploy::Holder;
use shiplane_core::duration::Span;
use shiplane_core::preview::{Record, Remove, Removed};
use shiplane_core::report::Finding;

use super::{Look, RECORD, STATE, docker, look, make, place, state_of};
use crate::docker::last_line;
use crate::facts::now;
use crate::lock::{self, Attempt, Claim};
use crate::process::{self, Setting};
use crate::{journal, tree};

/// Longest time for a stop command.
const STOP: Span = Span::seconds(180);

/// Doing it twice is doing it once.
pub(crate) fn remove(ask: &Remove) -> anyhow::Result<Removed> {
    let base = super::base(&ask.at)?;
    if !base.is_dir() {
        return Ok(Removed { now: now(), ..Removed::default() });
    }
    let _guard = super::lock(&base)?;
    let dir = place(&ask.at);
    let record = match look(&dir, ask.at.number)? {
        Look::Nothing => None,
        Look::Ours(record) => Some(record),
        Look::Others(why) => return Ok(refused(None, make::unmarked(&why))),
    };
    let _lock = match record.as_ref().map(|_| take(ask, &dir)).transpose()? {
        Some(Attempt::Taken(holder)) => {
            return Ok(Removed { held: Some(*holder), ..found(record) });
        }
        Some(Attempt::Held(lock, _)) => Some(lock),
        None => None,
    };
    let mut gone = Vec::new();
    if ask.compose {
        let project = record.as_ref().map_or(&ask.at.project, |record| &record.project);
        if let Some(other) = docker::started_elsewhere(project, &dir)? {
            let fact = format!("project {project} has containers that were started in {other}; they stay");
            let help = "give that project or the previews another name: `project` in the config";
            return Ok(refused(record, Finding::fail("preview-project-taken", fact).help(help)));
        }
        gone = docker::clear(project, ask.dry_run)?;
    }
    if record.is_none() {
        return Ok(Removed { gone, ..found(None) });
    }
    let stopped = if ask.dry_run { Ok(Vec::new()) } else { stop(ask, &dir)? };
    let findings = match stopped {
        Ok(findings) => findings,
        Err(finding) => return Ok(Removed { gone, ..refused(record, finding) }),
    };
    gone.push(format!("the directory {}", dir.display()));
    gone.extend(record.iter().filter_map(|record| record.port).map(|port| format!("port {port}")));
    if !ask.dry_run {
        clear(&dir)?;
    }
    Ok(Removed { gone, findings, ..found(record) })
}

fn found(preview: Option<Record>) -> Removed {
    Removed { now: now(), preview, ..Removed::default() }
}

fn refused(preview: Option<Record>, finding: Finding) -> Removed {
    Removed { findings: vec![finding], ..found(preview) }
}

/// No deploy begins while its directory goes.
fn take(ask: &Remove, dir: &Path) -> anyhow::Result<Attempt> {
    let state = state_of(dir);
    state.prepare()?;
    let holder = Holder {
        run: format!("remove-{}", now().0),
        since: now(),
        actor: ask.actor.clone(),
        phase: Some("remove preview".to_owned()),
        ..Holder::default()
    };
    let least = journal::last_fence(&state.journal())?;
    lock::take(&state, holder, (Claim::Polite, least))
}

/// Stops what own commands started; without the link nothing was.
fn stop(ask: &Remove, dir: &Path) -> anyhow::Result<Result<Vec<Finding>, Finding>> {
    let link = dir.join(&ask.link);
    if ask.compose || !ask.starts || !link.is_dir() {
        return Ok(Ok(Vec::new()));
    }
    let Some(command) = Command::from_words(&ask.stop) else {
        let fact = "how to stop it is not configured, so its processes may still run";
        let help = "write `stop` under `command` in the environment";
        return Ok(Ok(vec![Finding::warning("stop-missing", fact).help(help)]));
    };
    let done = process::ask(&command, Setting { dir: &link, env: &[], limit: STOP.0 })?;
    if !done.success() {
        let fact = format!("the stop command ended with {}: {}", done.how(), last_line(&done));
        let help = "stop it by hand, or mend the command; its directory is still there";
        return Ok(Err(Finding::fail("stop-failed", fact).help(help)));
    }
    fs::remove_file(&link).with_context(|| format!("remove link {}", link.display()))?;
    Ok(Ok(Vec::new()))
}

/// Everything but the record, and then that.
fn clear(dir: &Path) -> anyhow::Result<()> {
    let state = dir.join(STATE);
    empty(dir, STATE)?;
    empty(&state, RECORD)?;
    match fs::remove_file(state.join(RECORD)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("remove the record in {}", state.display()));
        }
        Ok(()) | Err(_) => {}
    }
    tree::remove(dir)
}

/// Removes what lies in a directory, one name excepted. A link goes, and what it leads to stays.
fn empty(dir: &Path, except: &str) -> anyhow::Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("read directory {}", dir.display()))? {
        let entry = entry.with_context(|| format!("read directory {}", dir.display()))?;
        if entry.file_name() == except {
            continue;
        }
        let path = entry.path();
        let gone =
            if entry.file_type()?.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match gone {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("remove {}", path.display()));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
