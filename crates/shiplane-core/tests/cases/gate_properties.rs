//! What holds for every pull request: order never matters, what is not known never passes, one fact is one reason.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use shiplane_core::gate::facts::{
    Check, CheckRun, CommitStatus, Mergeable, OwnCheck, Protection, Review, ReviewState, Section, State,
    TestMerge, Thread, Unread,
};
use shiplane_core::gate::policy::RequiredCheck;
use shiplane_core::gate::{self, Facts, Policy};
use shiplane_core::report::{Finding, Level};

use super::gate::{case, folders, read};

const GREEN: &str = "everything-in-order";

pub(super) fn reasons(policy: &Policy, facts: &Facts) -> BTreeSet<String> {
    let findings = gate::evaluate(policy, facts);
    findings.into_iter().filter(|finding| finding.level != Level::Ok).map(|finding| finding.code).collect()
}

pub(super) fn word(policy: &Policy, facts: &Facts) -> String {
    gate::verdict(&gate::evaluate(policy, facts)).word
}

pub(super) fn review() -> impl Strategy<Value = Review> {
    let states = [
        ReviewState::Approved,
        ReviewState::ChangesRequested,
        ReviewState::Commented,
        ReviewState::Dismissed,
        ReviewState::Unknown,
    ];
    let people = select(&["ada", "grace", "Grace", "linus", "ghost", "helper[bot]"][..]);
    // The last one is no time: it is not known.
    let times = select(&["2026-01-05T09:00:00Z", "2026-01-05T10:01:00Z", "2026-01-05T11:00:00Z", ""][..]);
    let commits = (select(&["c0ffee1", "0ldc0de"][..]), any::<Option<bool>>());
    (people, select(states.to_vec()), times, commits, any::<bool>(), 0..3_u64).prop_map(
        |(author, state, time, (commit, same_diff), writer, id)| Review {
            author: author.to_owned(),
            state,
            submitted_at: time.parse().ok(),
            commit: Some(commit.to_owned()),
            same_diff,
            writer,
            id,
        },
    )
}

fn check() -> impl Strategy<Value = Check> {
    let names = || select(&["lint", "test", "gate", "other"][..]);
    let words = select(&[Some("success"), Some("failure"), Some("skipped"), Some("odd"), None][..]);
    let run = (names(), words, select(&["ci.yml", "gate.yml"][..]), 100..103_u64, 1000..1003_u64);
    let run = run.prop_map(|(name, conclusion, workflow, run, id)| {
        Check::Run(CheckRun {
            name: name.to_owned(),
            status: if id == 1000 { "in_progress" } else { "completed" }.to_owned(),
            conclusion: conclusion.map(str::to_owned),
            app: Some("github-actions".to_owned()),
            app_id: None,
            workflow: Some(workflow.to_owned()),
            event: None,
            run: Some(run),
            id,
            started_at: None,
            completed_at: None,
            url: None,
        })
    });
    let states = select(&["success", "pending", "error", "odd"][..]);
    let times = select(&["2026-01-05T10:05:00Z", "2026-01-05T10:06:00Z"][..]);
    let status = (names(), states, times).prop_map(|(name, state, time)| {
        let (name, state) = (name.to_owned(), state.to_owned());
        Check::Status(CommitStatus { name, state, by: None, at: time.parse().ok() })
    });
    prop_oneof![run, status]
}

fn thread() -> impl Strategy<Value = Thread> {
    (select(&["a.rs", "b.rs"][..]), proptest::option::of(1..9_u64), any::<bool>(), any::<bool>()).prop_map(
        |(path, line, resolved, outdated)| Thread {
            path: path.to_owned(),
            line,
            author: "grace".to_owned(),
            resolved,
            outdated,
        },
    )
}

fn unread() -> impl Strategy<Value = Unread> {
    let sections =
        [Section::Reviews, Section::Threads, Section::Checks, Section::TestMerge, Section::Commits];
    select(sections.to_vec()).prop_map(|section| Unread {
        section,
        why: "cut off".to_owned(),
        permissions: Vec::new(),
    })
}

