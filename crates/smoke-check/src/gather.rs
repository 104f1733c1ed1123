//! The facts: every probe side by side, each until it is ready or its time is up.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shiplane_action::Progress;
use shiplane_core::report::Level;
use shiplane_core::smoke::Observed;
use shiplane_http::observe;

use crate::report;
use crate::request::Request;

/// What a run saw.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// By the probe's name.
    pub(crate) probes: BTreeMap<String, Observed>,
}

/// Asks the world.
pub(crate) async fn facts(request: &Request, progress: Progress) -> anyhow::Result<Facts> {
    let phase = progress.phase(&report::phase_name(request));
    let outcomes =
        try_join_all(request.targets.iter().map(|target| observe(target, |line| phase.line(line)))).await?;
    let ready = outcomes.iter().filter(|outcome| outcome.ready).count();
    let level = if ready == outcomes.len() { Level::Ok } else { Level::Fail };
    phase.finish(level, &report::phase_note(ready, outcomes.len()));
    let names = request.targets.iter().map(|target| target.name.clone());
    Ok(Facts { probes: names.zip(outcomes.into_iter().map(|outcome| outcome.observed)).collect() })
}
