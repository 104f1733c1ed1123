//! Every case under `tests/gate` is judged as it says. `UPDATE_EXPECT=1` writes what is judged now.
#![expect(clippy::disallowed_methods, reason = "the test, not the core, reads its cases from files")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use shiplane_core::gate::{self, Facts, Policy};
use shiplane_core::report::{Finding, Level};

pub(super) fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gate");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

pub(super) fn read(folder: &Path) -> (Policy, Facts) {
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let policy =
        serde_json::from_str(&text("policy.json")).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let facts =
        serde_json::from_str(&text("facts.json")).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    (policy, facts)
}

pub(super) fn case(name: &str) -> (Policy, Facts) {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gate").join(name))
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
    assert!(folders.len() >= 40, "only {} cases were found", folders.len());
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
    let source = include_str!("../../src/gate/facts/mod.rs");
    let lines = source.lines().skip_while(|line| *line != "//! ```json").skip(1);
    let example: Vec<&str> =
        lines.take_while(|line| *line != "//! ```").map(|line| line.trim_start_matches("//!")).collect();
    let facts: Facts = serde_json::from_str(&example.join("\n")).unwrap();
    assert_eq!(facts.reviews.len(), 1);
    assert_eq!(facts.checks.len(), 2);
}

#[test]
fn a_fact_that_is_not_known_is_an_error() {
    let (_, facts) = case("everything-in-order");
    let mut value = serde_json::to_value(&facts).unwrap();
    value["pull-request"]["approved"] = true.into();
    let error = serde_json::from_value::<Facts>(value).unwrap_err();
    assert!(error.to_string().contains("unknown field `approved`"), "{error}");
}

fn judged(policy: &Policy, facts: &Facts) -> String {
    let findings = gate::evaluate(policy, facts);
    let verdict = gate::verdict(&findings);
    let mut text = format!("{} (exit {})\n", verdict.word, verdict.exit.code());
    for finding in &findings {
        describe(&mut text, finding);
    }
    text
}

pub(super) fn describe(text: &mut String, finding: &Finding) {
    let level = match finding.level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Pending => "pending",
        Level::Unknown => "unknown",
        Level::Fail => "FAIL",
    };
    write!(text, "{level:8}{}: {}", finding.code, finding.fact).unwrap();
    if let Some(place) = &finding.place {
        let line = place.line.map_or(String::new(), |line| format!(":{line}"));
        write!(text, " ({}{line})", place.file.escape_debug()).unwrap();
    }
    text.push('\n');
    if let Some(help) = &finding.help {
        writeln!(text, "        help: {help}").unwrap();
    }
}
