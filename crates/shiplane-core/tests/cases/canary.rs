//! The verdict of a canary: the bounds' tables, the rules, and what chance does to a healthy one.

use proptest::prelude::*;
use shiplane_core::canary::{
    Confidence, Facts, FailOn, Interval, Limit, Lines, Need, OnNoData, Percentile, Policy, Promotion, Share,
    Track, drawings, evaluate, newcombe_lower, summary, verdict, wilson_lower, wilson_upper,
};
use shiplane_core::duration::Span;
use shiplane_core::gate::time::Time;
use shiplane_core::report::{Finding, Level};

/// The stage began at 0; the evidence begins after the warm-up.
const BEGAN: i64 = 0;
const START: i64 = 60;

pub(super) fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

/// Counts of a time: requests, errors, slower than 500 ms, slower than 2 s.
pub(super) fn counted(from: i64, to: i64, counts: [u64; 4]) -> Interval {
    let [requests, errors, late, slow] = counts;
    Interval { from: at(from), to: at(to), requests, errors, timed: requests, slower: vec![late, slow] }
}

pub(super) fn track(intervals: Vec<Interval>) -> Track {
    let newest = intervals.iter().map(|interval| interval.to).max();
    Track {
        source: "samples".to_owned(),
        lines: Lines(vec![500, 2000]),
        intervals,
        newest,
        every: Some(Span::seconds(60)),
        ..Track::default()
    }
}

pub(super) fn facts(canary: Track) -> Facts {
    let as_of = canary.newest.unwrap_or(at(3600));
    Facts { as_of, began: Some(at(BEGAN)), canary, baseline: None }
}

pub(super) fn word(policy: &Policy, facts: &Facts) -> String {
    verdict(&evaluate(policy, facts), FailOn::Rollback).word
}

pub(super) fn of(code: &str, findings: &[Finding]) -> Option<Finding> {
    findings.iter().find(|finding| finding.code == code).cloned()
}

fn judged(counts: [u64; 4]) -> String {
    word(&Policy::default(), &facts(track(vec![counted(START, START + 600, counts)])))
}

#[test]
fn the_fewest_errors_that_prove_more_than_one_percent() {
    let fewest = |all: u64, share: f64| {
        (0..=all).find(|hits| wilson_lower(*hits, all, Confidence::P99) > share).unwrap()
    };
    let table = [(20, 2), (50, 3), (100, 4), (200, 6), (500, 11), (1000, 18), (5000, 67), (10_000, 124)];
    for (all, errors) in table {
        assert_eq!(fewest(all, 0.01), errors, "of {all}");
    }
    for (all, slow) in [(10, 3), (20, 4), (50, 7), (100, 11), (1000, 67)] {
        assert_eq!(fewest(all, 0.05), slow, "of {all}");
    }
    assert!(wilson_lower(1, 5, Confidence::P99) > 0.01, "which is why three errors are the least");
}

#[test]
fn the_fewest_requests_that_prove_at_most_one_percent() {
    let fewest = |errors: u64, share: f64, confidence| {
        (errors.max(1)..5000).find(|all| wilson_upper(errors, *all, confidence) <= share).unwrap()
    };
    let table =
        [(0, 268, 536), (1, 446, 722), (2, 602, 891), (3, 748, 1051), (5, 1024, 1351), (10, 1669, 2048)];
    for (errors, at_95, at_99) in table {
        assert_eq!(fewest(errors, 0.01, Confidence::P95), at_95, "{errors} errors");
        assert_eq!(fewest(errors, 0.01, Confidence::P99), at_99, "{errors} errors");
    }
    assert_eq!((fewest(0, 0.05, Confidence::P95), fewest(0, 0.05, Confidence::P99)), (52, 103));
}

#[test]
fn the_bounds_of_nothing_say_nothing() {
    assert_eq!((wilson_lower(0, 0, Confidence::P99), wilson_upper(0, 0, Confidence::P99)), (0.0, 1.0));
    assert_eq!(wilson_lower(9, 3, Confidence::P99), wilson_lower(3, 3, Confidence::P99));
    assert!(newcombe_lower((0, 0), (0, 0)) < 0.0);
    assert!(newcombe_lower((30, 1000), (2, 1000)) > 0.0);
    assert!(newcombe_lower((30, 1000), (28, 1000)) < 0.0);
}

