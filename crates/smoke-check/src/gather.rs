//! The facts: every probe side by side, each until it is ready or its time is up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shiplane_action::Progress;
use shiplane_core::report::{Excerpt, Finding, Level};
use shiplane_core::smoke::Observed;
use shiplane_fleet::{Seen, observe};
use shiplane_http::From;

use crate::memory::{Held, Looked};
use crate::report;
use crate::request::Request;

/// What a run saw.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// By the probe's name.
    pub(crate) probes: BTreeMap<String, Observed>,
    /// The runs before, where they are remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<Looked>,
    /// Why nothing could be found out, by the probe's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) unknown: BTreeMap<String, Finding>,
    /// Logs of services that are not well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) logs: Vec<Excerpt>,
}

/// Asks the world. The memory comes last, and is held until this run is written into it.
pub(crate) async fn facts(
    request: &Request,
    progress: Progress,
    held: &mut Option<Held>,
) -> anyhow::Result<Facts> {
    let phase = progress.phase(&report::phase_name(request));
    let seen = observe(&request.targets, &request.ways, |line| phase.line(line)).await;
    let is_ready = |seen: &&Seen| seen.result.as_ref().is_ok_and(|outcome| outcome.ready);
    let ready = seen.iter().filter(is_ready).count();
    let level = if ready == seen.len() { Level::Ok } else { Level::Fail };
    phase.finish(level, &report::phase_note(ready, seen.len()));
    let mut facts = Facts::default();
    for (target, seen) in request.targets.iter().zip(seen) {
        let name = target.name.clone();
        match seen.result {
            Ok(outcome) => drop(facts.probes.insert(name, outcome.observed)),
            // This machine could not even ask, and will not for another probe.
            Err(fault) if target.from == From::Here => return Err(fault.into()),
            Err(fault) => drop(facts.unknown.insert(name, report::not_asked(&fault))),
        }
        // Several probes may tell of the same service.
        for log in seen.logs {
            if !facts.logs.iter().any(|other| other.title == log.title) {
                facts.logs.push(log);
            }
        }
    }
    if let Some(watchful) = &request.watchful {
        let (looked, lock) = watchful.look().await;
        *held = lock;
        facts.memory = Some(looked);
    }
    Ok(facts)
}
