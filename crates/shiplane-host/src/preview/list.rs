//! Which previews there are, and how each stands. Looks only.

use std::path::Path;

use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::preview::{At, Listed, Record, Seen};

use super::{docker, records, state_of};
use crate::facts::now;
use crate::journal;

pub(crate) fn list(at: &At) -> anyhow::Result<Listed> {
    let base = super::base(at)?;
    let (records, others) = records(&base)?;
    let previews = records.into_iter().map(|record| seen(&base, record)).collect::<Result<_, _>>()?;
    Ok(Listed { now: now(), previews, others })
}

fn seen(base: &Path, record: Record) -> anyhow::Result<Seen> {
    let entries = journal::read(&state_of(&base.join(record.number.directory())).journal())?;
    let live = History::of(&entries).live;
    let ended = |entry: &Entry| {
        let What::Ended { result, .. } = &entry.what else { return None };
        Some(*result)
    };
    let last = entries.iter().rev().find_map(ended);
    // A release by own commands has none, and is not said to be stopped for that.
    let images = |entry: &Entry| matches!(&entry.what, What::Ended { images, .. } if !images.is_empty());
    let by_compose = entries.iter().any(images);
    let containers = if by_compose { docker::containers(&record.project) } else { None };
    Ok(Seen { live, last, containers, record })
}
