//! Waiting, with a clock that the test moves.

use std::time::Duration;

use proptest::prelude::*;
use shiplane_core::smoke::wait::{Next, Observation, State, WaitPolicy, step};

/// What a service does over time, driven to the end.
struct Run {
    end: Next,
    at: Duration,
    state: State,
    pauses: Vec<Duration>,
}

/// Attempts that take `each`, on a service that is good when `good(now)` says so.
fn run(policy: &WaitPolicy, each: Duration, good: impl Fn(Duration) -> bool) -> Run {
    let (mut now, mut state, mut pauses) = (Duration::ZERO, State::default(), Vec::new());
    loop {
        let observation = if good(now) { Observation::Good } else { Observation::Bad };
        now += each.min(policy.budget(now));
        match step(policy, &mut state, observation, now) {
            Next::Again { after } => {
                pauses.push(after);
                now += after;
            }
            end @ (Next::Ready | Next::GaveUp) => return Run { end, at: now, state, pauses },
        }
    }
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn one_try_is_one_try() {
    let policy = WaitPolicy::once();
    let good = run(&policy, millis(5), |_| true);
    assert_eq!((good.end, good.state.tries), (Next::Ready, 1));
    let bad = run(&policy, millis(5), |_| false);
    assert_eq!((bad.end, bad.state.tries, bad.state.failed), (Next::GaveUp, 1, 1));
}

#[test]
fn three_successes_in_a_row_make_it_ready() {
    let found = run(&WaitPolicy::within(millis(60_000)), millis(5), |_| true);
    assert_eq!((found.end, found.state.tries, found.state.failed), (Next::Ready, 3, 0));
    assert!(found.at < millis(100));
}

#[test]
fn a_failure_begins_the_row_anew() {
    let policy = WaitPolicy::within(millis(60_000));
    let mut state = State::default();
    let seen = [Observation::Good, Observation::Good, Observation::Bad, Observation::Good, Observation::Good];
    for observation in seen {
        assert!(matches!(step(&policy, &mut state, observation, millis(10)), Next::Again { .. }));
    }
    assert_eq!(step(&policy, &mut state, Observation::Good, millis(10)), Next::Ready);
    assert_eq!((state.tries, state.failed, state.in_a_row), (6, 1, 3));
}

#[test]
fn the_pause_grows_from_25_ms_to_a_second() {
    let found = run(&WaitPolicy::within(millis(120_000)), millis(1), |_| false);
    assert_eq!(found.pauses[0], millis(25));
    assert_eq!(found.pauses.iter().max(), Some(&millis(1000)));
    let growing = &found.pauses[..found.pauses.len() - 8];
    assert!(growing.is_sorted());
    assert!(found.state.tries < 400, "{} tries", found.state.tries);
}

#[test]
fn what_comes_up_is_seen_soon() {
    for up in [0, 300, 2_000, 10_000, 60_000] {
        let found = run(&WaitPolicy::within(millis(120_000)), millis(2), |now| now >= millis(up));
        let late = found.at - millis(up);
        assert_eq!(found.end, Next::Ready);
        assert!(late <= millis(30 + 25.max(up / 40)), "up after {up} ms, seen {late:?} later");
    }
}

#[test]
fn a_service_that_flaps_faster_than_the_row_is_never_ready() {
    let found = run(&WaitPolicy::within(millis(5_000)), millis(5), |now| now.as_millis() / 25 % 2 == 0);
    assert_eq!(found.end, Next::GaveUp);
    assert!(found.state.failed > 10);
}

#[test]
fn the_end_is_kept_even_when_every_attempt_hangs() {
    let policy = WaitPolicy::within(millis(25_000));
    let found = run(&policy, millis(3_600_000), |_| false);
    assert_eq!(found.end, Next::GaveUp);
    assert!(found.at <= millis(25_025), "{:?}", found.at);
    assert_eq!(found.state.tries, 3);
}

#[test]
fn right_for_so_long_is_counted_from_the_first_of_the_row() {
    let policy = WaitPolicy { stable: millis(2_000), ..WaitPolicy::within(millis(60_000)) };
    let found = run(&policy, millis(5), |_| true);
    assert_eq!(found.end, Next::Ready);
    assert!((millis(2_000)..millis(2_300)).contains(&found.at), "{:?}", found.at);
    assert!((8..30).contains(&found.state.tries), "{} tries", found.state.tries);
    let broken = run(&policy, millis(5), |now| !(millis(1_500)..millis(1_800)).contains(&now));
    assert_eq!((broken.end, broken.state.failed > 0), (Next::Ready, true));
    assert!(broken.at > millis(3_500), "{:?}", broken.at);
    let never = run(&policy, millis(5), |now| now.as_millis() % 1_000 < 700);
    assert_eq!(never.end, Next::GaveUp);
}

#[test]
fn one_try_that_has_to_last_ends_with_the_first_failure() {
    let policy = WaitPolicy { stable: millis(500), ..WaitPolicy::once() };
    assert_eq!(run(&policy, millis(5), |_| true).end, Next::Ready);
    let found = run(&policy, millis(5), |now| now < millis(200));
    assert_eq!((found.end, found.state.failed), (Next::GaveUp, 1));
}

proptest! {
    #[test]
    fn waiting_ends_in_time_with_bounded_effort(
        within in 0_u64..600_000,
        each in 0_u64..20_000,
        pattern in proptest::collection::vec(any::<bool>(), 1..50),
    ) {
        let policy = WaitPolicy::within(millis(within));
        let at = |now: Duration| pattern[usize::try_from(now.as_millis() / 97).unwrap() % pattern.len()];
        let found = run(&policy, millis(each), at);
        prop_assert!(found.at <= millis(within + 25), "{:?} of {within} ms", found.at);
        prop_assert!(found.state.failed <= found.state.tries);
        prop_assert!(found.pauses.iter().all(|pause| *pause <= millis(1000)));
        prop_assert_eq!(found.end == Next::Ready, found.state.in_a_row >= 3);
    }
}
