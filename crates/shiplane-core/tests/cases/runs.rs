//! Every case under `tests/runs` is judged as it says. `UPDATE_EXPECT=1` writes what is judged now.
#![expect(clippy::disallowed_methods, reason = "the test, not the core, reads its cases from files")]

use std::fs;
use std::path::{Path, PathBuf};

use shiplane_core::runs::{self, Facts, Policy};

use super::gate::describe;

pub(super) fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

pub(super) fn read(folder: &Path) -> (Policy, Facts) {
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let wrong = |error: serde_json::Error| -> String { format!("{folder:?}: {error}") };
    let policy = serde_json::from_str(&text("policy.json")).map_err(wrong).unwrap();
    (policy, serde_json::from_str(&text("facts.json")).map_err(wrong).unwrap())
}

pub(super) fn case(name: &str) -> (Policy, Facts) {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs").join(name))
}

#[test]
fn every_case_is_judged_as_it_says() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let folders = folders();
    let mut wrong = Vec::new();
    for folder in &folders {
        let (policy, facts) = read(folder);
        let judged = judged(&policy, &facts);
        let path = folder.join("expected.txt");
        if update {
            fs::write(&path, &judged).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if judged != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- judged\n{judged}", folder.display()));
        }
    }
    assert!(folders.len() >= 60, "only {} cases were found", folders.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    let lines = source.lines().skip_while(|line| *line != "//! ```json").skip(1);
    let example: Vec<&str> =
        lines.take_while(|line| *line != "//! ```").map(|line| line.trim_start_matches("//!")).collect();
    let facts: Facts = serde_json::from_str(&example.join("\n")).unwrap();
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
