//! Which releases stay on a host.

use shiplane_core::deploy::journal::{Entry, History};
use shiplane_core::deploy::{Result as Ending, Stamp, is_aged, stays};

use super::host::{back, deploy};

fn ids(journal: &[Entry], keep: u32) -> Vec<String> {
    let history = History::of(journal);
    let mut ids: Vec<String> = stays(&history, keep).iter().map(|release| release.id.clone()).collect();
    ids.sort_unstable();
    ids
}

/// Seven good deploys, `a1` to `g1`.
fn seven() -> Vec<Entry> {
    let runs = ["a1", "b1", "c1", "d1", "e1", "f1", "g1"];
    let before = [None].into_iter().chain(runs.iter().copied().map(Some));
    runs.iter().zip(before).flat_map(|(run, before)| deploy(run, before, Ending::Good)).collect()
}

#[test]
fn the_newest_good_ones_stay_and_never_fewer_than_the_way_back_needs() {
    assert_eq!(ids(&seven(), 3), ["e1", "f1", "g1"]);
    assert_eq!(ids(&seven(), 0), ["f1", "g1"], "the live one and the one before it");
    assert_eq!(ids(&seven(), 100).len(), 7);
    assert_eq!(ids(&[], 5), [""; 0]);
}

#[test]
fn after_a_way_back_the_live_one_the_one_before_it_and_the_one_left_stay() {
    let journal = [seven(), back("r1", ("c1", "g1"), Ending::Good)].concat();
    assert_eq!(ids(&journal, 1), ["b1", "c1", "f1", "g1"]);
}

#[test]
fn what_failed_does_not_count_unless_nobody_knows_how_it_ended() {
    let failed = [seven(), deploy("h1", Some("g1"), Ending::Restored)].concat();
    assert_eq!(ids(&failed, 2), ["f1", "g1"]);
    let broken = [seven(), deploy("h1", Some("g1"), Ending::Broken)].concat();
    assert_eq!(ids(&broken, 2), ["f1", "g1", "h1"]);
}

#[test]
fn a_backup_is_aged_after_thirty_days_and_a_name_of_others_never() {
    let now = Stamp::parse("2026-03-01T00:00:00Z").unwrap();
    for (name, aged) in [
        ("v1.4.0-2026-01-30T00-00-00Z", false),
        ("v1.4.0-2026-01-29T23-59-59Z", true),
        ("v1.4.0-rc.1-2026-01-05T10-00-00Z", true),
        ("v1.4.0-2026-04-05T10-00-00Z", false),
        ("env-20260105t100000000-0a1b2c3d", true),
        ("env-20260225t100000000-0a1b2c3d", false),
        ("env-old", false),
        ("env-20260105t100000-0a1b2c3d", false),
        ("v-2026-01-05T10-00-00Z", false),
        ("2026-01-05T10-00-00Z", false),
        ("v1.4.0", false),
        ("v1.4.0-2026-13-05T10-00-00Z", false),
        ("v1.4.0-2026-01-05T10-00-00Z.keep", false),
        ("vé-2026-01-05T10-00-00é", false),
        ("", false),
    ] {
        assert_eq!(is_aged(name, now, 30), aged, "{name}");
    }
}
