//! What counts as evidence: warm-up, changes of weight, counters that begin anew, silence; and recorded samples.

use proptest::prelude::*;
use shiplane_core::canary::samples::{Recorder, parse};
use shiplane_core::canary::{
    Counted, Facts, Lines, Policy, Series, Tally, Track, differences, evaluate, evidence, summary,
};
use shiplane_core::duration::Span;
use shiplane_core::gate::time::Time;
use shiplane_core::report::Level;
use shiplane_core::smoke::StatusRange;

use super::canary::{at, counted, facts, of, track, word};

fn series(counted: Counted, points: &[(i64, f64)]) -> Series {
    Series {
        instance: "a".to_owned(),
        counted,
        points: points.iter().map(|(seconds, value)| (at(*seconds), *value)).collect(),
    }
}

fn recorded(text: &str, until: Option<Time>) -> Track {
    let failed = vec![StatusRange { first: 500, last: 599 }];
    let tally = Tally::new("samples", Lines::ladder(&[Span::millis(500), Span::millis(2000)]), failed);
    let mut recorder = Recorder::new(tally, until);
    for line in text.lines() {
        match parse(line, Span::millis(2000)) {
            Some(sample) => recorder.add(sample),
            None => recorder.unreadable(),
        }
    }
    recorder.finish()
}

fn requests(facts: &Facts) -> u64 {
    evidence(&Policy::default(), facts).all().requests
}

#[test]
fn the_warm_up_proves_nothing() {
    let bad = counted(0, 60, [1000, 500, 500, 500]);
    let good = counted(60, 660, [1000, 0, 0, 0]);
    assert_eq!(word(&Policy::default(), &facts(track(vec![bad, good]))), "ok");
    let across = counted(0, 300, [1000, 500, 0, 0]);
    assert_eq!(word(&Policy::default(), &facts(track(vec![across]))), "no-data");
    let long = counted(0, 7200, [5000, 10, 0, 0]);
    assert_eq!(requests(&facts(track(vec![long]))), 5000, "of two hours, a minute is not worth losing");
}

#[test]
fn nothing_crosses_a_change_of_weight() {
    let before = counted(60, 600, [1000, 300, 0, 0]);
    let across = counted(600, 1200, [1000, 300, 0, 0]);
    let after = counted(1200, 1800, [1000, 1, 0, 0]);
    let mut facts = facts(track(vec![before, across, after]));
    assert_eq!(word(&Policy::default(), &facts), "rollback");
    facts.canary.weight_changes = vec![at(900), at(99_999)];
    assert_eq!((word(&Policy::default(), &facts).as_str(), requests(&facts)), ("ok", 1000));
    facts.canary.intervals = vec![counted(800, 20_000, [1000, 300, 0, 0])];
    facts.as_of = at(20_000);
    assert_eq!(requests(&facts), 0, "however long it is");
}

#[test]
fn without_a_begin_everything_counts_up_to_the_present() {
    let mut facts = facts(track(vec![counted(0, 60, [500, 0, 0, 0]), counted(60, 120, [500, 0, 0, 0])]));
    facts.began = None;
    assert_eq!(requests(&facts), 1000);
    facts.as_of = at(60);
    assert_eq!(requests(&facts), 500);
}

#[test]
fn counters_are_differenced_and_a_fall_is_a_beginning() {
    let all = [
        series(Counted::Requests, &[(0, 1000.0), (60, 1100.0), (120, 40.0), (180, 90.0)]),
        series(Counted::Errors, &[(0, 7.0), (60, 9.0), (120, 8.0), (180, 8.0)]),
    ];
    let (intervals, restarts) = differences(&all, &Lines::default());
    let counts: Vec<_> = intervals.iter().map(|one| (one.to.seconds(), one.requests, one.errors)).collect();
    assert_eq!(counts, [(60, 100, 2), (120, 40, 8), (180, 50, 0)]);
    assert_eq!(restarts, [at(120)]);
}