#[test]
fn errors_are_judged_by_proof_and_lines_are_strict() {
    let cases = [
        ([1000, 5, 0, 0], "ok"),
        ([10_000, 99, 0, 0], "ok"),
        ([10_000, 100, 0, 0], "ok"),
        ([10_000, 101, 0, 0], "warning"),
        ([10_000, 123, 0, 0], "warning"),
        ([10_000, 124, 0, 0], "rollback"),
        ([100, 3, 0, 0], "warning"),
        ([100, 4, 0, 0], "rollback"),
        ([20, 2, 0, 0], "warning"),
        ([20, 3, 0, 0], "rollback"),
        ([5, 5, 0, 0], "rollback"),
        ([2, 2, 0, 0], "warning"),
        ([99, 0, 0, 0], "warning"),
        ([0, 0, 0, 0], "no-data"),
    ];
    for (counts, expected) in cases {
        assert_eq!(judged(counts), expected, "{counts:?}");
    }
}

#[test]
fn latency_is_judged_as_a_share() {
    let cases = [
        ([1000, 0, 50, 0], "ok"),
        ([1000, 0, 51, 0], "warning"),
        ([1000, 0, 1000, 50], "warning"),
        ([1000, 0, 1000, 66], "warning"),
        ([1000, 0, 1000, 67], "rollback"),
        ([10, 0, 2, 2], "warning"),
        ([10, 0, 3, 3], "rollback"),
    ];
    for (counts, expected) in cases {
        assert_eq!(judged(counts), expected, "{counts:?}");
    }
}

