//! Every case under `tests/audit` is answered as it says. `UPDATE_EXPECT=1` writes what is answered now.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shiplane_core::audit::facts::{Obstacle, Seen};
use shiplane_core::audit::{self, Facts, Wanted, fix};
use shiplane_core::config;
use shiplane_core::report::{Finding, Level};

use super::recorded;

fn folders() -> Vec<PathBuf> {
    recorded::folders("audit")
}

fn read(folder: &Path) -> (Wanted, Facts) {
    let config = config::parse(&recorded::text(folder, "config.yml"));
    let config = config.unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    (Wanted::of(&config), recorded::json(folder, "facts.json"))
}

fn case(name: &str) -> (Wanted, Facts) {
    read(&recorded::folder("audit", name))
}

#[test]
fn every_case_is_answered_as_it_says() {
    recorded::every("audit", 15, |folder| {
        let (wanted, facts) = read(folder);
        answered(&wanted, &facts)
    });
}

#[test]
fn what_was_recorded_reads_back_the_same() {
    for folder in folders() {
        let (_, facts) = read(&folder);
        let again: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        assert_eq!(again, facts, "{}", folder.display());
    }
}

#[test]
fn the_example_in_the_documentation_is_facts() {
    let source = include_str!("../../src/audit/facts.rs");
    let facts: Facts = recorded::example(source);
    assert_eq!(facts.branches.len(), 1);
    assert_eq!(facts.secrets.job, ["SSH_PRIVATE_KEY"]);
}

/// Whatever part of a record is taken away: what was "no" stays "no" or becomes "not known", and nothing that was not
/// in order becomes so.
#[test]
fn what_is_not_seen_never_makes_it_better() {
    let bad = |wanted: &Wanted, facts: &Facts| {
        audit::evaluate(wanted, facts).iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    };
    for folder in folders() {
        let (wanted, facts) = read(&folder);
        if bad(&wanted, &facts) < Level::Unknown {
            continue;
        }
        for (what, hide) in HIDES {
            let mut less = facts.clone();
            hide(&mut less);
            assert!(bad(&wanted, &less) >= Level::Unknown, "{} without {what}", folder.display());
        }
    }
}

type Hide = fn(&mut Facts);

const HIDES: [(&str, Hide); 6] = [
    ("classic rules", |facts| facts.branches.iter_mut().for_each(|branch| branch.classic = hidden())),
    ("rulesets", |facts| facts.branches.iter_mut().for_each(|branch| branch.rulesets = hidden())),
    ("environments", |facts| facts.environments = hidden()),
    ("workflows", |facts| facts.workflows = hidden()),
    ("reports", |facts| facts.reported = hidden()),
    ("secrets", |facts| {
        facts.secrets.repository = hidden();
        if let Seen::Seen(all) = &mut facts.environments {
            all.iter_mut().for_each(|environment| environment.secrets = hidden());
        }
    }),
];

fn hidden<T>() -> Seen<T> {
    Seen::Obstacle(Obstacle { why: "hidden".to_owned(), permission: None, not_available: false })
}

#[test]
fn a_plan_keeps_what_it_does_not_know_and_is_empty_the_second_time() {
    let (wanted, mut facts) = case("fix-changes-our-own-ruleset");
    let changes = fix::plan(&wanted, &facts).unwrap();
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(change.id, Some(41));
    let text = change.body.to_string();
    for kept in
        ["a_rule_of_tomorrow", "a_field_of_tomorrow", "allowed_merge_methods", "15368", "\"actor_id\":5"]
    {
        assert!(text.contains(kept), "{kept}\n{text}");
    }
    assert!(change.body.get("id").is_none() && change.body.get("_links").is_none(), "{text}");
    let mut written = change.body.clone();
    written["id"] = 41.into();
    facts.own_rulesets = Seen::Seen(vec![written]);
    assert_eq!(fix::plan(&wanted, &facts).unwrap(), []);
}

#[test]
fn without_knowing_the_rulesets_nothing_is_planned() {
    let (wanted, mut facts) = case("fix-changes-our-own-ruleset");
    facts.own_rulesets = hidden();
    let fault = fix::plan(&wanted, &facts).unwrap_err();
    assert_eq!((fault.code, fault.exit.code()), ("rulesets-unreadable", 1));
}

fn answered(wanted: &Wanted, facts: &Facts) -> String {
    let findings = audit::evaluate(wanted, facts);
    let verdict = audit::verdict(&findings);
    let mut text = format!("{} (exit {})\n", verdict.word, verdict.exit.code());
    for finding in &findings {
        describe(&mut text, finding);
    }
    for change in fix::plan(wanted, facts).into_iter().flatten() {
        write!(text, "---\n{}", change.diff).unwrap();
    }
    text
}

fn describe(text: &mut String, finding: &Finding) {
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
