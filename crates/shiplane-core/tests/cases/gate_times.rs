//! Lengths of time: of machines, of people, and in words.

use std::time::Duration;

use shiplane_core::duration::Span;
use shiplane_core::gate::facts::{Check, CheckRun, OwnCheck, State};
use shiplane_core::gate::time::Time;
use shiplane_core::gate::{self, Facts, Policy, Times};

use super::gate::case;

fn at(clock: &str) -> Option<Time> {
    Some(format!("2026-01-05T{clock}Z").parse().unwrap())
}

fn minutes(number: u64) -> Option<Span> {
    Some(Span::seconds(60 * number))
}

fn run(facts: &mut Facts, index: usize) -> &mut CheckRun {
    match &mut facts.checks[index] {
        Check::Run(run) => run,
        Check::Status(_) => panic!("the checks of the green case are runs"),
    }
}

/// Opened at nine, tested from ten to ten past, approved at eleven and half past.
fn timed() -> (Policy, Facts) {
    let (policy, mut facts) = case("everything-in-order");
    facts.pull_request.opened_at = at("09:00:00");
    (run(&mut facts, 0).started_at, run(&mut facts, 0).completed_at) = (at("10:00:00"), at("10:05:00"));
    (run(&mut facts, 1).started_at, run(&mut facts, 1).completed_at) = (at("10:02:00"), at("10:10:00"));
    facts.reviews[1].submitted_at = at("11:30:00");
    facts.seen_at = at("14:00:00");
    (policy, facts)
}

#[test]
fn machines_take_from_the_first_start_to_the_last_end() {
    let (policy, facts) = timed();
    let expected = Times { machine: minutes(10), waiting_for_people: minutes(80), ..Times::default() };
    assert_eq!(gate::times(&policy, &facts), expected);
}

#[test]
fn people_take_until_as_many_have_approved_as_are_asked_for() {
    let (mut policy, mut facts) = timed();
    policy.approvals = 1;
    assert_eq!(gate::times(&policy, &facts).waiting_for_people, minutes(50));
    policy.approvals = 3;
    assert_eq!(gate::times(&policy, &facts).waiting_for_people, None);
    policy.approvals = 0;
    assert_eq!(gate::times(&policy, &facts).waiting_for_people, minutes(50));
    facts.pull_request.opened_at = None;
    assert_eq!(gate::times(&policy, &facts).waiting_for_people, None);
}

#[test]
fn who_approves_while_the_machines_run_keeps_nobody_waiting() {
    let (mut policy, mut facts) = timed();
    policy.approvals = 1;
    run(&mut facts, 1).completed_at = at("11:20:00");
    assert_eq!(gate::times(&policy, &facts).waiting_for_people, Some(Span::default()));
}

#[test]
fn the_merge_is_told_from_both_sides() {
    let (policy, mut facts) = timed();
    facts.pull_request.state = State::Merged;
    facts.pull_request.merged_at = at("12:00:00");
    let times = gate::times(&policy, &facts);
    assert_eq!((times.opened_to_merged, times.merged_to_seen), (minutes(180), minutes(120)));
}

#[test]
fn what_is_superseded_skipped_or_the_gate_itself_takes_no_time() {
    let (policy, mut facts) = timed();
    let mut other = run(&mut facts, 0).clone();
    (other.run, other.started_at) = (Some(99), at("08:00:00"));
    facts.checks.push(Check::Run(other.clone()));
    (other.name, other.conclusion) = ("nightly".to_owned(), Some("skipped".to_owned()));
    facts.checks.push(Check::Run(other.clone()));
    (other.name, other.conclusion, other.completed_at) = ("gate".to_owned(), None, None);
    other.id = 77;
    facts.checks.push(Check::Run(other));
    facts.own_check = Some(OwnCheck { id: Some(77), ..OwnCheck::default() });
    assert_eq!(gate::times(&policy, &facts).machine, minutes(10));
}

#[test]
fn a_time_that_is_not_known_is_not_guessed() {
    let (policy, facts) = timed();
    let blind: [fn(&mut CheckRun); 3] =
        [|run| run.started_at = None, |run| run.completed_at = None, |run| run.conclusion = None];
    for blind in blind {
        let mut facts = facts.clone();
        blind(run(&mut facts, 1));
        assert_eq!(gate::times(&policy, &facts).machine, None);
    }
    let (policy, bare) = case("everything-in-order");
    assert_eq!(gate::times(&policy, &bare), Times::default());
}

#[test]
fn a_length_of_time_in_words_has_two_units() {
    for (seconds, text) in [
        (0, "0s"),
        (59, "59s"),
        (60, "1m"),
        (492, "8m12s"),
        (3600, "1h"),
        (3605, "1h"),
        (7380, "2h3m"),
        (7439, "2h3m"),
        (86_400, "1d"),
        (90_000, "1d1h"),
        (8_640_000, "100d"),
    ] {
        assert_eq!(Span::seconds(seconds).brief(), text);
    }
    assert_eq!(Span(Duration::from_millis(999)).brief(), "0s");
    assert_eq!(Span(Duration::MAX).brief(), "213503982334601d7h");
}

#[test]
fn times_are_apart_in_order() {
    let at = |text: &str| text.parse::<Time>().unwrap();
    let (early, late) = (at("2026-01-05T10:00:00Z"), at("2026-01-05T10:00:09Z"));
    assert_eq!(late.since(early), Some(Span::seconds(9)));
    assert_eq!(early.since(late), None);
    assert_eq!(Time::from_seconds(i64::MAX).since(Time::from_seconds(i64::MIN)), None);
}
