//! Who holds a lock, and whether it may be freed.

use shiplane_core::deploy::holder::unlock;
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Holder, HostFacts, Process, Result as Ending, Stamp, decide};

use super::host::{NOW, ask, codes, compose, deploy, ended, entry, holder, host};

/// A holder whose lease ends so many seconds from now.
fn leased(seconds: i64) -> Holder {
    let lease = NOW.0.checked_add_signed(seconds * 1000).map(Stamp);
    let worker = Some(Process { pid: 4242, started: 1 });
    Holder { lease, worker, phase: Some("build release".to_owned()), ..holder() }
}

fn held(holder: Holder) -> HostFacts {
    HostFacts { lock: Some(holder), ..host(Vec::new()) }
}

#[test]
fn only_a_run_that_lives_refuses_a_deploy() {
    let found = |holder| codes(&decide(&ask(compose()), &held(holder)).0).join(" ");
    assert!(found(leased(60)).contains("lock-held"));
    assert!(found(holder()).contains("lock-held"), "an old worker has no lease, and counts as living");
    let stalled = found(leased(-1));
    assert!(stalled.contains("lock-stalled") && !stalled.contains("lock-held"), "{stalled}");
    let findings = decide(&ask(compose()), &held(leased(60))).0;
    let fact = &findings.iter().find(|finding| finding.code == "lock-held").unwrap().fact;
    assert!(fact.contains("(0s), now in `build release`: https://git.example/"), "{fact}");
}

#[test]
fn a_lock_is_freed_when_its_holder_is_gone_or_silent_or_on_demand() {
    let decided = |facts: &HostFacts, force| {
        let (findings, wanted) = unlock(facts, force);
        (codes(&findings).join(" "), wanted.is_some())
    };
    let told = |code: &str, wanted| (code.to_owned(), wanted);
    for force in [false, true] {
        assert_eq!(decided(&host(Vec::new()), force), told("lock-free", false));
        assert_eq!(decided(&held(leased(-1)), force), told("lock-stalled", true));
        let left = HostFacts { left: Some(leased(60)), ..host(Vec::new()) };
        assert_eq!(decided(&left, force), told("lock-left", true));
    }
    assert_eq!(decided(&held(leased(60)), false), told("lock-held", false));
    assert_eq!(decided(&held(leased(60)), true), told("lock-held", true));
}

#[test]
fn a_freed_lock_settles_nothing() {
    let mut cut = deploy("b1", Some("a1"), Ending::Good);
    cut.pop();
    let freed = entry("unlock-1", What::Unlocked { holder: "b1".to_owned(), forced: true });
    let story = History::of(&[deploy("a1", None, Ending::Good), cut, vec![freed]].concat());
    assert_eq!(story.live.map(|live| live.id).as_deref(), Some("a1"));
    assert_eq!(story.unsettled.map(|left| left.id).as_deref(), Some("b1"));
}

#[test]
fn a_release_that_was_only_not_waited_for_is_not_quarantined() {
    let told = |why: &str| {
        let mut run: Vec<Entry> = deploy("b1", Some("a1"), Ending::Good);
        run.pop();
        let mut end = ended("b1", Ending::Restored);
        if let What::Ended { why: told, .. } = &mut end.what {
            *told = Some(why.to_owned());
        }
        let before = deploy("a1", None, Ending::Good);
        History::of(&[before, run, vec![end]].concat()).quarantined.len()
    };
    assert_eq!(["interrupted", "unconfirmed", "proof-failed", "budget-exceeded"].map(told), [0, 0, 1, 1]);
}