#[test]
fn a_reason_says_what_was_seen_and_against_what() {
    let policy = Policy::default();
    let findings = evaluate(&policy, &facts(track(vec![counted(START, START + 600, [1000, 32, 51, 10])])));
    let said: Vec<String> =
        findings.iter().map(|one| format!("{:?} {}: {}", one.level, one.code, one.fact)).collect();
    let expected = [
        "Ok requests: samples: 1000 requests since 1970-01-01T00:01:00Z, minimum 100",
        "Fail error-rate: 3.20 % of the requests failed (32 of 1000 since 1970-01-01T00:01:00Z), limit 1 %, at least 2.14 % at 99 %",
        "Ok latency-slow: 1.00 % of the requests took longer than 2s (10 of 1000 since 1970-01-01T00:01:00Z), limit 5 %, at least 0.49 % at 99 %",
        "Warning latency-p95: 5.10 % of the requests took longer than 500ms (51 of 1000 since 1970-01-01T00:01:00Z), limit 5 %: p95 is above 500ms",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_late_break_shows_in_the_last_half_hour() {
    let mut intervals: Vec<Interval> =
        (0..40).map(|n| counted(START + n * 300, START + (n + 1) * 300, [1000, 1, 0, 0])).collect();
    let end = START + 40 * 300;
    intervals.push(counted(end, end + 300, [1000, 120, 0, 0]));
    let facts = facts(track(intervals));
    let findings = evaluate(&Policy::default(), &facts);
    let found = of("error-rate", &findings).unwrap();
    assert_eq!(found.level, Level::Fail);
    assert!(found.fact.ends_with("at 99.9 %"), "{}", found.fact);
    let without = Policy { recent: Span::seconds(0), ..Policy::default() };
    assert_eq!(word(&without, &facts), "ok", "the long history alone would dilute it");
}

#[test]
fn a_limit_may_ask_for_windows_in_a_row() {
    let policy = |windows| {
        let mut policy = Policy::default();
        policy.errors.rollback = Limit { value: Share::percent(1), windows };
        policy
    };
    let well = counted(START, START + 300, [1000, 0, 0, 0]);
    let bad = |n: i64| counted(START + n * 300, START + (n + 1) * 300, [1000, 60, 0, 0]);
    let once = facts(track(vec![well.clone(), bad(1)]));
    assert_eq!(word(&policy(1), &once), "rollback");
    assert_eq!(word(&policy(2), &once), "warning");
    let fact = of("error-rate", &evaluate(&policy(2), &once)).unwrap().fact;
    assert!(fact.ends_with("proven, but above it in 1 of the last 2 windows of 5m"), "{fact}");
    assert_eq!(word(&policy(2), &facts(track(vec![well, bad(1), bad(2)]))), "rollback");
}

#[test]
fn what_both_versions_suffer_from_is_no_reason_to_go_back() {
    let mut facts = facts(track(vec![counted(START, START + 600, [1000, 40, 0, 0])]));
    let policy = Policy::default();
    let mut with = |counts: [u64; 4], from: i64| {
        facts.baseline = Some(track(vec![counted(from, from + 600, counts)]));
        let findings = evaluate(&policy, &facts);
        (verdict(&findings, FailOn::Rollback).word, of("shared-cause", &findings).is_some())
    };
    assert_eq!(with([9000, 330, 0, 0], START), ("warning".to_owned(), true));
    assert_eq!(with([9000, 45, 0, 0], START), ("rollback".to_owned(), false));
    assert_eq!(with([90, 4, 0, 0], START), ("rollback".to_owned(), false), "too few to compare with");
    assert_eq!(
        with([9000, 330, 0, 0], START - 7200),
        ("warning".to_owned(), true),
        "stored figures from before"
    );
}

#[test]
fn strict_promotion_wants_a_proof_of_health() {
    let policy = Policy { promotion: Promotion::Proven, minimum_requests: 1, ..Policy::default() };
    let judged = |requests, errors| {
        word(&policy, &facts(track(vec![counted(START, START + 600, [requests, errors, 0, 0])])))
    };
    assert_eq!((judged(267, 0), judged(268, 0)), ("warning".to_owned(), "ok".to_owned()));
    assert_eq!((judged(747, 3), judged(748, 3)), ("warning".to_owned(), "ok".to_owned()));
}

#[test]
fn latencies_that_are_not_there_are_told() {
    let mut one = counted(START, START + 600, [1000, 0, 0, 0]);
    one.timed = 0;
    let facts = facts(track(vec![one]));
    assert_eq!(word(&Policy::default(), &facts), "ok");
    let needed = Policy { latencies: Need::Needed, ..Policy::default() };
    assert_eq!(word(&needed, &facts), "no-data");
    assert!(of("latency-not-measured", &evaluate(&needed, &facts)).is_some());
    let mut elsewhere = Policy::default();
    elsewhere.latency.warning = Span::millis(300);
    let measured = self::facts(track(vec![counted(START, START + 600, [1000, 0, 0, 0])]));
    let fact = of("latency-not-shown", &evaluate(&elsewhere, &measured)).unwrap().fact;
    assert_eq!(fact, "the source counts at 500ms, 2s, so it cannot show the limit 300ms");
}

#[test]
fn nothing_seen_is_never_well() {
    let empty = facts(track(Vec::new()));
    let policy = |on_no_data| Policy { on_no_data, ..Policy::default() };
    let words =
        [OnNoData::Pause, OnNoData::Rollback, OnNoData::Ignore].map(|choice| word(&policy(choice), &empty));
    assert_eq!(words, ["no-data", "rollback", "warning"]);
    let found = evaluate(&policy(OnNoData::Pause), &empty);
    let exits = [FailOn::Warning, FailOn::Rollback, FailOn::Never].map(|on| verdict(&found, on).exit.code());
    assert_eq!(exits, [1, 1, 0]);
    assert_eq!(verdict(&[], FailOn::Rollback).word, "no-data");
    assert_eq!(verdict(&[Finding::warning("x", "y")], FailOn::Warning).exit.code(), 10);
}

#[test]
fn limits_are_read_as_people_write_them() {
    for (text, shown) in
        [("1%", "1 %"), ("0.05%", "0.05 %"), ("1.00 %", "1 %"), ("100%", "100 %"), ("0%", "0 %")]
    {
        assert_eq!(text.parse::<Share>().unwrap().to_string(), shown);
    }
    for text in ["1", "1,5%", "-1%", "101%", "%", ".5%", "1.%", "0.00001%", "1e2%", "99999999999%"] {
        assert!(text.parse::<Share>().is_err(), "{text}");
    }
    assert_eq!("1% for 2 windows".parse(), Ok(Limit { value: Share::percent(1), windows: 2 }));
    assert_eq!("2s for 1 window".parse(), Ok(Limit { value: Span::seconds(2), windows: 1 }));
    for text in ["1% for 0 windows", "1% for windows", "1% for 2", "1% for 25 windows", "1% for two windows"]
    {
        assert!(text.parse::<Limit<Share>>().is_err(), "{text}");
    }
}

#[test]
fn the_numbers_and_the_drawing_of_a_verdict() {
    let mut facts = facts(track(vec![
        counted(START, START + 300, [1000, 0, 20, 0]),
        counted(START + 600, START + 900, [1000, 40, 60, 0]),
    ]));
    let numbers = summary(&Policy::default(), &facts);
    assert_eq!((numbers.requests, numbers.errors, numbers.observed), (2000, 40, 600));
    assert_eq!(numbers.p95, Some(Percentile::About((2000.0 - 100.0) / (2000.0 - 80.0) * 500.0)));
    let drawn = drawings(&Policy::default(), &facts);
    assert_eq!(drawn[0].lines, ["▁·█  errors, at most 4.00 %", "▄·█  slower than 500ms, at most 6.00 %"]);
    assert_eq!(drawn[1].lines[4], "  bar [0.00, 0.00, 4.00]");
    facts.canary = track(Vec::new());
    assert!(drawings(&Policy::default(), &facts).is_empty());
}

proptest! {
    #[test]
    fn bounds_stand_around_what_was_counted(all in 1_u64..100_000, part in 0.0_f64..=1.0) {
        let hits = (all as f64 * part) as u64;
        let share = hits as f64 / all as f64;
        for confidence in [Confidence::P95, Confidence::P99, Confidence::P999] {
            let (lower, upper) = (wilson_lower(hits, all, confidence), wilson_upper(hits, all, confidence));
            prop_assert!((0.0..=share + 1e-12).contains(&lower) && (share - 1e-12..=1.0).contains(&upper));
        }
    }

    #[test]
    fn more_errors_are_never_better(all in 1_u64..5000, errors in 0_u64..200, more in 0_u64..200, slow in 0_u64..300) {
        let severity = |errors: u64| {
            let counts = [all, errors.min(all), slow.min(all), slow.min(all) / 2];
            let facts = facts(track(vec![counted(START, START + 600, counts)]));
            evaluate(&Policy::default(), &facts).iter().map(|one| one.level).max()
        };
        prop_assert!(severity(errors) <= severity(errors + more));
    }
}

/// A small generator with known numbers (PCG's multiplier), so that the runs are the same everywhere.
struct Chance(u64);

impl Chance {
    fn hits(&mut self, all: u64, per_mille: u64) -> u64 {
        (0..all)
            .filter(|_| {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (self.0 >> 33) % 1000 < per_mille
            })
            .count() as u64
    }
}

/// Of 100 canaries that are looked at every five minutes for two hours, so many are rolled back.
fn rolled_back(per_mille: u64, requests: u64) -> f64 {
    let (mut chance, mut bad, runs) = (Chance(20_260_105), 0_u32, 600_u32);
    for _ in 0..runs {
        let mut intervals = Vec::new();
        for n in 0..24 {
            let errors = chance.hits(requests, per_mille);
            intervals.push(counted(START + n * 300, START + (n + 1) * 300, [requests, errors, 0, 0]));
            if word(&Policy::default(), &facts(track(intervals.clone()))) == "rollback" {
                bad += 1;
                break;
            }
        }
    }
    100.0 * f64::from(bad) / f64::from(runs)
}

#[test]
fn chance_rolls_back_few_healthy_canaries_and_spares_few_ill_ones() {
    let healthy = rolled_back(5, 20);
    assert!(healthy < 5.0, "{healthy} % of the healthy canaries with 20 requests in 5 minutes");
    let busy = rolled_back(5, 100);
    assert!(busy < 1.5, "{busy} % of the healthy canaries with 100 requests in 5 minutes");
    let ill = rolled_back(30, 20);
    assert!(ill > 90.0, "{ill} % of the ill canaries with 20 requests in 5 minutes");
}