#[test]
fn one_counter_of_many_may_be_dropped_and_born_again() {
    let of = |points: &[(i64, f64)]| series(Counted::Requests, points);
    let all = [of(&[(0, 900.0), (60, 910.0)]), of(&[(0, 800.0), (60, 810.0)]), of(&[(0, 70.0), (60, 5.0)])];
    let (intervals, restarts) = differences(&all, &Lines::default());
    assert_eq!((intervals[0].requests, restarts), (25, Vec::new()));
    // A process that soon counts more than before is known by what it counts less of.
    let all = [of(&[(0, 100.0), (60, 150.0)]), series(Counted::Errors, &[(0, 9.0), (60, 5.0)])];
    let (intervals, restarts) = differences(&all, &Lines::default());
    assert_eq!((intervals[0].requests, intervals[0].errors, restarts), (150, 5, vec![at(60)]));
    // What lies above a bucket is a difference, and a scrape is no snapshot.
    let all = [of(&[(0, 100.0), (60, 150.0)]), series(Counted::Slower(500), &[(0, 40.0), (60, 39.0)])];
    let (intervals, restarts) = differences(&all, &Lines(vec![500]));
    assert_eq!((intervals[0].requests, intervals[0].slower[0], restarts), (50, 0, Vec::new()));
}

#[test]
fn a_counter_born_under_watch_counts_from_zero() {
    let all = [
        series(Counted::Requests, &[(0, 10.0), (60, 60.0), (120, 110.0)]),
        series(Counted::Errors, &[(120, 5.0)]),
    ];
    let (intervals, restarts) = differences(&all, &Lines::default());
    assert_eq!(intervals.iter().map(|one| one.errors).sum::<u64>(), 5);
    assert!(restarts.is_empty());
    // The first sight of a process says nothing of when its counts happened.
    let (intervals, _) = differences(&all[1..], &Lines::default());
    assert!(intervals.is_empty());
}

#[test]
fn silence_is_stale_and_a_proof_outlives_it() {
    let mut silent = facts(track(vec![counted(60, 600, [1000, 0, 0, 0])]));
    silent.as_of = at(720);
    assert_eq!(word(&Policy::default(), &silent), "ok");
    silent.as_of = at(721);
    let findings = evaluate(&Policy::default(), &silent);
    let stale = of("stale", &findings).unwrap();
    assert_eq!((stale.level, word(&Policy::default(), &silent).as_str()), (Level::Unknown, "no-data"));
    assert!(stale.fact.starts_with("the newest evidence is 121s old"), "{}", stale.fact);
    let patient = Policy { stale_after: Some(Span::seconds(600)), ..Policy::default() };
    assert_eq!(word(&patient, &silent), "ok");
    silent.canary.intervals[0].errors = 300;
    assert_eq!(word(&Policy::default(), &silent), "rollback");
}

#[test]
fn what_the_source_cannot_reach_is_of_the_past() {
    let mut facts = facts(track(vec![counted(60, 600, [1000, 0, 0, 0])]));
    facts.canary.down = vec!["app web-1:9100".to_owned()];
    assert_eq!(word(&Policy::default(), &facts), "no-data");
    facts.canary.up = vec!["app web-2:9100".to_owned()];
    assert_eq!(word(&Policy::default(), &facts), "warning");
}

#[test]
fn a_baseline_that_cannot_be_seen_is_worth_a_warning() {
    let mut facts = facts(track(vec![counted(60, 600, [1000, 0, 0, 0])]));
    facts.baseline = Some(Track::unseen("old.log", "source-unreadable", "read old.log: no such file"));
    assert_eq!(word(&Policy::default(), &facts), "warning");
    facts.canary.intervals[0].errors = 300;
    assert_eq!(word(&Policy::default(), &facts), "rollback");
    facts.canary = Track::unseen("new.log", "source-unreadable", "read new.log: no such file");
    assert_eq!(word(&Policy::default(), &facts), "no-data");
}

#[test]
fn a_few_unreadable_lines_are_told_and_many_are_a_reason_to_stop() {
    let mut facts = facts(track(vec![counted(60, 600, [1000, 0, 0, 0])]));
    let mut with = |read, unreadable| {
        (facts.canary.read, facts.canary.unreadable) = (read, unreadable);
        word(&Policy::default(), &facts)
    };
    assert_eq!(
        (with(10_000, 100), with(10_000, 101), with(10_000, 5001)),
        ("ok".into(), "warning".into(), "no-data".into())
    );
}

