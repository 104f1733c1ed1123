//! Every case under `tests/runs` is judged as it says. `UPDATE_EXPECT=1` writes what is judged now.

use std::path::{Path, PathBuf};

use shiplane_core::runs::{self, Facts, Policy};

use super::gate::describe;
use super::recorded;

pub(super) fn folders() -> Vec<PathBuf> {
    recorded::folders("runs")
}

pub(super) fn read(folder: &Path) -> (Policy, Facts) {
    (recorded::json(folder, "policy.json"), recorded::json(folder, "facts.json"))
}

pub(super) fn case(name: &str) -> (Policy, Facts) {
    read(&recorded::folder("runs", name))
}

#[test]
fn every_case_is_judged_as_it_says() {
    recorded::every("runs", 60, |folder| {
        let (policy, facts) = read(folder);
        judged(&policy, &facts)
    });
}

#[test]
fn what_was_recorded_reads_back_the_same() {
    for folder in folders() {
        let (policy, facts) = read(&folder);
        let again: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        assert_eq!(again, facts, "{}", folder.display());
        let again: Policy = serde_json::from_str(&serde_json::to_string(&policy).unwrap()).unwrap();
        assert_eq!(again, policy, "{}", folder.display());
    }
}

#[test]
fn the_example_in_the_documentation_is_facts() {
    let source = include_str!("../../src/runs/facts.rs");
    let facts: Facts = recorded::example(source);
    assert_eq!((facts.runs.len(), facts.older_runs.len()), (1, 1));
    let lead = runs::lead(&facts).unwrap();
    assert_eq!((lead.total, lead.waiting, lead.machine()), (26 * 60, 12 * 60, 14 * 60));
}

#[test]
fn the_worst_run_is_the_one_to_look_at() {
    let worst = |name: &str| {
        let (policy, facts) = case(name);
        runs::worst(&policy, &facts).map(|run| run.id)
    };
    assert_eq!(worst("everything-in-order"), Some(101));
    assert_eq!(worst("red-on-push-though-green-on-the-pull-request"), Some(100));
    assert_eq!(worst("job-failed-in-a-green-run"), Some(100));
    assert_eq!(worst("run-stale"), Some(90));
    assert_eq!(worst("branch-missing"), None);
}

/// Judges as [`runs::evaluate`] does, in the words of the expected files.
fn judged(policy: &Policy, facts: &Facts) -> String {
    let findings = runs::evaluate(policy, facts);
    let verdict = runs::verdict(&findings);
    let mut text = format!("{} (exit {})\n", verdict.word, verdict.exit.code());
    for finding in &findings {
        describe(&mut text, finding);
    }
    text
}
