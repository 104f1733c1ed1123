//! `judge` by recorded samples: word, exit code, numbers, and what is asked wrongly.

use serde_json::Value;

use super::tool::{Tool, call, codes, findings};

/// Counters every minute from 10:00 on; each row is requests, errors, slower than 500 ms, slower than 2 s.
pub(crate) fn samples(rows: &[[u64; 4]]) -> String {
    let line = |(minute, [requests, errors, late, slow]): (usize, &[u64; 4])| {
        format!(
            "{{\"at\": \"2026-01-05T10:{minute:02}:00Z\", \"requests\": {requests}, \"errors\": {errors}, \
             \"slower\": {{\"500ms\": {late}, \"2s\": {slow}}}}}\n"
        )
    };
    rows.iter().enumerate().map(line).collect()
}

fn judge(rows: &[[u64; 4]], args: &[&str]) -> Tool {
    let all: Vec<&str> = ["--samples", "samples.jsonl"].iter().chain(args).copied().collect();
    call("judge", &all).file("samples.jsonl", samples(rows))
}

fn word(report: &Value) -> &str {
    report["verdict"].as_str().unwrap()
}

const WELL: [[u64; 4]; 3] = [[0, 0, 0, 0], [1000, 2, 10, 0], [2000, 4, 20, 1]];
const ILL: [[u64; 4]; 3] = [[0, 0, 0, 0], [1000, 40, 10, 0], [2000, 80, 20, 1]];

