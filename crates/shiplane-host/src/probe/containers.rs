//! How the containers of a Compose project are, and what has happened to them since the look before.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use shiplane_core::deploy::Stamp;
use shiplane_core::duration::Span;
use shiplane_core::smoke::{Answer, ContainerSeen, FailureKind, Timings};

use super::Looked;
use super::site::Project;
use crate::docker::{docker, last_line, setting};
use crate::process::{self, End, Finished};

/// The looks taken so far.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Restarts of each container when it was seen first, by its id.
    first: BTreeMap<String, u64>,
    /// The last look, by the container's name; nothing before the first.
    last: Option<BTreeMap<String, Life>>,
}

/// A container between one start and its end.
#[derive(Debug, PartialEq, Eq)]
struct Life {
    service: String,
    id: String,
    started: String,
}

impl Watch {
    pub(super) fn look(&self, project: &Project, services: &[String], limit: Duration) -> Looked {
        let Project { name, known } = project;
        let inspected = inspect(name, limit)?;
        let now = SystemTime::now();
        let is_asked = |service: &String| services.is_empty() || services.contains(service);
        let one = |value: &Value| seen(value, now).filter(|(seen, _)| is_asked(&seen.service));
        let mut found: Vec<(ContainerSeen, String)> = inspected.iter().filter_map(one).collect();
        found.sort_by(|one, other| one.0.name.cmp(&other.0.name));
        let changes = self.compare(&mut found);
        let containers = found.into_iter().map(|(seen, _)| seen).collect();
        Ok(Answer::Containers { containers, known: known.clone(), changes, timings: Timings::default() })
    }

    /// Marks how often each was started again since the first look, and tells what differs from the last one.
    fn compare(&self, found: &mut [(ContainerSeen, String)]) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (container, _) in found.iter_mut() {
            let first = *seen.first.entry(container.id.clone()).or_insert(container.restarts);
            container.restarted = container.restarts.saturating_sub(first);
        }
        let life = |(seen, started): &(ContainerSeen, String)| {
            let life = Life { service: seen.service.clone(), id: seen.id.clone(), started: started.clone() };
            (seen.name.clone(), life)
        };
        let now: BTreeMap<String, Life> = found.iter().map(life).collect();
        let changes = seen.last.as_ref().map_or_else(Vec::new, |before| differences(before, &now));
        seen.last = Some(now);
        changes
    }
}

fn differences(before: &BTreeMap<String, Life>, now: &BTreeMap<String, Life>) -> Vec<String> {
    let mut told = Vec::new();
    for (name, life) in now {
        match before.get(name) {
            Some(old) if old == life => {}
            Some(old) if old.id == life.id => told.push(format!("{name} was started again")),
            Some(_) => told.push(format!("{name} is another container than before")),
            None => told.push(format!("{name} is new")),
        }
    }
    told.extend(before.keys().filter(|name| !now.contains_key(*name)).map(|name| format!("{name} is gone")));
    told
}

/// What the daemon says of every container of the project, the ended ones included.
pub(super) fn inspect(project: &str, limit: Duration) -> Result<Vec<Value>, (FailureKind, String)> {
    let label = format!("label=com.docker.compose.project={project}");
    let filters = ["--filter", &label, "--filter", "label=com.docker.compose.oneoff=False"];
    let list = docker(&["ps", "--all", "--quiet", "--no-trunc"]).args(filters);
    let listed = asked(process::ask(&list, setting(limit)), limit)?;
    if !listed.success() {
        return Err((FailureKind::NoDocker, format!("docker ps: {}: {}", listed.how(), last_line(&listed))));
    }
    let ids: Vec<&str> = listed.stdout.split_whitespace().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // One of them may be gone by now, which makes docker inspect fail and still tell the others.
    let all = docker(&["inspect", "--type", "container"]).args(ids);
    let answer = asked(process::ask(&all, setting(limit)), limit)?;
    serde_json::from_str(&answer.stdout).map_err(|_| {
        let fact = format!("docker inspect: {}: {}", answer.how(), last_line(&answer));
        (FailureKind::NoDocker, fact)
    })
}

fn asked(finished: anyhow::Result<Finished>, limit: Duration) -> Result<Finished, (FailureKind, String)> {
    match finished {
        Ok(finished) if finished.end == End::TimedOut => {
            Err((FailureKind::NoDocker, format!("docker did not answer within {limit:.1?}")))
        }
        Ok(finished) => Ok(finished),
        Err(error) => Err((FailureKind::NoDocker, format!("docker cannot be asked: {error:#}"))),
    }
}

/// A container, and when it was started in the daemon's words.
fn seen(value: &Value, now: SystemTime) -> Option<(ContainerSeen, String)> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let number = |pointer: &str| value.pointer(pointer).and_then(Value::as_u64);
    let started = text("/State/StartedAt").unwrap_or_default();
    let seen = ContainerSeen {
        service: text("/Config/Labels/com.docker.compose.service")?,
        name: text("/Name")?.trim_start_matches('/').to_owned(),
        id: text("/Id")?,
        state: text("/State/Status")?,
        health: text("/State/Health/Status").filter(|health| health != "none"),
        restarts: number("/RestartCount").unwrap_or_default(),
        exit_code: value.pointer("/State/ExitCode").and_then(Value::as_i64).unwrap_or_default(),
        out_of_memory: value.pointer("/State/OOMKilled").and_then(Value::as_bool).unwrap_or_default(),
        age: age(&started, now),
        image: text("/Image").unwrap_or_default(),
        number: text("/Config/Labels/com.docker.compose.container-number").and_then(|it| it.parse().ok()),
        error: text("/State/Error").unwrap_or_default(),
        restarted: 0,
    };
    Some((seen, started))
}

fn age(started: &str, now: SystemTime) -> Option<Span> {
    let then = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(Stamp::parse(started)?.0))?;
    let age = now.duration_since(then).unwrap_or_default();
    Some(Span::millis(u64::try_from(age.as_millis()).unwrap_or(u64::MAX)))
}
