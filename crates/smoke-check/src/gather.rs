//! The facts: every probe side by side, each until it is ready or its time is up.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shiplane_action::Progress;
use shiplane_core::report::Level;
use shiplane_core::smoke::Observed;
use shiplane_http::observe;

use crate::memory::{Held, Looked};
use crate::report;
use crate::request::Request;

/// What a run saw.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// By the probe's name.
    pub(crate) probes: BTreeMap<String, Observed>,
    /// The runs before, where they are remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<Looked>,
}

/// Asks the world. The memory comes last, and is held until this run is written into it.
pub(crate) async fn facts(
    request: &Request,
    progress: Progress,
    held: &mut Option<Held>,
) -> anyhow::Result<Facts> {
    let phase = progress.phase(&report::phase_name(request));
    let outcomes =
        try_join_all(request.targets.iter().map(|target| observe(target, |line| phase.line(line)))).await?;
    let ready = outcomes.iter().filter(|outcome| outcome.ready).count();
    let level = if ready == outcomes.len() { Level::Ok } else { Level::Fail };
    phase.finish(level, &report::phase_note(ready, outcomes.len()));
    let names = request.targets.iter().map(|target| target.name.clone());
    let probes = names.zip(outcomes.into_iter().map(|outcome| outcome.observed)).collect();
    let memory = match &request.watchful {
        Some(watchful) => {
            let (looked, lock) = watchful.look().await;
            *held = lock;
            Some(looked)
        }
        None => None,
    };
    Ok(Facts { probes, memory })
}