/// Counters, the word, the exit code and the codes.
type Expected<'a> = (&'a [[u64; 4]], &'a str, i32, &'a [&'a str]);

#[test]
fn a_canary_is_well_worth_a_warning_or_to_be_taken_back() {
    let cases: [Expected; 6] = [
        (&WELL, "ok", 0, &[]),
        (&ILL, "rollback", 10, &["error-rate"]),
        (&[[0; 4], [1000, 11, 0, 0]], "warning", 0, &["error-rate"]),
        (&[[0; 4], [1000, 0, 400, 200]], "rollback", 10, &["latency-slow", "latency-p95"]),
        (&[[0; 4], [50, 0, 0, 0]], "warning", 0, &["too-few"]),
        (&[[70; 4], [70; 4]], "no-data", 1, &["no-data"]),
    ];
    for (rows, expected, exit, reasons) in cases {
        let (code, report) = judge(rows, &[]).json();
        assert_eq!((word(&report), code), (expected, exit), "{report:#}");
        assert_eq!(codes(&report), reasons, "{report:#}");
    }
}

#[test]
fn the_numbers_are_outputs_and_the_course_is_drawn() {
    let (_, report) = judge(&ILL, &["--stage-began", "2026-01-05T10:00:00Z"]).json();
    let outputs = &report["outputs"];
    assert_eq!(
        (&outputs["requests"], &outputs["errors"]),
        (&"1000".into(), &"40".into()),
        "after the warm-up"
    );
    assert_eq!((&outputs["error-rate"], &outputs["bound"]), (&"4.00".into(), &"2.79".into()));
    assert_eq!((&outputs["p95"], &outputs["observed-seconds"]), (&"480".into(), &"60".into()));
    let fact = "error-rate: 4.00 % of the requests failed (40 of 1000 since 2026-01-05T10:01:00Z), limit 1 %, at least 2.79 % at 99 %";
    assert!(findings(&report).contains(&fact.to_owned()), "{report:#}");
    let drawn = judge(&[ILL[0]; 6].iter().chain(&ILL).copied().collect::<Vec<_>>(), &[]).go().stdout;
    assert!(drawn.contains("█  errors, at most 4.00 %") && drawn.contains("xychart-beta"), "{drawn}");
}

#[test]
fn flags_win_over_the_config_and_the_config_over_the_defaults() {
    let config = "thresholds:\n  error-rate: { warning: 1%, rollback: 1% for 2 windows }\n  latency-p95: { warning: 500ms, rollback: 2s }\n  minimum-requests: 5000\n  on-no-data: rollback\n";
    let (code, report) = judge(&ILL, &[]).config(config).json();
    assert_eq!((word(&report), code, codes(&report)), ("warning", 0, vec!["too-few", "error-rate"]));
    let (_, report) =
        judge(&ILL, &["--error-rate-rollback", "1%", "--minimum-requests", "1"]).config(config).json();
    assert_eq!((word(&report), codes(&report)), ("rollback", vec!["error-rate"]));
    let (code, report) = judge(&[], &[]).config(config).json();
    assert_eq!((word(&report), code), ("rollback", 10));
    let (code, report) = judge(&[], &["--on-no-data", "ignore"]).config(config).json();
    assert_eq!((word(&report), code), ("warning", 0), "never ok");
    let (code, report) = judge(&[[0; 4], [50, 0, 0, 0]], &["--fail-on", "warning"]).json();
    assert_eq!((word(&report), code), ("warning", 10));
    let (code, report) = judge(&ILL, &["--fail-on", "never"]).json();
    assert_eq!((word(&report), code), ("rollback", 0));
    let (_, report) = judge(&[[0; 4], [250, 0, 0, 0]], &["--promotion", "proven"]).json();
    assert_eq!(codes(&report), ["promotion-unproven"]);
}

#[test]
fn a_record_leads_to_the_same_verdict_without_the_source() {
    let place = tempfile::tempdir().unwrap();
    let record = place.path().join("facts.json");
    let name = record.to_str().unwrap();
    let (_, first) = judge(&ILL, &["--since", "1h", "--save-facts", name]).json();
    let (code, again) = call("judge", &["--facts", name]).json();
    assert_eq!((code, findings(&again), &again["outputs"]), (10, findings(&first), &first["outputs"]));
    let (_, other) = call("judge", &["--facts", name, "--error-rate-rollback", "10%"]).json();
    assert_eq!(word(&other), "warning", "{other:#}");
}

#[test]
fn a_moment_within_the_record_and_one_long_after_it_are_told_apart() {
    let (_, report) = judge(&ILL, &["--at", "2026-01-05T10:00:30Z"]).json();
    assert_eq!(word(&report), "no-data");
    let (code, report) = judge(&WELL, &["--at", "2026-01-05T12:00:00Z"]).json();
    assert_eq!((word(&report), code, codes(&report)), ("no-data", 1, vec!["stale"]));
}

#[test]
fn the_baseline_may_stand_in_the_same_file_or_in_another() {
    let other = |text: String| text.replace("{\"at\"", "{\"track\": \"baseline\", \"at\"");
    let shared = [samples(&ILL), other(samples(&ILL))].concat();
    let (_, report) = call("judge", &["--samples", "all"]).file("all", shared).json();
    assert_eq!((word(&report), codes(&report)), ("warning", vec!["shared-cause"]));
    for (baseline, expected) in [(&ILL, "warning"), (&WELL, "rollback")] {
        let tool = judge(&ILL, &["--baseline-samples", "old"]).file("old", samples(baseline));
        assert_eq!(word(&tool.json().1), expected);
    }
}

#[test]
fn a_file_that_is_not_there_or_not_of_this_kind_is_no_data() {
    let (code, report) = call("judge", &["--samples", "none"]).json();
    assert_eq!((word(&report), code, codes(&report)), ("no-data", 1, vec!["source-unreadable"]));
    let text = "x\n\u{1b}[31m\n::error::forged\n";
    let (code, report) = call("judge", &["--samples", "odd"]).file("odd", text).json();
    assert_eq!((word(&report), code, codes(&report)), ("no-data", 1, vec!["no-data", "unreadable"]));
}

#[test]
fn what_is_asked_wrongly_reads_nothing() {
    let wrong: [(&[&str], &str); 14] = [
        (&[], "nothing-to-judge"),
        (&["--samples", "a", "--access-log", "b"], "usage"),
        (&["--samples", "a", "--prometheus", "http://192.0.2.1"], "usage"),
        (&["--samples", "a", "--stage-began", "yesterday"], "usage"),
        (&["--samples", "a", "--error-rate-rollback", "1"], "usage"),
        (
            &["--samples", "a", "--error-rate-warning", "5%", "--error-rate-rollback", "1%"],
            "thresholds-inverted",
        ),
        (&["--samples", "a", "--latency-warning", "3s", "--latency-rollback", "2s"], "thresholds-inverted"),
        (&["--access-log", "a", "--log-duration", "took"], "usage"),
        (&["--prometheus", "http://192.0.2.1"], "query-missing"),
        (
            &["--prometheus", "http://192.0.2.1", "--requests-query", "a", "--errors-query", "b"],
            "stage-missing",
        ),
        (
            &["--prometheus", "x", "--requests-query", "a", "--errors-query", "b", "--since", "1h"],
            "url-invalid",
        ),
        (
            &["--prometheus", "http://192.0.2.1", "--requests-query", "rate(a[5m])", "--errors-query", "b"],
            "query-not-raw",
        ),
        (
            &[
                "--prometheus",
                "http://192.0.2.1",
                "--requests-query",
                "a",
                "--errors-query",
                "b",
                "--since",
                "1h",
                "--latency-warning",
                "1s",
            ],
            "query-missing",
        ),
        (
            &[
                "--prometheus",
                "http://192.0.2.1",
                "--requests-query",
                "a",
                "--errors-query",
                "b",
                "--since",
                "1h",
                "--baseline-errors-query",
                "b",
            ],
            "query-missing",
        ),
    ];
    for (args, code) in wrong {
        let (exit, report) = call("judge", args).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{args:?} {report:#}");
    }
}
