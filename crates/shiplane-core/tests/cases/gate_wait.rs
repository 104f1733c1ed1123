//! Look again, or stop.

use std::time::Duration;

use shiplane_core::gate::wait::{Allowance, Limits, Reason, Step, Waited, step};
use shiplane_core::report::Finding;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn green() -> Vec<Finding> {
    vec![Finding::ok("checks", "all passed"), Finding::warning("budget", "took long")]
}

fn pending() -> Vec<Finding> {
    vec![Finding::ok("draft", "ready"), Finding::pending("check-pending", "`lint` is queued")]
}

fn waited(elapsed: u64, polls: u64) -> Waited {
    Waited { elapsed: s(elapsed), polls, unchanged_for: s(0) }
}

fn until(deadline: u64) -> Limits {
    Limits { deadline: s(deadline), settle: s(20), allowance: None }
}

#[test]
fn waits_grow_to_half_a_minute() {
    let expected = [2, 2, 4, 8, 15, 30, 30];
    for (polls, seconds) in (0..).zip(expected) {
        assert_eq!(step(&pending(), &waited(0, polls), &until(600)), Step::Wait(s(seconds)), "{polls}");
    }
    assert_eq!(step(&pending(), &waited(0, u64::MAX), &until(600)), Step::Wait(s(30)));
}

#[test]
fn the_last_wait_ends_at_the_deadline_and_then_the_answer_stands() {
    assert_eq!(step(&pending(), &waited(595, 20), &until(600)), Step::Wait(s(5)));
    assert_eq!(step(&pending(), &waited(600, 21), &until(600)), Step::Done);
    assert_eq!(step(&pending(), &waited(900, 21), &until(600)), Step::Done);
    assert_eq!(step(&pending(), &waited(0, 1), &until(0)), Step::Done);
}

#[test]
fn a_reason_that_stays_is_the_answer_at_once() {
    for stays in [
        Finding::fail("draft", ""),
        Finding::fail("approvals", ""),
        Finding::fail("check-failed", ""),
        Finding::fail("check-too-old", ""),
        Finding::unknown("checks-unreadable", ""),
        Finding::unknown("approvals", ""),
        Finding::fail("conflict", ""),
        Finding::fail("behind", ""),
    ] {
        let mut findings = pending();
        findings.insert(0, stays.clone());
        assert_eq!(step(&findings, &waited(0, 1), &until(600)), Step::Done, "{}", stays.code);
        findings.reverse();
        assert_eq!(step(&findings, &waited(0, 1), &until(600)), Step::Done, "{}", stays.code);
    }
}

#[test]
fn reasons_that_pass_are_waited_for() {
    for passes in [
        Finding::pending("check-pending", ""),
        Finding::unknown("check-pending", ""),
        Finding::fail("check-missing", ""),
        Finding::fail("no-checks", ""),
        Finding::unknown("mergeable-unknown", ""),
        Finding::unknown("head-moved", ""),
    ] {
        let mut findings = green();
        findings.push(passes.clone());
        assert_eq!(step(&findings, &waited(0, 1), &until(600)), Step::Wait(s(2)), "{}", passes.code);
    }
}

#[test]
fn a_pass_must_settle() {
    let settled_for = |seconds| Waited { unchanged_for: s(seconds), ..waited(100, 9) };
    assert_eq!(step(&green(), &settled_for(0), &until(600)), Step::Wait(s(20)));
    assert_eq!(step(&green(), &settled_for(15), &until(600)), Step::Wait(s(5)));
    assert_eq!(step(&green(), &settled_for(20), &until(600)), Step::Done);
    assert_eq!(step(&green(), &settled_for(0), &until(107)), Step::Wait(s(7)));
    assert_eq!(step(&green(), &settled_for(7), &until(100)), Step::Done);
    let at_once = Limits { settle: s(0), ..until(600) };
    assert_eq!(step(&green(), &waited(0, 1), &at_once), Step::Done);
}

fn left(remaining: u64, resets_in: u64) -> Limits {
    let allowance = Some(Allowance { remaining, resets_in: s(resets_in) });
    Limits { allowance, ..until(600) }
}

/// From the first look: 2, 4, 8 and 15 seconds, then 571 seconds in 20 looks.
const NEEDED: u64 = 24;

#[test]
fn too_few_points_before_the_deadline_end_the_wait_at_once() {
    let give_up = |remaining| {
        let resets_in = s(3000);
        Step::GiveUp(Reason::Allowance { needed: NEEDED, remaining, resets_in })
    };
    assert_eq!(step(&pending(), &waited(0, 1), &left(NEEDED, 3000)), Step::Wait(s(2)));
    assert_eq!(step(&pending(), &waited(0, 1), &left(NEEDED - 1, 3000)), give_up(NEEDED - 1));
    assert_eq!(step(&pending(), &waited(0, 1), &left(0, 3000)), give_up(0));
    assert!(matches!(step(&pending(), &waited(0, 1), &left(0, 600)), Step::GiveUp(_)));
    // What is final needs no points, and a pass those of its settling alone.
    assert_eq!(step(&[Finding::fail("draft", "")], &waited(0, 1), &left(0, 3000)), Step::Done);
    assert_eq!(step(&green(), &waited(0, 9), &left(1, 3000)), Step::Wait(s(20)));
}

#[test]
fn new_points_before_the_deadline_stretch_the_waits() {
    // Enough until then: as ever.
    assert_eq!(step(&pending(), &waited(0, 9), &left(10, 300)), Step::Wait(s(30)));
    assert_eq!(step(&pending(), &waited(0, 9), &left(5, 300)), Step::Wait(s(60)));
    assert_eq!(step(&pending(), &waited(0, 9), &left(1, 300)), Step::Wait(s(300)));
    assert_eq!(step(&pending(), &waited(0, 9), &left(0, 300)), Step::Wait(s(301)));
    assert_eq!(step(&pending(), &waited(0, 1), &left(3, 12)), Step::Wait(s(2)));
}

/// Looks on paper: the checks become green at a moment, and stay so.
fn played(green_at: u64, limits: &Limits) -> (u64, u64) {
    let mut so_far = waited(0, 1);
    loop {
        let is_green = so_far.elapsed >= s(green_at);
        let findings = if is_green { green() } else { pending() };
        match step(&findings, &so_far, limits) {
            Step::Wait(wait) => {
                assert!(!wait.is_zero());
                so_far.elapsed += wait;
                so_far.polls += 1;
                so_far.unchanged_for = if is_green { so_far.unchanged_for + wait } else { s(0) };
            }
            Step::Done | Step::GiveUp(_) => return (so_far.elapsed.as_secs(), so_far.polls),
        }
    }
}

#[test]
fn a_wait_as_a_whole() {
    assert_eq!(played(0, &until(600)), (20, 5));
    assert_eq!(played(60, &until(600)), (109, 8));
    assert_eq!(played(9999, &until(600)), (600, NEEDED + 1));
    assert_eq!(played(590, &until(600)), (600, NEEDED + 1));
}

#[test]
fn a_wait_without_end_is_weighed_in_no_time() {
    let forever = Limits { deadline: Duration::MAX, ..left(10, 60) };
    assert_eq!(step(&pending(), &waited(0, 9), &forever), Step::Wait(s(30)));
    let resets_in = Duration::MAX;
    let never = Limits { allowance: Some(Allowance { remaining: 10, resets_in }), ..forever };
    assert!(matches!(step(&pending(), &waited(0, 9), &never), Step::GiveUp(_)));
}
