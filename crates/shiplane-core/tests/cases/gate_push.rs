//! A commit that is on the branch already.

use shiplane_core::gate::facts::{Mergeable, Section, State, Unread};
use shiplane_core::gate::policy::DirectPush;
use shiplane_core::gate::{self, Facts, Policy, Push, Seen};
use shiplane_core::report::{Finding, Level};

use super::gate::case;

fn push(pull_request: Option<Facts>) -> Push {
    Push {
        repository: "example/shop".to_owned(),
        branch: "develop".to_owned(),
        commit: "1anded0c0ffee".to_owned(),
        pushed_by: Some("ada".to_owned()),
        pull_request: pull_request.map(Box::new),
        unread: Vec::new(),
    }
}

fn merged() -> (Policy, Facts) {
    let (policy, mut facts) = case("everything-in-order");
    facts.pull_request.state = State::Merged;
    facts.pull_request.mergeable = Mergeable::Unknown;
    (policy, facts)
}

fn judged(policy: &Policy, push: Push) -> Vec<Finding> {
    gate::evaluate_seen(policy, &Seen::Push(Box::new(push)))
}

fn word(findings: &[Finding]) -> String {
    gate::verdict(findings).word
}

fn told(findings: &[Finding]) -> Vec<(Level, &str, &str)> {
    findings.iter().map(|finding| (finding.level, finding.code.as_str(), finding.fact.as_str())).collect()
}

#[test]
fn a_pull_request_that_was_in_order_makes_the_push_so() {
    let (policy, facts) = merged();
    let findings = judged(&policy, push(Some(facts)));
    assert_eq!(word(&findings), "pass");
    let expected = (Level::Ok, "direct-push", "pull request 7 brought 1anded0 to `develop`");
    assert_eq!(told(&findings)[0], expected);
}

#[test]
fn the_pull_request_is_judged_as_it_was() {
    let (policy, mut facts) = merged();
    facts.checks.remove(0);
    facts.reviews.clear();
    let findings = judged(&policy, push(Some(facts)));
    assert_eq!(word(&findings), "blocked");
    let codes: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.level == Level::Fail)
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["approvals", "check-missing"]);
}

#[test]
fn a_direct_push_is_what_the_policy_says() {
    let by_hand = "`ada` pushed 1anded0 to `develop` without a pull request";
    for (rule, level, fact) in [
        (DirectPush::Deny, Level::Fail, by_hand.to_owned()),
        (DirectPush::Warn, Level::Warning, by_hand.to_owned()),
        (DirectPush::Allow, Level::Ok, format!("{by_hand}, which is allowed here")),
    ] {
        let findings = judged(&Policy { direct_push: rule, ..Policy::default() }, push(None));
        assert_eq!(told(&findings), [(level, "direct-push", fact.as_str())]);
    }
}

#[test]
fn a_bot_may_push_where_the_policy_names_it() {
    let mut by_bot = push(None);
    by_bot.pushed_by = Some("release[bot]".to_owned());
    let named = Policy { bots: vec!["release".to_owned()], ..Policy::default() };
    assert_eq!(word(&judged(&named, by_bot.clone())), "pass");
    assert_eq!(word(&judged(&Policy::default(), by_bot)), "blocked");
    let mut by_namesake = push(None);
    by_namesake.pushed_by = Some("release".to_owned());
    assert_eq!(word(&judged(&named, by_namesake)), "blocked");
}

#[test]
fn a_pull_request_to_another_branch_brought_nothing_to_this_one() {
    let (policy, mut facts) = merged();
    facts.pull_request.base = "stage".to_owned();
    let findings = judged(&policy, push(Some(facts)));
    let fact =
        "`ada` pushed 1anded0 to `develop` without a pull request; pull request 7 brought it to `stage`";
    assert_eq!(told(&findings), [(Level::Fail, "direct-push", fact)]);
}

#[test]
fn what_could_not_be_read_is_neither_a_pass_nor_a_direct_push() {
    let unread = Unread {
        section: Section::Commits,
        why: "Resource not accessible by integration".to_owned(),
        permissions: vec!["pull-requests: read".to_owned()],
    };
    let mut blind = push(None);
    blind.unread = vec![unread.clone()];
    let findings = judged(&Policy { direct_push: DirectPush::Allow, ..Policy::default() }, blind);
    assert_eq!(word(&findings), "undetermined");
    assert_eq!(findings[0].code, "push-unreadable");
    assert_eq!(findings[0].help.as_deref(), Some("grant the job `pull-requests: read` under `permissions:`"));
    let (policy, facts) = merged();
    let mut half_blind = push(Some(facts));
    half_blind.unread = vec![unread];
    assert_eq!(word(&judged(&policy, half_blind)), "undetermined");
}

#[test]
fn a_pull_request_is_judged_as_ever() {
    let (policy, facts) = case("everything-in-order");
    let seen = Seen::PullRequest(Box::new(facts.clone()));
    assert_eq!(gate::evaluate_seen(&policy, &seen), gate::evaluate(&policy, &facts));
}

#[test]
fn both_records_read_back_the_same() {
    let (_, facts) = merged();
    for seen in [
        Seen::PullRequest(Box::new(facts.clone())),
        Seen::Push(Box::new(push(Some(facts)))),
        Seen::Push(Box::new(push(None))),
    ] {
        let text = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<Seen>(&text).unwrap(), seen);
    }
}

#[test]
fn the_example_in_the_documentation_is_a_push() {
    let source = include_str!("../../src/gate/push.rs");
    let lines = source.lines().skip_while(|line| *line != "/// ```json").skip(1);
    let example: Vec<&str> =
        lines.take_while(|line| *line != "/// ```").map(|line| line.trim_start_matches("///")).collect();
    match serde_json::from_str(&example.join("\n")).unwrap() {
        Seen::Push(push) => assert_eq!(push.pull_request.unwrap().checks.len(), 1),
        Seen::PullRequest(_) => panic!("the example is a push"),
    }
}

#[test]
fn a_wrong_field_is_named_with_its_line() {
    for (text, expected) in [
        (r#"{"push": {"branch": "main", "commit": "m1", "forced": true}}"#, "unknown field `forced`"),
        (r#"{"push": {"branch": "main"}}"#, "missing field `commit` at line 1"),
        (r#"{"push": {"branch": "main", "commit": "m1"}, "head": 1}"#, "unknown field `head`, there is none"),
        ("{\n  \"pull-requests\": {}}", "unknown field `pull-requests`, expected one of `repository`"),
        ("{\n  \"pull-requests\": {}}", "line 2"),
        ("{}", "missing field `pull-request`"),
        ("[]", "the record of a pull request, or of a push"),
    ] {
        let error = serde_json::from_str::<Seen>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
