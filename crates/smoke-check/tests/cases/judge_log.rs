//! `judge` by access logs: which lines count, and what stands in them.

use serde_json::Value;

use super::tool::{Left, call, codes, findings};

/// A line of version 1 or 2 at a second after 10:00.
fn line(second: u64, version: u8, status: u16, millis: u64) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!(
        "203.0.113.7 - - [05/Jan/2026:10:{minute:02}:{second:02} +0000] \"GET / HTTP/1.1\" {status} 612 \"-\" \"x\" v{version} rt={}.{:03}\n",
        millis / 1000,
        millis % 1000
    )
}

const LOG: [&str; 4] = ["--access-log", "access.log", "--stage-began", "2026-01-05T10:00:00Z"];

fn judge(log: impl AsRef<[u8]>, args: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = LOG.iter().chain(args).copied().collect();
    call("judge", &all).file("access.log", log).json()
}

const END: [&str; 2] = ["--at", "2026-01-05T10:30:00Z"];

#[test]
fn only_the_canary_since_the_stage_began_counts() {
    let mut log: String = (0..600).map(|second| line(second, 1, 500, 10)).collect();
    log.push_str("203.0.113.7 - - [05/Jan/2026:09:59:59 +0000] \"GET / HTTP/1.1\" 500 612 \"-\" \"x\" v2\n");
    log.extend((0..60).map(|second| line(second, 2, 500, 10)));
    log.extend((60..1790).map(|second| line(second, 2, 200, 100)));
    let (code, report) = judge(&log, &["--log-contains", " v2", END[0], END[1]]);
    assert_eq!((code, report["verdict"].as_str()), (0, Some("ok")), "{report:#}");
    assert_eq!((&report["outputs"]["requests"], &report["outputs"]["p95"]), (&"1730".into(), &"98".into()));
    let (code, report) = judge(&log, &END);
    assert_eq!((code, codes(&report)), (10, vec!["error-rate"]));
    let (_, report) = judge(&log, &["--log-contains", " v3", END[0], END[1]]);
    assert_eq!(report["verdict"], "no-data");
}

#[test]
fn the_baseline_is_the_rest_of_the_same_log() {
    let both = |second| {
        [
            line(second, 1, if second % 20 == 0 { 502 } else { 200 }, 10),
            line(second, 2, if second % 20 == 1 { 502 } else { 200 }, 10),
        ]
        .concat()
    };
    let log: String = (0..1790).map(both).collect();
    let args = ["--log-contains", " v2", "--baseline-log-contains", " v1", END[0], END[1]];
    let (code, report) = judge(&log, &args);
    assert_eq!((code, codes(&report)), (0, vec!["shared-cause"]), "{report:#}");
    assert_eq!(judge(&log, &[args[0], args[1], END[0], END[1]]).0, 10);
}

#[test]
fn a_log_that_ended_is_stale_now() {
    let log: String = (0..600).map(|second| line(second, 2, 200, 10)).collect();
    let (code, report) = judge(&log, &[]);
    assert_eq!((code, codes(&report)), (1, vec!["stale"]), "{report:#}");
    let (code, _) = judge(&log, &["--at", "2026-01-05T10:14:00Z"]);
    assert_eq!(code, 0);
}

#[test]
fn slow_requests_and_errors_of_ones_own_choice_are_seen() {
    let slow: String =
        (60..1790).map(|second| line(second, 2, 200, 100 + 3000 * u64::from(second % 10 == 0))).collect();
    assert_eq!(codes(&judge(&slow, &END).1), ["latency-slow", "latency-p95"]);
    let exact: String = (60..1790).map(|second| line(second, 2, 200, 500)).collect();
    assert_eq!(judge(&exact, &END).1["verdict"], "ok", "exactly on the line is not past it");
    let missing: String = (60..1790).map(|second| line(second, 2, 404, 10)).collect();
    assert_eq!(judge(&missing, &END).1["verdict"], "ok");
    assert_eq!(judge(&missing, &["--error-status", "400-599", END[0], END[1]]).0, 10);
    let json = r#"{"time":"2026-01-05T10:SS:00Z","status":200,"took":2500}"#;
    let json: String = (0..200).map(|n| json.replace("SS", &format!("{:02}", 10 + n / 20)) + "\n").collect();
    assert_eq!(judge(&json, &["--log-duration", "took:ms", END[0], "2026-01-05T10:20:00Z"]).0, 10);
    assert_eq!(judge(&json, &["--log-duration", "took:us", END[0], "2026-01-05T10:20:00Z"]).0, 0);
}

#[test]
fn garbage_is_counted_and_hostile_lines_forge_nothing() {
    let mut log: Vec<u8> = (60..1790).map(|second| line(second, 2, 200, 10)).collect::<String>().into_bytes();
    log.extend(b"\n\n\xff\xfe\x00garbage\n::error::forged\n##[error]forged v2\n{\"time\":\n");
    log.extend(vec![b'x'; 3_000_000]);
    log.extend(b"\n203.0.113.7 - - [05/Jan/2026:10:29:51 +0000] \"GET /\xff HTTP/1.1\" 200 1\n");
    log.extend(b"203.0.113.7 - - [05/Jan/2026:10:29:5");
    let all: Vec<&str> = LOG.iter().chain(&END).copied().collect();
    let left: Left = call("judge", &all).file("access.log", &log).env("GITHUB_ACTIONS", "true").go();
    assert_eq!(left.code, 0, "{left:?}");
    assert!(!left.stdout.lines().any(|line| line.trim_start().starts_with("::error")), "{}", left.stdout);
    let (_, report) = judge(&log, &END);
    assert_eq!(report["outputs"]["requests"], "1731");
    let said = findings(&report).into_iter().find(|one| one.starts_with("unreadable")).unwrap();
    assert_eq!(said, "unreadable: 5 of 1736 lines or values make no sense and are left out");
}
