//! Which answers are right, and what is said of those that are not.

use serde_json::json;
use shiplane_core::duration::Span;
use shiplane_core::report::Level;
use shiplane_core::smoke::{
    Answer, Answered, Certificate, Expectation, Failure, FailureKind, JsonValue, NamedHeader, Observed,
    Pattern, Protocol, Reply, StatusRange, StatusSet, Timings, VersionAt, VersionExpected, conclude, judge,
    read_version,
};

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answered {
    Answered {
        url: "http://192.0.2.1/health".to_owned(),
        peer: None,
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_owned(),
        utf8: true,
        certificate: None,
        others: Vec::new(),
        timings: Timings { total_ms: 12.0, ..Timings::default() },
    }
}

fn reasons(expectation: &Expectation, answered: Answered) -> Vec<String> {
    let findings = judge(expectation, &Answer::Answered(answered));
    findings.iter().map(|finding| format!("{}: {}", finding.code, finding.fact)).collect()
}

fn version_at(at: VersionAt) -> Expectation {
    Expectation {
        version: Some(VersionExpected { at, version: "1.2.3".to_owned() }),
        ..Expectation::default()
    }
}

fn json_at(pointer: &str, value: &str) -> Expectation {
    Expectation { json: vec![JsonValue::new(pointer, value).unwrap()], ..Expectation::default() }
}

#[test]
fn any_2xx_is_right_by_default_and_nothing_else() {
    for (status, right) in
        [(199, false), (200, true), (204, true), (299, true), (304, false), (404, false), (503, false)]
    {
        assert_eq!(reasons(&Expectation::default(), answer(status, &[], "")).is_empty(), right, "{status}");
    }
}

#[test]
fn named_codes_and_ranges_take_the_place_of_2xx() {
    let ranges: Vec<StatusRange> = ["204", "301-308"].iter().map(|text| text.parse().unwrap()).collect();
    let expectation = Expectation { status: StatusSet(ranges), ..Expectation::default() };
    assert_eq!(
        reasons(&expectation, answer(200, &[], "")),
        ["wrong-status: status 200, expected 204, 301-308"]
    );
    assert!(reasons(&expectation, answer(302, &[], "")).is_empty());
    for text in ["", "20", "600", "2xx", "300-200", "200-", "-1"] {
        assert!(text.parse::<StatusRange>().is_err(), "{text}");
    }
}

#[test]
fn a_redirect_says_where_it_leads() {
    let found = reasons(&Expectation::default(), answer(302, &[("location", "/login")], ""));
    assert_eq!(found, ["wrong-status: status 302 to /login, expected 200-299"]);
}

