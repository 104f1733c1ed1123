//! From GitHub's objects to facts. Every part may be missing, and every word may be new.

use std::collections::BTreeSet;

use serde_json::Value;
use shiplane_core::gate::time::Time;
use shiplane_core::runs::facts::{Deployment, DeploymentStatus, Job, Landed, Run};

use super::{Gap, Read};
use crate::repository::Repository;
use crate::rest::Listed;

/// What could be made of a list.
pub(super) struct Entries<T> {
    pub(super) entries: Vec<T>,
    pub(super) gap: Option<Gap>,
}

/// A run, and the branch that it is of.
pub(super) struct OfBranch {
    pub(super) run: Run,
    branch: Option<String>,
}

impl OfBranch {
    pub(super) fn is_of(&self, branch: &str) -> bool {
        self.branch.as_deref().is_none_or(|of| of == branch)
    }
}

/// Each entry once; an entry that makes no sense makes the list incomplete.
pub(super) fn entries<T>(listed: Read<Listed>, read: impl Fn(&Value) -> Option<T>) -> Entries<T> {
    let Listed { entries, total, gap } = match listed {
        Ok(listed) => listed,
        Err(refusal) => return Entries { entries: Vec::new(), gap: Some(refusal.into()) },
    };
    let entries = once(entries);
    let (seen, gap) = (entries.len(), gap.map(str::to_owned));
    let read: Vec<T> = entries.iter().filter_map(read).collect();
    let short = total.and_then(|total| {
        let missing = usize::try_from(total).unwrap_or(usize::MAX) > seen;
        missing.then(|| format!("GitHub counts {total} entries and lists {seen}"))
    });
    let odd = (read.len() < seen).then(|| format!("{} of {seen} entries make no sense", seen - read.len()));
    Entries { entries: read, gap: gap.or(odd).or(short).map(|why| Gap { why, forbidden: false }) }
}

/// While pages are read a list may move on, so that one entry stands on two of them and another on none.
fn once(entries: Vec<Value>) -> Vec<Value> {
    let mut numbers = BTreeSet::new();
    let new = |entry: &Value| number(entry, "/id").is_none_or(|id| numbers.insert(id));
    entries.into_iter().filter(new).collect()
}

/// The first page of a list of runs, which is enough of it.
pub(super) fn page(body: &Value) -> Listed {
    let entries = body.get("workflow_runs").and_then(Value::as_array);
    let gap = entries.is_none().then_some("a page of it is no list");
    Listed { entries: entries.cloned().unwrap_or_default(), total: None, gap }
}

pub(super) fn run(entry: &Value, repository: &Repository) -> Option<OfBranch> {
    let (file, event) = (text(entry, "/path").as_deref().and_then(file), text(entry, "/event")?);
    let run = Run {
        id: number(entry, "/id")?,
        workflow: text(entry, "/name").unwrap_or_default(),
        file,
        fork: fork(entry, &event, repository),
        event,
        status: text(entry, "/status").unwrap_or_default(),
        conclusion: text(entry, "/conclusion"),
        commit: text(entry, "/head_sha")?,
        attempt: number(entry, "/run_attempt").unwrap_or(1),
        created_at: time(entry, "/created_at"),
        started_at: time(entry, "/run_started_at"),
        updated_at: time(entry, "/updated_at"),
        url: text(entry, "/html_url"),
        jobs: None,
    };
    Some(OfBranch { run, branch: text(entry, "/head_branch") })
}

/// `.github/workflows/ci.yml@refs/heads/main` is `ci.yml`.
fn file(path: &str) -> Option<String> {
    let path = path.split_once('@').map_or(path, |(path, _)| path);
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether the commit is another repository's. A fork that is gone leaves no name; a push is always our own.
fn fork(entry: &Value, event: &str, repository: &Repository) -> bool {
    match text(entry, "/head_repository/full_name") {
        Some(name) => !name.eq_ignore_ascii_case(&repository.to_string()),
        None => event.starts_with("pull_request"),
    }
}

pub(super) fn job(entry: &Value) -> Option<Job> {
    let (status, conclusion) = (text(entry, "/status"), text(entry, "/conclusion"));
    // A job of which neither is known is one of which nothing is known.
    status.as_ref().or(conclusion.as_ref())?;
    Some(Job {
        name: text(entry, "/name")?,
        status: status.unwrap_or_default(),
        conclusion,
        started_at: time(entry, "/started_at"),
        completed_at: time(entry, "/completed_at"),
        url: text(entry, "/html_url"),
    })
}

pub(super) fn deployment(entry: &Value) -> Option<(u64, Deployment)> {
    let deployment = Deployment {
        environment: text(entry, "/environment")?,
        created_at: time(entry, "/created_at"),
        statuses: Vec::new(),
    };
    Some((number(entry, "/id")?, deployment))
}

pub(super) fn status(entry: &Value) -> Option<DeploymentStatus> {
    Some(DeploymentStatus { state: text(entry, "/state")?, at: time(entry, "/created_at")? })
}

pub(super) fn landed(entry: &Value) -> Option<Landed> {
    Some(Landed {
        number: number(entry, "/number")?,
        opened_at: time(entry, "/created_at"),
        merged_at: time(entry, "/merged_at"),
    })
}

fn text(entry: &Value, pointer: &str) -> Option<String> {
    entry.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn number(entry: &Value, pointer: &str) -> Option<u64> {
    entry.pointer(pointer).and_then(Value::as_u64)
}

fn time(entry: &Value, pointer: &str) -> Option<Time> {
    entry.pointer(pointer).and_then(Value::as_str).and_then(|text| text.parse().ok())
}
