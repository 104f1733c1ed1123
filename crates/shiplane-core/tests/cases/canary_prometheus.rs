//! Answers of Prometheus: what they say, what they hide, and what is no answer.

use shiplane_core::canary::prometheus::{
    Answers, Labelled, Refused, is_selector, read, read_time, thin, track,
};
use shiplane_core::canary::{Facts, Policy, Track, evidence};
use shiplane_core::duration::Span;

use super::canary::{at, word};

const LIMITS: [Span; 2] = [Span::millis(500), Span::millis(2000)];

/// A series by its labels besides job and instance, with a point every 15 seconds from 60 on.
fn series(labels: &[(&str, &str)], values: &[f64]) -> Labelled {
    let target = [("job", "app"), ("instance", "web-1:9100")];
    let labels = target.iter().chain(labels).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let points = values.iter().enumerate().map(|(n, value)| (at(60 + 15 * n as i64), *value));
    Labelled { labels: labels.collect(), points: points.collect(), native: Vec::new(), invalid: 0 }
}

fn judged(answers: &Answers) -> (String, Track) {
    let track = track("Prometheus", answers, &LIMITS).unwrap();
    let as_of = track.newest.unwrap_or(at(100));
    let facts = Facts { as_of, began: Some(at(0)), canary: track, baseline: None };
    (word(&Policy::default(), &facts), facts.canary)
}

#[test]
fn no_series_of_errors_is_no_error_only_where_there_are_requests() {
    let requests = vec![series(&[], &[100.0, 500.0, 900.0])];
    let answers = Answers { requests, ..Answers::default() };
    let (word, track) = judged(&answers);
    assert_eq!(word, "ok");
    assert_eq!((track.every, track.read), (Some(Span::seconds(15)), 3));
    assert_eq!(track.remarks[0].code, "errors-unseen");
    assert_eq!(judged(&Answers::default()).0, "no-data");
}

#[test]
fn the_first_errors_of_a_series_that_was_just_born_are_counted() {
    let answers = Answers {
        requests: vec![series(&[("status", "200")], &[100.0, 150.0, 195.0]), late(&[("status", "500")], 5.0)],
        errors: vec![late(&[("status", "500")], 5.0)],
        ..Answers::default()
    };
    let (word, track) = judged(&answers);
    assert_eq!(word, "rollback", "5 of 100");
    assert_eq!(track.intervals.iter().map(|one| one.requests).sum::<u64>(), 100);
}

/// A series whose only point is the third.
fn late(labels: &[(&str, &str)], value: f64) -> Labelled {
    let mut one = series(labels, &[0.0, 0.0, value]);
    one.points.drain(..2);
    one
}

#[test]
fn a_histogram_is_read_off_its_buckets() {
    let buckets = |all: f64| {
        [("0.5", 0.9 * all), ("2.0", 0.99 * all), ("0.0005", 0.0), ("+Inf", all)]
            .map(|(le, count)| series(&[("le", le)], &[0.0, count / 2.0, count]))
            .to_vec()
    };
    let answers = Answers {
        requests: vec![series(&[], &[0.0, 500.0, 1000.0])],
        latency: Some(buckets(1000.0)),
        ..Answers::default()
    };
    let (word, track) = judged(&answers);
    assert_eq!((word.as_str(), track.lines.0.clone()), ("warning", vec![500, 2000]));
    let facts = Facts { as_of: at(90), began: None, canary: track, baseline: None };
    assert_eq!(evidence(&Policy::default(), &facts).all().slower, [100, 10]);
}

#[test]
fn a_histogram_that_cannot_show_a_limit_is_a_mistake_of_the_question() {
    let bucket = |le| series(&[("le", le)], &[0.0, 1.0]);
    let requests = vec![series(&[], &[0.0, 1.0])];
    let cases = [
        (vec![bucket("0.5"), bucket("1"), bucket("+Inf")], "latency-not-shown"),
        (vec![bucket("0.5"), bucket("2")], "latency-no-series"),
        (Vec::new(), "latency-no-series"),
    ];
    for (latency, code) in cases {
        let answers = Answers { requests: requests.clone(), latency: Some(latency), ..Answers::default() };
        let fault = track("Prometheus", &answers, &LIMITS).unwrap_err();
        assert_eq!((fault.code, fault.exit.code()), (code, 2), "{}", fault.fact);
    }
}

#[test]
fn a_target_that_is_down_is_known_by_its_name() {
    let mut answers = Answers {
        requests: vec![series(&[], &[0.0, 500.0, 1000.0])],
        up: vec![series(&[], &[0.0])],
        ..Answers::default()
    };
    let (word, track) = judged(&answers);
    assert_eq!((word.as_str(), track.down), ("no-data", vec!["app web-1:9100".to_owned()]));
    answers.up = vec![series(&[], &[1.0])];
    assert_eq!(judged(&answers).0, "ok");
}

#[test]
fn thinned_points_keep_the_first_of_each_time() {
    let mut points: Vec<_> = (0..10).map(|n| (at(n * 15), n as f64)).collect();
    thin(&mut points, 60);
    assert_eq!(points.iter().map(|(at, _)| at.seconds()).collect::<Vec<_>>(), [0, 60, 120]);
    thin(&mut points, 0);
    assert_eq!(points.len(), 3);
}

