//! How far a host's clock is from ours, by when we asked and when it answered.

use std::time::{SystemTime, UNIX_EPOCH};

use shiplane_core::deploy::HostFacts;
use shiplane_core::deploy::doctor::Learned;

/// Milliseconds since 1970 here.
pub(crate) fn here() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Notes the difference; a host that answered between the two has none that could be told.
pub(crate) fn compare(facts: &mut HostFacts, asked: i64) {
    let (answered, there) = (here(), i64::try_from(facts.now.0).unwrap_or(i64::MAX));
    let ahead = if there < asked { there - asked } else { (there - answered).max(0) };
    if let Some(checkup) = &mut facts.checkup {
        checkup.clock = Learned::Known(ahead);
    }
}