fn protection() -> impl Strategy<Value = Protection> {
    let checks = proptest::collection::vec(select(&["lint", "test", "other"][..]), 0..3);
    let source = select(&["ruleset main", "branch protection rule"][..]);
    (source, proptest::option::of(0..3_u8), checks).prop_map(|(source, approvals, checks)| Protection {
        source: source.to_owned(),
        approvals,
        checks: checks.into_iter().map(RequiredCheck::named).collect(),
        ..Protection::default()
    })
}

prop_compose! {
    fn situation()(
        reviews in proptest::collection::vec(review(), 0..6),
        checks in proptest::collection::vec(check(), 0..8),
        threads in proptest::collection::vec(thread(), 0..3),
        unread in proptest::collection::vec(unread(), 0..2),
        merged in proptest::option::of(proptest::collection::vec(check(), 0..4)),
        protection in proptest::collection::vec(protection(), 0..3),
        named in any::<bool>(),
        approvals in 0..3_u8,
    ) -> (Policy, Facts) {
        let (mut policy, mut facts) = case(GREEN);
        policy.approvals = approvals;
        if !named {
            policy.checks.clear();
        }
        facts.own_check = Some(OwnCheck { run: Some(101), job: Some("gate".to_owned()), ..OwnCheck::default() });
        (facts.reviews, facts.checks, facts.threads, facts.unread) = (reviews, checks, threads, unread);
        facts.test_merge = merged.map(|checks| TestMerge { commit: "7e57001".to_owned(), checks });
        facts.protection = protection;
        (policy, facts)
    }
}

proptest! {
    #[test]
    fn the_order_of_the_answers_never_matters(
        (policy, facts) in situation(),
        turn in 0..8_usize,
        flip in any::<bool>(),
    ) {
        fn stir<T>(list: &mut [T], turn: usize, flip: bool) {
            if !list.is_empty() {
                list.rotate_left(turn % list.len());
            }
            if flip {
                list.reverse();
            }
        }
        let mut stirred = facts.clone();
        stir(&mut stirred.reviews, turn, flip);
        stir(&mut stirred.checks, turn, flip);
        stir(&mut stirred.threads, turn, flip);
        stir(&mut stirred.unread, turn, flip);
        stir(&mut stirred.protection, turn, flip);
        if let Some(test_merge) = &mut stirred.test_merge {
            stir(&mut test_merge.checks, turn, flip);
        }
        let verdicts = |facts: &Facts| -> Vec<Finding> { gate::evaluate(&policy, facts) };
        prop_assert_eq!(verdicts(&facts), verdicts(&stirred));
    }

    #[test]
    fn what_could_not_be_read_never_becomes_a_pass((policy, facts) in situation(), unread in unread()) {
        let matters = unread.section != Section::Commits;
        let mut less = facts;
        less.unread.push(unread);
        prop_assert!(!matters || word(&policy, &less) != "pass");
    }

    #[test]
    fn a_required_check_that_fails_never_makes_a_pass((policy, facts) in situation()) {
        let mut worse = facts;
        let failed = CommitStatus { name: "lint".to_owned(), state: "failure".to_owned(), by: None, at: None };
        worse.checks.retain(|check| check.name() != "lint");
        worse.checks.push(Check::Status(failed));
        prop_assert_eq!(word(&policy, &worse), "blocked");
    }
}