#[test]
fn answers_are_read_as_they_come() {
    let body = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[60.7,"5"],[75,"NaN"],[90,"+Inf"],[105,"-1"],[120,"7"]]}]}}"#;
    let all = read(200, body).unwrap();
    assert_eq!(all[0].points, [(at(60), 5.0), (at(120), 7.0)]);
    assert_eq!(all[0].invalid, 3);
    let scalar =
        r#"{"status":"success","data":{"resultType":"scalar","result":[1767607200.5,"1767607200.5"]}}"#;
    assert_eq!(read_time(200, scalar).unwrap().to_string(), "2026-01-05T10:00:00Z");
    assert_eq!(
        read(200, r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#),
        Ok(Vec::new())
    );
}

#[test]
fn what_is_no_answer_is_told_apart() {
    let source = |status, body: &str| match read(status, body) {
        Err(Refused::Source(trouble)) => trouble.code,
        other => panic!("{other:?}"),
    };
    let good = r#"{"status":"success","data":{"result":[]}"#;
    assert_eq!(source(200, &format!(r#"{good},"warnings":["store web-2 did not answer"]}}"#)), "partial");
    assert_eq!(source(200, &format!(r#"{good},"isPartial":true}}"#)), "partial");
    assert_eq!(source(200, good), "source-failed");
    assert_eq!(source(200, "<html>"), "source-failed");
    assert_eq!(source(200, "{}"), "source-failed");
    assert_eq!(
        source(200, r#"{"status":"success","data":{"result":[{"metric":{},"values":[["x",1]]}]}}"#),
        "source-failed"
    );
    assert_eq!(
        source(503, r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#),
        "source-failed"
    );
    assert_eq!(source(401, ""), "source-refused");
    let wrong = r#"{"status":"error","errorType":"bad_data","error":"1:5: parse error"}"#;
    assert_eq!(read(400, wrong), Err(Refused::Query("1:5: parse error".to_owned())));
}

#[test]
fn only_the_counter_itself_is_asked_for() {
    let right =
        ["up", "a:b_total", r#"x{a="b"}"#, r#"{__name__="x",a=~"5..|(4..)"}"#, r#"x{a="\"}",b='}'}"#, "x {}"];
    for query in right {
        assert!(is_selector(query), "{query}");
    }
    let wrong = [
        "",
        "rate(x[5m])",
        "x[5m]",
        "sum(x)",
        "x + y",
        "x{a=\"b\"} or y",
        "x{a=\"b}",
        "x{}[1m]",
        "x{a=(b)}",
        "x{a=\"b\"}}",
    ];
    for query in wrong {
        assert!(!is_selector(query), "{query}");
    }
}

/// A native histogram as Prometheus answers it: one bucket around 500 ms, one above, one far above.
fn native(points: &[(i64, [u32; 3])]) -> Vec<Labelled> {
    let one = |(at, [around, above, far]): &(i64, [u32; 3])| {
        let count = 1000 + around + above + far;
        format!(
            r#"[{at}, {{"count": "{count}", "sum": "9", "buckets": [[0, "0.1", "0.4", "1000"],
            [0, "0.42", "0.51", "{around}"], [0, "0.51", "0.6", "{above}"], [0, "2", "2.2", "{far}"]]}}]"#
        )
    };
    let all: Vec<String> = points.iter().map(one).collect();
    let body = format!(
        r#"{{"status": "success", "data": {{"resultType": "matrix", "result": [{{"metric":
        {{"job": "app", "instance": "web-1:9100"}}, "histograms": [{}]}}]}}}}"#,
        all.join(", ")
    );
    read(200, &body).unwrap()
}

#[test]
fn a_native_histogram_is_judged_at_its_nearest_bound_and_says_so() {
    let latency = native(&[(60, [0, 0, 0]), (75, [100, 0, 0]), (90, [200, 7, 0])]);
    let requests = vec![series(&[], &[1000.0, 1100.0, 1207.0])];
    let answers = Answers { requests, latency: Some(latency), ..Answers::default() };
    let (_, track) = judged(&answers);
    assert_eq!(track.lines.0, [500, 2000]);
    let slower: u64 = track.intervals.iter().map(|one| one.slower[0]).sum();
    let timed: u64 = track.intervals.iter().map(|one| one.timed).sum();
    assert_eq!((slower, timed), (7, 207));
    let told = "a native histogram has no bound at 500ms: it is judged at 510 ms";
    assert!(track.remarks.iter().any(|remark| remark.fact == told), "{:?}", track.remarks);
}

#[test]
fn a_native_histogram_that_is_too_coarse_or_no_counter_is_a_mistake_of_the_question() {
    let coarse = r#"{"status": "success", "data": {"result": [{"metric": {}, "histogram":
        [60, {"count": "4", "sum": "1", "buckets": [[0, "0.25", "1", "4"]]}]}]}}"#;
    let requests = vec![series(&[], &[0.0, 4.0])];
    let latency = Some(read(200, coarse).unwrap());
    let answers = Answers { requests, latency, ..Answers::default() };
    assert_eq!(track("Prometheus", &answers, &LIMITS).unwrap_err().code, "latency-not-shown");
    let answers = Answers { requests: native(&[(60, [0, 0, 0])]), ..Answers::default() };
    assert_eq!(track("Prometheus", &answers, &LIMITS).unwrap_err().code, "query-native");
}
