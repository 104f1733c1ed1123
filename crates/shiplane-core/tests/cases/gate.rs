//! Every case under `tests/gate` is judged as it says. `UPDATE_EXPECT=1` writes what is judged now.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shiplane_core::gate::{self, Facts, Policy};
use shiplane_core::report::{Finding, Level};

use super::recorded;

pub(super) fn folders() -> Vec<PathBuf> {
    recorded::folders("gate")
}

pub(super) fn read(folder: &Path) -> (Policy, Facts) {
    (recorded::json(folder, "policy.json"), recorded::json(folder, "facts.json"))
}

pub(super) fn case(name: &str) -> (Policy, Facts) {
    read(&recorded::folder("gate", name))
}

#[test]
fn every_case_is_judged_as_it_says() {
    recorded::every("gate", 40, |folder| {
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
    let source = include_str!("../../src/gate/facts/mod.rs");
    let facts: Facts = recorded::example(source);
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