#[test]
fn knowing_less_never_turns_a_case_into_a_pass() {
    let blind: [fn(&mut Facts); 4] = [
        |facts| facts.pull_request.mergeable = Mergeable::Unknown,
        |facts| facts.pull_request.state = State::Unknown,
        |facts| facts.pull_request.moved_to = Some("badcafe".to_owned()),
        |facts| {
            facts.unread.push(Unread {
                section: Section::Checks,
                why: "cut off".to_owned(),
                permissions: Vec::new(),
            })
        },
    ];
    for folder in folders() {
        for blind in blind {
            let (policy, mut facts) = read(&folder);
            // Whether it merges, and as which head, is asked of what is still to be merged alone.
            let to_be_merged = facts.merge_group.is_none() && facts.landed.is_none();
            blind(&mut facts);
            if !to_be_merged && facts.complete(Section::Checks) && facts.pull_request.state != State::Unknown
            {
                continue;
            }
            assert_ne!(word(&policy, &facts), "pass", "{}", folder.display());
        }
    }
}

/// One fact, and the one reason that must come of it.
type Flip = (fn(&mut Facts), &'static str);

#[test]
fn one_fact_flipped_is_one_reason_more() {
    let flips: [Flip; 17] = [
        (|facts| facts.pull_request.state = State::Closed, "not-open"),
        (|facts| facts.pull_request.draft = true, "draft"),
        (|facts| facts.pull_request.source = "hotfix/x".to_owned(), "source-branch"),
        (|facts| facts.pull_request.fork = true, "fork-source"),
        (|facts| facts.pull_request.author = "GRACE".to_owned(), "approvals"),
        (|facts| facts.reviews[0].state = ReviewState::Dismissed, "approvals"),
        (|facts| facts.reviews[0].commit = Some("0ldc0de".to_owned()), "approvals"),
        (|facts| facts.reviews[0].submitted_at = "2026-01-05T10:00:59Z".parse().ok(), "approvals"),
        (|facts| facts.reviews[0].writer = false, "approvals"),
        (|facts| facts.reviews[0].author = "linus".to_owned(), "approvals"),
        (|facts| facts.head_seen_at = None, "approvals"),
        (|facts| facts.threads[0].resolved = false, "threads"),
        (|facts| facts.pull_request.mergeable = Mergeable::Conflicting, "conflict"),
        (|facts| facts.pull_request.mergeable = Mergeable::Unknown, "mergeable-unknown"),
        (|facts| facts.pull_request.moved_to = Some("badcafe".to_owned()), "head-moved"),
        (|facts| drop(facts.checks.remove(0)), "check-missing"),
        (|facts| conclude(&mut facts.checks[0], Some("cancelled")), "check-failed"),
    ];
    for (at, (flip, reason)) in flips.into_iter().enumerate() {
        let (policy, mut facts) = case(GREEN);
        assert_eq!(reasons(&policy, &facts), BTreeSet::new());
        flip(&mut facts);
        assert_eq!(reasons(&policy, &facts), BTreeSet::from([reason.to_owned()]), "flip {at}");
        let others = |facts: &Facts| -> Vec<Finding> {
            let matches = |finding: &Finding| finding.code == reason || is_sibling(reason, &finding.code);
            gate::evaluate(&policy, facts).into_iter().filter(|finding| !matches(finding)).collect()
        };
        if !matches!(reason, "source-branch" | "fork-source") {
            assert_eq!(others(&facts), others(&case(GREEN).1), "flip {at}");
        }
    }
}

#[test]
fn a_demand_for_changes_takes_the_approval_of_that_person_too() {
    let (policy, mut facts) = case(GREEN);
    facts.reviews[0].state = ReviewState::ChangesRequested;
    let expected = ["approvals", "changes-requested"].map(str::to_owned);
    assert_eq!(reasons(&policy, &facts), BTreeSet::from(expected));
}

/// Codes under which one rule speaks: its reason, and its word that all is in order.
fn is_sibling(reason: &str, code: &str) -> bool {
    matches!((reason, code), ("mergeable-unknown", "conflict") | ("check-missing" | "check-failed", "checks"))
}

fn conclude(check: &mut Check, word: Option<&str>) {
    match check {
        Check::Run(run) => run.conclusion = word.map(str::to_owned),
        Check::Status(_) => panic!("the first check of the green case is a run"),
    }
}
