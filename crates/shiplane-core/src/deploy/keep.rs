//! Which releases stay on a host.

use super::journal::History;
use super::release::Release;

/// The newest good releases that are worth going back to, the live one, the one before it, the newest of all, and
/// the one that a run may have left half done. They are never aged out.
pub fn stays(history: &History, keep: u32) -> Vec<&Release> {
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    let sound = history.good.iter().rev().filter(|release| !history.quarantined.contains(&release.commit));
    let mut stays: Vec<&Release> = sound.take(keep).collect();
    let others = [history.live.as_ref(), history.previous(), history.good.last(), history.unsettled.as_ref()];
    for other in others.into_iter().flatten() {
        if !stays.iter().any(|release| release.id == other.id) {
            stays.push(other);
        }
    }
    stays
}