#[test]
fn restarts_again_and_again_are_a_warning() {
    let mut facts = facts(track(vec![counted(60, 3600, [1000, 0, 0, 0])]));
    facts.canary.restarts = vec![at(100), at(2000)];
    assert_eq!(word(&Policy::default(), &facts), "ok");
    assert!(of("counter-reset", &evaluate(&Policy::default(), &facts)).is_some());
    facts.canary.restarts.extend([at(2100), at(2200)]);
    assert_eq!(word(&Policy::default(), &facts), "warning");
}

#[test]
fn recorded_counters_are_read_with_what_is_wrong_with_them() {
    let text = r#"
{"at": "1970-01-01T00:01:00Z", "requests": 100, "errors": 0, "slower": {"500ms": 0, "2s": 0}}
{"at": 120, "requests": 600, "errors": 2, "slower": {"500ms": 10, "2s": 1}}
{"at": 110, "requests": 9000, "errors": 900}
{"at": 180, "requests": 400, "errors": 1, "slower": {"500ms": 5, "2s": 0}}
{"at": 180, "track": "baseline", "requests": 1}
{"at": 240, "requests": -1}
{"at": 240, "requests": "many"}
"#;
    let track =
        recorded(text.trim().replace(", \"track\": \"baseline\"", ", \"instance\": \"b\"").as_str(), None);
    let facts = Facts { as_of: at(180), began: None, canary: track, baseline: None };
    let counts = evidence(&Policy::default(), &facts).all();
    assert_eq!((counts.requests, counts.errors, counts.slower), (900, 3, vec![15, 1]));
    let track = &facts.canary;
    assert_eq!((track.unreadable, track.out_of_time, track.restarts.clone()), (2, 1, vec![at(180)]));
    assert_eq!(track.every, Some(Span::seconds(60)));
}

#[test]
fn recorded_counts_requests_and_events_are_read() {
    let text = r#"{"from": 0, "at": 300, "requests": 100, "errors": 50}
{"at": 300, "event": "weight"}
{"from": 360, "at": 660, "requests": 200, "errors": 1, "slow": 3}
{"at": 700, "status": 200, "ms": 12.5}
{"at": 701, "status": 503, "ms": 1}
{"at": 702, "error": "timeout"}
{"at": 703, "status": 404, "milliseconds": 2001}
{"at": 703, "status": 404, "milliseconds": 2000}
{"at": 1e300, "status": 200}
{"at": 9999, "status": 500}
{"at": 704, "event": "earthquake"}"#;
    let track = recorded(text, Some(at(800)));
    let facts = Facts { as_of: at(800), began: Some(at(0)), canary: track, baseline: None };
    let counts = evidence(&Policy::default(), &facts).all();
    assert_eq!((counts.requests, counts.errors, counts.timed), (205, 3, 204));
    let place = facts.canary.lines.position(Span::millis(2000)).unwrap();
    assert_eq!(counts.slower[place], 5);
    assert_eq!((facts.canary.unreadable, facts.canary.out_of_time), (2, 1));
}

#[test]
fn only_failures_with_a_time_are_no_latencies() {
    let lines: String = (0..1000).map(|n| format!("{{\"at\": {n}, \"status\": 200}}\n")).collect();
    let text = format!("{lines}{}", "{\"at\": 5, \"status\": 504, \"ms\": 60000}\n".repeat(5));
    let facts = Facts { as_of: at(1000), began: None, canary: recorded(&text, None), baseline: None };
    assert_eq!(word(&Policy::default(), &facts), "ok");
    assert_eq!(summary(&Policy::default(), &facts).p95, None);
}

proptest! {
    #[test]
    fn no_line_is_too_strange_to_read(line in ".{0,200}") {
        parse(&line, Span::millis(2000));
    }

    #[test]
    fn differences_add_up_to_what_the_counter_rose(steps in prop::collection::vec(0_u32..1000, 1..50)) {
        let mut sum = 5.0;
        let points: Vec<(i64, f64)> = steps.iter().enumerate().map(|(n, step)| {
            sum += f64::from(*step);
            (n as i64 * 15, sum)
        }).collect();
        let (intervals, restarts) = differences(&[series(Counted::Requests, &points)], &Lines::default());
        let risen: u64 = steps.iter().skip(1).map(|step| u64::from(*step)).sum();
        prop_assert_eq!(intervals.iter().map(|one| one.requests).sum::<u64>(), risen);
        prop_assert!(restarts.is_empty());
    }
}