#[test]
fn a_200_with_an_error_inside_is_wrong() {
    let found = reasons(&json_at("/status", "ok"), answer(200, &[], r#"{"status":"error"}"#));
    assert_eq!(found, ["wrong-json: JSON value `/status` is `error`, expected `ok`"]);
}

#[test]
fn a_missing_json_value_equals_nothing_not_even_null() {
    for wanted in ["", "null", "ok"] {
        let found = reasons(&json_at("/status", wanted), answer(200, &[], r#"{"state":null}"#));
        assert_eq!(found.len(), 1, "{wanted}");
        assert!(found[0].contains("is missing"), "{found:?}");
    }
}

#[test]
fn json_values_are_compared_by_their_type() {
    let body = json!({"n": 3, "f": 3.0, "t": "3", "yes": true, "nothing": null, "list": [1, {"a": 2}], "a/b": {"~": "x"}});
    let holds = |pointer: &str, value: &str| {
        reasons(&json_at(pointer, value), answer(200, &[], &body.to_string())).is_empty()
    };
    let right = [
        ("/n", "3"),
        ("/n", "3.0"),
        ("/f", "3"),
        ("/t", "3"),
        ("/yes", "true"),
        ("/nothing", "null"),
        ("/list", "[1, {\"a\": 2}]"),
        ("/list/1/a", "2"),
        ("/a~1b/~0", "x"),
    ];
    for (pointer, value) in right {
        assert!(holds(pointer, value), "{pointer}={value}");
    }
    for (pointer, value) in
        [("/n", "4"), ("/n", "three"), ("/t", "\"3\""), ("/yes", "True"), ("/nothing", ""), ("/list", "[1]")]
    {
        assert!(!holds(pointer, value), "{pointer}={value}");
    }
}

#[test]
fn what_is_not_json_says_where_it_goes_wrong() {
    let expectation = json_at("/status", "ok");
    assert_eq!(
        reasons(&expectation, answer(200, &[], "<html>")),
        ["wrong-json: the body is not JSON: wrong at line 1 column 1"]
    );
    assert_eq!(
        reasons(&expectation, answer(200, &[], " \n")),
        ["wrong-json: the body is empty, expected JSON"]
    );
    let coded = Answered { utf8: false, ..answer(200, &[("Content-Encoding", "gzip")], "\u{fffd}") };
    assert_eq!(
        reasons(&expectation, coded),
        ["wrong-json: the body is encoded as `gzip` although plain was asked for"]
    );
    let bytes = Answered { utf8: false, ..answer(200, &[], "{\"status\":\"ok\"}") };
    assert_eq!(reasons(&expectation, bytes), ["wrong-json: the body is not UTF-8 text"]);
}

#[test]
fn a_pointer_without_a_slash_is_refused_at_the_door() {
    assert!("status=ok".parse::<JsonValue>().is_err());
    assert!("/status".parse::<JsonValue>().is_err());
    assert!(VersionAt::json("version").is_err());
    let value: JsonValue = "/query=a=b".parse().unwrap();
    assert_eq!((value.pointer.as_str(), value.value.as_str()), ("/query", "a=b"));
}

#[test]
fn the_old_version_is_not_the_new_one() {
    let expectation = version_at(VersionAt::Json("/version".to_owned()));
    let found = reasons(&expectation, answer(200, &[], r#"{"version":"1.2.2"}"#));
    assert_eq!(found, ["wrong-version: version 1.2.2 answers, expected 1.2.3"]);
    for same in ["1.2.3", "v1.2.3", " 1.2.3\n"] {
        assert!(
            reasons(&expectation, answer(200, &[], &json!({"version": same}).to_string())).is_empty(),
            "{same}"
        );
    }
    for other in ["1.2.30", "1.2.3-rc.1", "vv1.2.3"] {
        assert!(
            !reasons(&expectation, answer(200, &[], &json!({"version": other}).to_string())).is_empty(),
            "{other}"
        );
    }
}

#[test]
fn a_version_that_cannot_be_read_is_told_apart_from_a_wrong_one() {
    let by_json = VersionAt::Json("/version".to_owned());
    let by_header = VersionAt::Header("x-version".to_owned());
    let twice = [("X-Version", "1.2.3"), ("X-Version", "1.2.2")];
    let unreadable = [
        (&by_json, answer(200, &[], "{}")),
        (&by_json, answer(200, &[], "{\"version\":[1]}")),
        (&by_json, answer(200, &[], "1.2.3")),
        (&by_header, answer(200, &[], "1.2.3")),
        (&by_header, answer(200, &twice, "")),
        (&VersionAt::Body, answer(200, &[], " \n")),
        (&VersionAt::Body, answer(200, &[], "<html>\n<body>")),
    ];
    for (at, answered) in unreadable {
        let found = reasons(&version_at(at.clone()), answered);
        assert!(found.len() == 1 && found[0].starts_with("version-unreadable: "), "{found:?}");
    }
    let same_twice = answer(200, &[("x-version", "1.2.3"), ("X-VERSION", "v1.2.3")], "");
    assert_eq!(read_version(&by_header, &same_twice), Ok("1.2.3".to_owned()));
    assert_eq!(read_version(&VersionAt::Body, &answer(200, &[], "v1.2.3\n")), Ok("v1.2.3".to_owned()));
}

#[test]
fn every_reason_is_named_at_once() {
    let expectation = Expectation {
        status: StatusSet::codes(&[200]),
        body: vec!["ready".to_owned()],
        json: vec![JsonValue::new("/db", "up").unwrap()],
        headers: vec![NamedHeader { name: "X-Mode".to_owned(), value: "live".to_owned() }],
        version: Some(VersionExpected {
            at: VersionAt::Json("/version".to_owned()),
            version: "2.0.0".to_owned(),
        }),
        latency: Some(Span::millis(11)),
        ..Expectation::default()
    };
    let body = r#"{"db":"down","version":"1.9.0"}"#;
    let found = reasons(&expectation, answer(503, &[("x-mode", "maintenance")], body));
    let expected = [
        "wrong-status: status 503, expected 200",
        "wrong-version: version 1.9.0 answers, expected 2.0.0",
        "wrong-json: JSON value `/db` is `down`, expected `up`",
        "wrong-body: the body of 31 bytes does not contain `ready`",
        "wrong-header: header `X-Mode` is `maintenance`, expected `live`",
        "too-slow: answered in 12 ms, expected at most 11ms",
    ];
    assert_eq!(found, expected);
}

#[test]
fn exactly_the_latency_budget_is_no_breach() {
    let expectation = Expectation { latency: Some(Span::millis(12)), ..Expectation::default() };
    assert!(reasons(&expectation, answer(200, &[], "")).is_empty());
}

#[test]
fn each_way_to_fail_has_its_code_and_only_our_own_troubles_are_unknown() {
    let expected = [
        (FailureKind::Dns, "dns", Level::Unknown),
        (FailureKind::NoRoute, "no-route", Level::Unknown),
        (FailureKind::Unreachable, "unreachable", Level::Fail),
        (FailureKind::Refused, "refused", Level::Fail),
        (FailureKind::Tls, "tls", Level::Fail),
        (FailureKind::Reset, "reset", Level::Fail),
        (FailureKind::Timeout, "timeout", Level::Fail),
        (FailureKind::Protocol, "bad-answer", Level::Fail),
        (FailureKind::TooLarge, "bad-answer", Level::Fail),
        (FailureKind::Redirect, "bad-answer", Level::Fail),
    ];
    for (reason, code, level) in expected {
        let failure = Failure { reason, detail: "it failed".to_owned(), timings: Timings::default() };
        let findings = judge(&Expectation::default(), &Answer::Failed(failure));
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].code.as_str(), findings[0].level), (code, level));
        assert!(findings[0].help.is_some());
    }
}

#[test]
fn foreign_values_in_a_fact_are_short_and_harmless() {
    let long = format!("::error::x\n##[error]{}", "y".repeat(10_000));
    let found = reasons(&json_at("/status", "ok"), answer(200, &[], &json!({"status": long}).to_string()));
    assert!(
        found[0].chars().count() < 200 && !found[0].contains('\n') && !found[0].contains("##["),
        "{found:?}"
    );
}

#[test]
fn a_recorded_answer_reads_back_as_it_was() {
    let failure =
        Failure { reason: FailureKind::TooLarge, detail: "x".to_owned(), timings: Timings::default() };
    let answers = vec![Answer::Failed(failure), Answer::Answered(answer(200, &[("a", "b")], "c"))];
    let observed =
        Observed { tries: 2, failed: 1, waited: Span::millis(1500), answers, ..Observed::default() };
    let text = serde_json::to_string(&observed).unwrap();
    assert_eq!(serde_json::from_str::<Observed>(&text).unwrap(), observed);
}

#[test]
fn ready_means_that_each_of_the_last_answers_was_right() {
    let good = || Answer::Answered(answer(200, &[("x-version", "1.2.3")], ""));
    let old = || Answer::Answered(answer(200, &[("x-version", "1.2.2")], ""));
    let expectation = version_at(VersionAt::Header("X-Version".to_owned()));
    let codes = |answers: Vec<Answer>| {
        let waited = Span::seconds(1);
        let observed = Observed { tries: 9, failed: 3, waited, answers, ..Observed::default() };
        let findings = conclude(&expectation, 3, &observed);
        findings.into_iter().map(|finding| format!("{}: {}", finding.code, finding.fact)).collect::<Vec<_>>()
    };
    assert!(codes(vec![good(), good(), good()]).is_empty());
    assert_eq!(codes(vec![good(), good(), old()]), ["wrong-version: version 1.2.2 answers, expected 1.2.3"]);
    let stale = "unsteady: 1 of 3 right answers in a row when time was up; before that: version 1.2.2 answers, expected 1.2.3";
    assert_eq!(codes(vec![good(), old(), good()]), [stale]);
    assert_eq!(codes(vec![good(), good()]), ["unsteady: 2 of 3 right answers in a row when time was up"]);
    assert_eq!(codes(Vec::new()), ["not-observed: no attempt was made"]);
}

fn reply(protocol: Protocol, said: &str) -> Reply {
    Reply { protocol, said: said.to_owned(), ..Reply::default() }
}

fn codes(expectation: &Expectation, reply: Reply) -> Vec<String> {
    judge(expectation, &Answer::Replied(reply)).iter().map(|finding| finding.code.clone()).collect()
}

#[test]
fn what_redis_and_postgres_say_is_told_apart() {
    let cases: [(Protocol, &str, &[&str]); 12] = [
        (Protocol::Redis, "+PONG", &[]),
        (Protocol::Redis, "-NOAUTH Authentication required.", &["redis-auth"]),
        (Protocol::Redis, "-WRONGPASS invalid username-password pair", &["redis-auth"]),
        (Protocol::Redis, "-LOADING Redis is loading the dataset in memory", &["redis-loading"]),
        (Protocol::Redis, "-ERR max number of clients reached", &["redis-error"]),
        (Protocol::Redis, "+PONGO", &["bad-answer"]),
        (Protocol::Redis, "", &["bad-answer"]),
        (Protocol::Postgres, "R", &[]),
        (Protocol::Postgres, "E 28P01 password authentication failed", &[]),
        (Protocol::Postgres, "E 53300 sorry, too many clients already", &[]),
        (Protocol::Postgres, "E 57P03 the database system is starting up", &["postgres-starting"]),
        (Protocol::Tcp, "", &[]),
    ];
    for (protocol, said, expected) in cases {
        assert_eq!(codes(&Expectation::default(), reply(protocol, said)), expected, "{said}");
    }
}

#[test]
fn addresses_are_a_set_and_each_way_of_writing_one_is_the_same() {
    let wanted = |list: &[&str]| Expectation {
        addresses: list.iter().map(|one| (*one).to_owned()).collect(),
        ..Expectation::default()
    };
    let found = || Reply {
        protocol: Protocol::Dns,
        addresses: vec!["192.0.2.1".to_owned(), "2001:db8::1".to_owned()],
        ..Reply::default()
    };
    assert!(codes(&wanted(&[]), found()).is_empty());
    assert!(codes(&wanted(&["2001:0db8:0::1", "192.0.2.1"]), found()).is_empty());
    assert_eq!(codes(&wanted(&["192.0.2.1"]), found()), ["wrong-address"]);
    assert_eq!(codes(&wanted(&["192.0.2.1", "2001:db8::1", "192.0.2.9"]), found()), ["wrong-address"]);
}

#[test]
fn a_certificate_is_good_up_to_the_very_day() {
    let left = |seconds: i64| Reply {
        protocol: Protocol::Tls,
        certificate: Some(Certificate {
            names: Vec::new(),
            issuer: String::new(),
            not_after: 1_000_000 + seconds,
            seen: 1_000_000,
        }),
        ..Reply::default()
    };
    let wanted = Expectation { certificate_days: Some(10), ..Expectation::default() };
    assert!(codes(&wanted, left(10 * 86_400)).is_empty());
    for seconds in [10 * 86_400 - 1, 0, -5] {
        assert_eq!(codes(&wanted, left(seconds)), ["certificate-ends"], "{seconds}");
    }
    assert_eq!(
        codes(&wanted, reply(Protocol::Tls, "")),
        ["certificate-unknown"],
        "what nobody saw is not good"
    );
    assert!(codes(&Expectation::default(), left(-5)).is_empty());
}

#[test]
fn of_several_addresses_each_is_judged_and_named() {
    let at = |peer: &str, status: u16| Answered { peer: Some(peer.to_owned()), ..answer(status, &[], "") };
    let all = Answered { others: vec![at("192.0.2.2:80", 503)], ..at("192.0.2.1:80", 200) };
    let expected = ["wrong-status: 192.0.2.2:80: status 503, expected 200-299"];
    assert_eq!(reasons(&Expectation::default(), all), expected);
}

#[test]
fn what_must_match_is_matched_and_an_encoded_body_is_said_to_be_one() {
    let wanted = |pattern: &str| Expectation { matches: vec![pattern.to_owned()], ..Expectation::default() };
    assert!(reasons(&wanted("^v[0-9]+$"), answer(200, &[], "v12")).is_empty());
    let wrong = ["not-matching: the body of 3 bytes does not match `^w`"];
    assert_eq!(reasons(&wanted("^w"), answer(200, &[], "v12")), wrong);
    let coded = answer(200, &[("Content-Encoding", "gzip")], "v12");
    let wrong = ["encoded: the body is encoded as `gzip` although plain was asked for"];
    assert_eq!(reasons(&wanted("^v"), coded), wrong);
    assert!(reasons(&wanted("^v"), answer(200, &[("Content-Encoding", "identity")], "v12")).is_empty());
    for pattern in ["a(b", "[z", "(?=x)", "a{99999}"] {
        assert!(pattern.parse::<Pattern>().is_err(), "{pattern}");
    }
}
