//! Access logs: every form, and what clients put into them.

use proptest::prelude::*;
use shiplane_core::canary::log::{Form, parse};
use shiplane_core::canary::{Outcome, Seen};

const COMBINED: &str =
    r#"203.0.113.7 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8.0""#;

fn at_ten(seen: &Seen) -> bool {
    seen.at.to_string() == "2026-01-05T10:00:00Z"
}

fn read(line: &str) -> Option<(Outcome, Option<f64>)> {
    parse(line, &Form::default()).map(|seen| {
        assert!(at_ten(&seen), "{line}: {}", seen.at);
        (seen.outcome, seen.millis)
    })
}

fn with_duration(line: &str, place: &str) -> Option<f64> {
    parse(line, &Form { duration: Some(place.parse().unwrap()), ..Form::default() }).unwrap().millis
}

#[test]
fn common_and_combined_lines_are_read() {
    let ok = |status| Some((Outcome::Status(status), None));
    assert_eq!(read(COMBINED), ok(200));
    assert_eq!(read(r#"::1 - frank [05/Jan/2026:11:00:00 +0100] "GET / HTTP/1.0" 502 -"#), ok(502));
    assert_eq!(read(r#"192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "\x16\x03\x01" 400 0"#), ok(400));
    assert_eq!(
        read(&format!("{COMBINED} rt=0.250 uct=\"0.000\"")),
        Some((Outcome::Status(200), Some(250.0)))
    );
    assert_eq!(with_duration(&format!("{COMBINED} 0.58"), "last:s"), Some(580.0));
    assert_eq!(with_duration(&format!("{COMBINED} 250000 \"x\""), "10:us"), Some(250.0));
    assert_eq!(with_duration(&format!("{COMBINED} urt=12"), "urt:ms"), Some(12.0));
    assert_eq!(with_duration(&format!("{COMBINED} 1 \"router\" 12ms"), "last:ms"), Some(12.0));
    assert_eq!(with_duration(&format!("{COMBINED} urt=\"0.012\""), "urt:s"), Some(12.0));
    assert_eq!(read(r#"192.0.2.1 - - [2026-01-05T12:00:00+02:00] "GET / HTTP/1.1" 200 1"#), ok(200));
    for (line, place) in [("x", "99:s"), ("-", "last:s"), ("-1", "last:s"), ("NaN", "last:s"), ("1", "0:s")] {
        assert_eq!(with_duration(&format!("{COMBINED} {line}"), place), None);
    }
}

#[test]
fn what_a_client_sends_stays_where_it_belongs() {
    let forged_user =
        r#"192.0.2.1 - x [05/Jan/2020:10:00:00 +0000] y [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 500 1"#;
    assert_eq!(read(forged_user), Some((Outcome::Status(500), None)));
    let forged_request = r#"192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET /\" 200 1 rt=0.001 HTTP/1.1" 500 1 "-" "\" 200 rt=0.001""#;
    assert_eq!(read(forged_request), Some((Outcome::Status(500), None)));
    let agent =
        r#"192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 500 1 "-" "a rt=0.001 b" rt=9.000"#;
    assert_eq!(read(agent), Some((Outcome::Status(500), Some(9000.0))));
}

#[test]
fn json_lines_are_read_by_the_names_in_use() {
    let nginx = r#"{"time_iso8601":"2026-01-05T10:00:00+00:00","status":"200","request_time":"0.004"}"#;
    assert_eq!(read(nginx), Some((Outcome::Status(200), Some(4.0))));
    let caddy = r#"{"level":"info","ts":1767607200.25,"request":{"uri":"/"},"duration":0.0125,"status":503}"#;
    assert_eq!(read(caddy), Some((Outcome::Status(503), Some(12.5))));
    let traefik = r#"{"DownstreamStatus":200,"Duration":4000000,"StartUTC":"2026-01-05T10:00:00.1Z"}"#;
    assert_eq!(read(traefik), Some((Outcome::Status(200), Some(4.0))));
    let own = r#"{"when":1767607200000,"http":{"code":201},"took":7}"#;
    let form = Form {
        time: Some("when".to_owned()),
        status: Some("/http/code".to_owned()),
        duration: Some("took:us".parse().unwrap()),
    };
    let seen = parse(own, &form).unwrap();
    assert!(at_ten(&seen));
    assert_eq!((seen.outcome, seen.millis), (Outcome::Status(201), Some(0.007)));
    for time in ["2026-01-05T10:00:00Z", "2026-01-05 10:00:00", "05/Jan/2026:10:00:00 +0000", "1767607200.9"]
    {
        let line = format!(r#"{{"time":"{time}","status":0}}"#);
        assert_eq!(read(&line), Some((Outcome::NoAnswer, None)), "{time}");
    }
}

#[test]
fn lines_of_haproxy_are_read() {
    let line = r#"Jan  5 10:00:00 lb haproxy[14389]: 192.0.2.1:33317 [05/Jan/2026:10:00:00.655] http-in be/canary 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1""#;
    assert_eq!(read(line), Some((Outcome::Status(200), Some(69.0))));
    assert_eq!(read(&line.replace("69/109 200", "-1/109 -1")), Some((Outcome::NoAnswer, None)));
    assert_eq!(read(&line.replace("69/109 200", "-1/+109 503")), Some((Outcome::Status(503), None)));
}

#[test]
fn nonsense_is_no_request() {
    let long = "x".repeat(100_000);
    for line in [
        "",
        "hello",
        "{}",
        "{\"time\":1",
        r#"{"time":"yesterday","status":200}"#,
        r#"{"time":"2026-01-05T10:00:00Z","status":"2xx"}"#,
        r#"{"time":"2026-01-05T10:00:00Z","status":99999}"#,
        r#"192.0.2.1 - - [99/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1"#,
        r#"192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1 200 1"#,
        r#"192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 2000000 1"#,
        &long,
    ] {
        assert_eq!(parse(line, &Form::default()), None, "{}", line.get(..80).unwrap_or(line));
    }
}

proptest! {
    #[test]
    fn no_line_is_too_strange(line in ".{0,200}", tail in "[\\[\\]\" \\\\{}0-9a-z/:+-]{0,120}") {
        parse(&line, &Form::default());
        let form = Form { duration: "last:ms".parse().ok(), ..Form::default() };
        parse(&format!("{COMBINED} {tail}"), &form);
        parse(&tail, &form);
    }
}
