//! Everything is asked for, and everything is in order; then one fact is another, and exactly its reasons appear.

use std::collections::BTreeSet;

use shiplane_core::gate::facts::{
    Check, CheckRun, CommitStatus, Landed, MergeGroup, Mergeable, ReviewState, Section, State, Unread,
};
use shiplane_core::gate::policy::RequiredCheck;
use shiplane_core::gate::time::Time;
use shiplane_core::gate::{self, Facts};
use shiplane_core::report::Level;

use super::gate::case;

const BASE: &str = "everything-asked-for";

/// What is another, and the reasons that come of it.
type Flip = (&'static str, fn(&mut Facts), &'static [&'static str]);

/// The pull request itself.
const PULL_REQUEST: &[Flip] = &[
    ("closed", |facts| facts.pull_request.state = State::Closed, &["not-open"]),
    ("merged", |facts| facts.pull_request.state = State::Merged, &["not-open"]),
    ("in an unknown state", |facts| facts.pull_request.state = State::Unknown, &["not-open"]),
    ("a draft", |facts| facts.pull_request.draft = true, &["draft"]),
    ("from another branch", |facts| facts.pull_request.source = "hotfix/x".to_owned(), &["source-branch"]),
    ("from too deep a branch", |facts| facts.pull_request.source.push_str("/x"), &["source-branch"]),
    ("from a fork", |facts| facts.pull_request.fork = true, &["fork-source"]),
    ("in conflict", |facts| facts.pull_request.mergeable = Mergeable::Conflicting, &["conflict"]),
    ("not yet merged", |facts| facts.pull_request.mergeable = Mergeable::Unknown, &["mergeable-unknown"]),
    ("behind", |facts| facts.pull_request.behind_by = Some(1), &["behind"]),
    ("of unknown distance", |facts| facts.pull_request.behind_by = None, &["behind"]),
    ("moved", |facts| facts.pull_request.moved_to = Some("badcafe".to_owned()), &["head-moved"]),
    (
        "landed unmerged",
        |facts| facts.landed = Some(Landed { commit: "1a".to_owned() }),
        &["check-too-old", "not-merged"],
    ),
];

/// What people said.
const PEOPLE: &[Flip] = &[
    ("approved by the author", |facts| facts.reviews[0].author = "Ada".to_owned(), &["approvals"]),
    ("approved twice by one", |facts| facts.reviews[0].author = "LINUS".to_owned(), &["approvals"]),
    ("approved by a bot", |facts| facts.reviews[0].author = "other[bot]".to_owned(), &["approvals"]),
    ("approved by a named bot", |facts| facts.reviews[0].author = "helper[bot]".to_owned(), &[]),
    ("approved by a reader", |facts| facts.reviews[0].writer = false, &["approvals"]),
    (
        "approved by a committer",
        |facts| facts.commits[0].committer = Some("grace".to_owned()),
        &["approvals"],
    ),
    ("by an unknown committer", |facts| facts.commits[0].author = None, &["commit-without-user"]),
    ("approved too early", |facts| facts.reviews[0].submitted_at = at("10:00:59"), &["approvals"]),
    ("approved at an unknown time", |facts| facts.reviews[0].submitted_at = None, &["approvals"]),
    ("approved elsewhere", |facts| facts.reviews[0].commit = Some("0ldc0de".to_owned()), &["approvals"]),
    ("approved on what is gone", |facts| facts.reviews[0].commit = None, &["approvals"]),
    ("pushed at an unknown time", |facts| facts.head_seen_at = None, &["approvals"]),
    ("an approval dismissed", |facts| facts.reviews[0].state = ReviewState::Dismissed, &["approvals"]),
    ("an approval a remark", |facts| facts.reviews[0].state = ReviewState::Commented, &["approvals"]),
    ("an approval withdrawn", |facts| drop(facts.reviews.remove(0)), &["approvals"]),
    (
        "changes asked for",
        |facts| facts.reviews[0].state = ReviewState::ChangesRequested,
        &["approvals", "changes-requested"],
    ),
    (
        "an odd review",
        |facts| facts.reviews[0].state = ReviewState::Unknown,
        &["approvals", "changes-requested"],
    ),
    ("a conversation open", |facts| facts.threads[0].resolved = false, &["threads"]),
];

/// What machines said.
const CHECKS: &[Flip] = &[
    ("a check red", |facts| run(facts, 0).conclusion = word("failure"), &["check-failed"]),
    ("a check stale", |facts| run(facts, 1).conclusion = word("stale"), &["check-failed"]),
    ("a check odd", |facts| run(facts, 1).conclusion = word("splendid"), &["check-failed"]),
    ("a check unapproved", |facts| run(facts, 1).conclusion = word("action_required"), &["check-failed"]),
    ("a check neutral", |facts| run(facts, 1).conclusion = word("NEUTRAL"), &[]),
    ("a check queued", |facts| begin(run(facts, 0), "queued"), &["check-pending"]),
    ("a check without an end", |facts| run(facts, 0).conclusion = None, &["check-pending"]),
    ("a check gone", |facts| drop(facts.checks.remove(1)), &["check-missing"]),
    ("a check of another name", |facts| run(facts, 1).name.push('s'), &["check-missing"]),
    ("a check of another case", |facts| run(facts, 1).name = "Test".to_owned(), &["check-missing"]),
    ("a check of another app", |facts| other_app(run(facts, 1)), &["check-missing"]),
    ("GitHub's check gone", |facts| drop(facts.checks.remove(2)), &["check-missing"]),
    ("GitHub's check red", |facts| run(facts, 2).conclusion = word("failure"), &["check-failed"]),
    ("a status red", |facts| status(facts).state = "error".to_owned(), &["check-failed"]),
    ("a status pending", |facts| status(facts).state = "pending".to_owned(), &["check-pending"]),
    ("a status odd", |facts| status(facts).state = "splendid".to_owned(), &["check-failed"]),
    ("a check old", |facts| run(facts, 0).completed_at = at("09:00:00").map(days_before), &["check-too-old"]),
    ("a check of unknown age", |facts| run(facts, 0).completed_at = None, &["check-too-old"]),
    ("a status of unknown age", |facts| status(facts).at = None, &["check-too-old"]),
    ("a check slow", |facts| run(facts, 1).completed_at = at("10:12:01"), &["budget"]),
    ("no clock", |facts| facts.seen_at = None, &["check-too-old"]),
    ("a red rerun", |facts| again(facts, "failure"), &["check-failed"]),
    ("a green rerun", |facts| again(facts, "success"), &[]),
    ("the gate unknown", |facts| facts.own_check = None, &[]),
    ("a stranger red", |facts| stranger(facts), &[]),
    ("the test merge red", |facts| on_test_merge(facts).conclusion = word("failure"), &["check-failed"]),
    ("the test merge busy", |facts| begin(on_test_merge(facts), "queued"), &["check-pending"]),
    ("the test merge gone", |facts| facts.test_merge = None, &[]),
    ("a merge group", |facts| facts.merge_group = Some(MergeGroup { commit: "9a".to_owned() }), &[]),
];

/// What GitHub asks for, and what it does not tell.
const PROTECTION: &[Flip] = &[
    ("more approvals", |facts| facts.protection[1].approvals = Some(3), &["approvals"]),
    (
        "one more check",
        |facts| facts.protection[1].checks.push(RequiredCheck::named("e2e")),
        &["check-missing"],
    ),
    ("another app", |facts| facts.protection[1].checks[0].app = word("4711"), &["check-missing"]),
    ("a lock", |facts| facts.protection[1].locked = true, &["branch-locked"]),
    (
        "an unknown rule",
        |facts| facts.protection[0].unknown.push("x".to_owned()),
        &["protection-unknown-rule"],
    ),
    ("a part", |facts| facts.protection[1].partial = true, &["protection-unreadable"]),
    ("protection unread", |facts| unread(facts, Section::Protection), &["protection-unreadable"]),
    ("reviews unread", |facts| unread(facts, Section::Reviews), &["reviews-unreadable"]),
    ("threads unread", |facts| unread(facts, Section::Threads), &["threads-unreadable"]),
    ("checks unread", |facts| unread(facts, Section::Checks), &["checks-unreadable"]),
    ("test merge unread", |facts| unread(facts, Section::TestMerge), &["checks-unreadable"]),
    ("commits unread", |facts| unread(facts, Section::Commits), &["approvals", "commits-unreadable"]),
    ("files unread", |facts| unread(facts, Section::Files), &[]),
];

#[test]
fn one_fact_flipped_brings_exactly_its_reasons() {
    let flips: Vec<&Flip> = [PULL_REQUEST, PEOPLE, CHECKS, PROTECTION].into_iter().flatten().collect();
    assert!(flips.len() >= 40);
    let wrong: Vec<String> = flips.into_iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_flipped_brings_no_reason() {
    let (policy, facts) = case(BASE);
    assert_eq!(gate::verdict(&gate::evaluate(&policy, &facts)).word, "pass");
    assert!(codes(&facts).is_empty());
}

/// What came of a flip, when it is not what was expected.
fn wrong((what, flip, expected): &Flip) -> Option<String> {
    let (_, mut facts) = case(BASE);
    let before = facts.clone();
    flip(&mut facts);
    assert_ne!(facts, before, "{what}: nothing is flipped");
    let found = codes(&facts);
    let expected: BTreeSet<String> = expected.iter().map(|code| (*code).to_owned()).collect();
    (found != expected).then(|| format!("{what}: {found:?}, not {expected:?}"))
}

fn codes(facts: &Facts) -> BTreeSet<String> {
    let findings = gate::evaluate(&case(BASE).0, facts);
    findings.into_iter().filter(|finding| finding.level != Level::Ok).map(|finding| finding.code).collect()
}

fn at(clock: &str) -> Option<Time> {
    format!("2026-01-05T{clock}Z").parse().ok()
}

fn days_before(time: Time) -> Time {
    Time::from_seconds(time.seconds() - 2 * 86_400)
}

fn word(word: &str) -> Option<String> {
    Some(word.to_owned())
}

fn as_run(check: &mut Check) -> &mut CheckRun {
    match check {
        Check::Run(run) => run,
        Check::Status(_) => panic!("it is a status"),
    }
}

fn run(facts: &mut Facts, index: usize) -> &mut CheckRun {
    as_run(&mut facts.checks[index])
}

fn on_test_merge(facts: &mut Facts) -> &mut CheckRun {
    as_run(&mut facts.test_merge.as_mut().unwrap().checks[0])
}

fn status(facts: &mut Facts) -> &mut CommitStatus {
    match &mut facts.checks[4] {
        Check::Status(status) => status,
        Check::Run(_) => panic!("it is a run"),
    }
}

fn begin(run: &mut CheckRun, word: &str) {
    (run.status, run.conclusion, run.completed_at) = (word.to_owned(), None, None);
}

fn other_app(run: &mut CheckRun) {
    (run.app, run.app_id) = (word("other"), Some(4711));
}

fn again(facts: &mut Facts, conclusion: &str) {
    let mut again = run(facts, 0).clone();
    (again.id, again.conclusion) = (again.id + 1000, word(conclusion));
    facts.checks.insert(0, Check::Run(again));
}

fn stranger(facts: &mut Facts) {
    let mut stranger = run(facts, 0).clone();
    (stranger.name, stranger.conclusion) = ("nightly".to_owned(), word("failure"));
    facts.checks.push(Check::Run(stranger));
}

fn unread(facts: &mut Facts, section: Section) {
    facts.unread.push(Unread { section, why: "cut off".to_owned(), permissions: Vec::new() });
}
