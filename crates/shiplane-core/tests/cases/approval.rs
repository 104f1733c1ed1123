//! Every case under `tests/approval` is judged as it says. `UPDATE_EXPECT=1` writes what is judged now.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use shiplane_core::approval::{self, Approver, Deed, Facts, Policy, Record, Terms};
use shiplane_core::duration::Span;
use shiplane_core::gate;
use shiplane_core::report::{Finding, Level};

use super::recorded;

fn folders() -> Vec<PathBuf> {
    recorded::folders("approval")
}

fn read(folder: &Path) -> (Policy, Facts) {
    (recorded::json(folder, "policy.json"), recorded::json(folder, "facts.json"))
}

fn case(name: &str) -> (Policy, Facts) {
    read(&recorded::folder("approval", name))
}

#[test]
fn every_case_is_judged_as_it_says() {
    recorded::every("approval", 35, |folder| {
        let (policy, facts) = read(folder);
        judged(&policy, &facts)
    });
}

#[test]
fn the_order_of_the_answers_never_matters() {
    for folder in folders() {
        let (policy, facts) = read(&folder);
        let mut turned = facts.clone();
        turned.comments.reverse();
        turned.reviews.reverse();
        turned.permissions.reverse();
        turned.memberships.reverse();
        turned.runs.reverse();
        assert_eq!(judged(&policy, &turned), judged(&policy, &facts), "{}", folder.display());
    }
}

#[test]
fn what_was_not_read_never_becomes_a_pass() {
    for folder in folders() {
        let (policy, facts) = read(&folder);
        for without in [
            Facts { permissions: Vec::new(), ..facts.clone() },
            Facts { memberships: Vec::new(), ..facts.clone() },
            Facts { runs: Vec::new(), ..facts.clone() },
            Facts { commit: None, ..facts.clone() },
            Facts { seen_at: None, ..facts.clone() },
        ] {
            let word = |facts| gate::verdict(&approval::decide(&policy, facts).findings).word;
            let (before, after) = (word(&facts), word(&without));
            assert!(after != "pass" || before == "pass", "{}: {before}", folder.display());
        }
    }
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
fn the_example_in_the_documentation_is_facts_and_passes() {
    let source = include_str!("../../src/approval/mod.rs");
    let lines = source.lines().skip_while(|line| *line != "//! ```json").skip(1);
    let example: Vec<&str> =
        lines.take_while(|line| *line != "//! ```").map(|line| line.trim_start_matches("//!")).collect();
    let mut facts: Facts = serde_json::from_str(&example.join("\n")).unwrap();
    let policy = Policy { environment: "production".to_owned(), ..Policy::default() };
    assert_eq!(gate::verdict(&approval::decide(&policy, &facts).findings).word, "undetermined");
    facts.unread.clear();
    assert_eq!(gate::verdict(&approval::decide(&policy, &facts).findings).word, "pass");
}

#[test]
fn nothing_in_a_record_can_end_the_comment_that_hides_it() {
    let terms = Terms {
        commit: "a".repeat(40),
        environment: "--> <script> `x`\n::error::\u{202e}".to_owned(),
        count: 2,
        from: vec!["@example/leads".parse().unwrap(), "alice".parse().unwrap()],
        requester: Some("-->\u{0}".to_owned()),
        expires: Span::seconds(60),
        deny_author: true,
    };
    let line = Record::Request(terms).line();
    assert_eq!((line.matches("-->").count(), line.lines().count()), (1, 1), "{line}");
    let deed = Deed { commit: "-->".into(), environment: "<!--".into(), by: ">".into(), run: None };
    assert_eq!(Record::Grant(deed).line().matches("-->").count(), 1);
}

#[test]
fn an_approver_is_a_login_or_a_team() {
    let shown = |text: &str| text.parse::<Approver>().map(|one| one.to_string());
    assert_eq!(shown(" @alice "), Ok("alice".to_owned()));
    assert_eq!(shown("example/leads"), Ok("@example/leads".to_owned()));
    assert_eq!(shown("bot[bot]"), Ok("bot[bot]".to_owned()));
    for wrong in ["", "@", "a b", "a/b/c", "@/x", "x/", "a\n"] {
        assert_eq!(shown(wrong).is_ok(), wrong == "a\n", "{wrong:?}");
    }
}

fn judged(policy: &Policy, facts: &Facts) -> String {
    let decision = approval::decide(policy, facts);
    let verdict = gate::verdict(&decision.findings);
    let mut text = format!("{} (exit {})\n", verdict.word, verdict.exit.code());
    for finding in &decision.findings {
        describe(&mut text, finding);
    }
    writeln!(text, "commit: {}", decision.commit.unwrap_or_default().escape_debug()).unwrap();
    writeln!(text, "approved by: {}", decision.approved_by.join(", ").escape_debug()).unwrap();
    let ends = decision.ends.map(|ends| ends.to_string()).unwrap_or_default();
    writeln!(text, "ends: {ends}").unwrap();
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
    writeln!(text, "{level:8}{}: {}", finding.code, finding.fact).unwrap();
    if let Some(help) = &finding.help {
        writeln!(text, "        help: {help}").unwrap();
    }
}

#[test]
fn the_team_is_asked_of_those_who_answered_and_are_not_named() {
    let (policy, facts) = case("team-member-and-named-person");
    let asked = approval::questions(&policy, &facts, &["zoe".to_owned()]);
    assert_eq!(asked.teams, [("example".to_owned(), "leads".to_owned())]);
    assert_eq!((asked.members, asked.writers), (vec!["grace".to_owned(), "zoe".to_owned()], Vec::new()));
}
