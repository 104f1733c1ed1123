//! `judge` by Prometheus: a scripted one with every answer it can give, and a real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use shiplane_testkit::need::need;
use shiplane_testkit::process::wait_until;
use shiplane_testkit::prometheus::Prometheus;

use super::server::{Connection, Server, plain};
use super::tool::{Tool, call, codes, findings};

/// What Prometheus takes for now.
const NOW: u64 = 1_767_607_200;

/// What a scripted Prometheus answers: each series as labels and its values, 15 seconds apart, the last at now.
#[derive(Clone)]
struct Script {
    requests: Value,
    errors: Value,
    latency: Value,
    up: Value,
}

fn series(labels: Value, values: &[u64], ends: u64) -> Value {
    let mut metric = json!({ "job": "app", "instance": "web-1:9100" });
    metric.as_object_mut().unwrap().extend(labels.as_object().unwrap().clone());
    let first = ends - 15 * (values.len() as u64 - 1);
    let values: Vec<Value> = values
        .iter()
        .enumerate()
        .map(|(n, value)| json!([first + 15 * n as u64, value.to_string()]))
        .collect();
    json!({ "metric": metric, "values": values })
}

fn rising(to: u64) -> Vec<u64> {
    (0..=20).map(|n| to * n / 20).collect()
}

impl Script {
    fn new(requests: u64, errors: Option<u64>) -> Self {
        let errors = errors.map(|errors| series(json!({ "status": "500" }), &rising(errors), NOW));
        Self {
            requests: json!([series(json!({}), &rising(requests), NOW)]),
            errors: errors.into_iter().collect(),
            latency: json!([]),
            up: json!([{ "metric": { "job": "app", "instance": "web-1:9100" }, "value": [NOW, "1"] }]),
        }
    }

    fn buckets(mut self, buckets: &[(&str, u64)]) -> Self {
        self.latency =
            buckets.iter().map(|(le, to)| series(json!({ "le": le }), &rising(*to), NOW)).collect();
        self
    }

    fn serve(self) -> Server {
        Server::start(move |connection| {
            let head = connection.request();
            let asked = |text: &str| head.lines().next().unwrap().contains(text);
            let result = if asked("time%28%29") {
                json!([NOW, NOW.to_string()])
            } else if asked("query=up&") {
                self.up.clone()
            } else if asked("_bucket") {
                self.latency.clone()
            } else if asked("status") {
                self.errors.clone()
            } else {
                self.requests.clone()
            };
            let body = json!({ "status": "success", "data": { "resultType": "matrix", "result": result } });
            connection.say(&plain(200, "", &body.to_string()));
        })
    }
}

const QUERIES: [&str; 4] =
    ["--requests-query", "http_requests_total", "--errors-query", "http_requests_total{status=~\"5..\"}"];

fn judge(url: &str, args: &[&str]) -> Tool {
    let all: Vec<&str> = ["--prometheus", url].iter().chain(&QUERIES).chain(args).copied().collect();
    call("judge", &all)
}

fn judged(script: Script, args: &[&str]) -> (i32, Value) {
    let server = script.serve();
    judge(&server.url(""), &[&["--since", "1h"], args].concat()).json()
}

#[test]
fn raw_counters_are_differenced() {
    let (code, report) = judged(Script::new(2000, None), &[]);
    assert_eq!(
        (code, report["verdict"].as_str()),
        (0, Some("ok")),
        "no series of errors is no errors: {report:#}"
    );
    let (code, report) = judged(Script::new(2000, Some(80)), &[]);
    assert_eq!((code, codes(&report)), (10, vec!["error-rate"]));
    assert_eq!(
        (&report["outputs"]["requests"], &report["outputs"]["errors"]),
        (&"2000".into(), &"80".into())
    );
    let mut born = Script::new(500, None);
    born.errors = json!([series(json!({ "status": "500" }), &[30], NOW)]);
    assert_eq!(judged(born, &[]).0, 10, "the first errors of a series that was just born");
}

#[test]
fn no_series_of_requests_and_old_ones_are_no_data() {
    let mut none = Script::new(0, None);
    none.requests = json!([]);
    let (code, report) = judged(none, &[]);
    assert_eq!((code, codes(&report)), (1, vec!["no-data"]));
    let mut old = Script::new(2000, None);
    old.requests = json!([series(json!({}), &rising(2000), NOW - 31)]);
    let (code, report) = judged(old, &[]);
    assert_eq!((code, codes(&report)), (1, vec!["stale"]), "{report:#}");
    let mut down = Script::new(2000, None);
    down.up[0]["value"] = json!([NOW, "0"]);
    let (code, report) = judged(down, &[]);
    assert_eq!((code, codes(&report)), (1, vec!["stale"]));
    let mut odd = Script::new(2000, None);
    odd.requests[0]["values"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .skip(5)
        .for_each(|one| one[1] = json!("NaN"));
    assert_eq!(judged(odd, &[]).0, 1);
}

#[test]
fn latencies_are_read_off_buckets_that_can_show_the_limits() {
    let query = ["--latency-query", "http_request_duration_seconds_bucket"];
    let good = [("0.1", 1000), ("0.5", 1990), ("2.0", 2000), ("+Inf", 2000)];
    let (code, report) = judged(Script::new(2000, None).buckets(&good), &query);
    assert_eq!((code, codes(&report)), (0, vec![]), "{report:#}");
    let slow = [("0.5", 1000), ("2", 1500), ("+Inf", 2000)];
    let (code, report) = judged(Script::new(2000, None).buckets(&slow), &query);
    assert_eq!((code, codes(&report)), (10, vec!["latency-slow", "latency-p95"]));
    assert_eq!(report["outputs"]["p95"], ">2000");
    let blind = [("0.5", 1000), ("1", 1500), ("+Inf", 2000)];
    let (code, report) = judged(Script::new(2000, None).buckets(&blind), &query);
    assert_eq!((code, codes(&report)), (2, vec!["latency-not-shown"]));
    assert_eq!(judged(Script::new(2000, None), &query).0, 2, "a query that names no series");
}

#[test]
fn long_stages_are_asked_for_in_parts_and_the_header_is_sent() {
    let server = Script::new(2000, None).serve();
    let tool = judge(&server.url("/prom/"), &["--since", "20h"])
        .env("SHIPLANE_REQUEST_HEADER", "Authorization: Bearer t-abcdef");
    let (code, report) = tool.json();
    assert_eq!((code, &report["outputs"]["requests"]), (0, &"2000".into()), "{report:#}");
    let requests = server.requests();
    assert_eq!(requests.len(), 1 + 4 + 4 + 1);
    assert!(requests.iter().all(|head| head.starts_with("GET /prom/api/v1/query?query=")), "{requests:?}");
    assert!(requests.iter().all(|head| head.contains("authorization: Bearer t-abcdef")));
    assert!(requests[1].contains("%5B21600s%5D&time="), "{}", requests[1]);
    let (code, report) = judge(&server.url(""), &["--since", "15d"]).json();
    assert_eq!((code, codes(&report)), (2, vec!["stage-too-long"]));
}

#[test]
fn an_answer_that_is_too_large_is_asked_for_in_smaller_parts() {
    let whole = Script::new(2000, None);
    let server = Server::start(move |connection| {
        let head = connection.request();
        let line = head.lines().next().unwrap();
        let result = if line.contains("time%28%29") {
            json!([NOW, NOW.to_string()])
        } else if line.contains("21600s") || line.contains("10800s") {
            json!([{ "metric": { "big": "x".repeat(9 * 1024 * 1024) } }])
        } else if line.contains("query=up&") || line.contains("status") {
            json!([])
        } else {
            whole.requests.clone()
        };
        let body = json!({ "status": "success", "data": { "result": result } });
        connection.say(&plain(200, "", &body.to_string()));
    });
    let (code, report) = judge(&server.url(""), &["--since", "12h"]).json();
    assert_eq!((code, &report["outputs"]["requests"]), (0, &"2000".into()), "{report:#}");
    let endless = Server::start(|connection| {
        let head = connection.request();
        let time = json!({ "status": "success", "data": { "result": [NOW, "1"] } }).to_string();
        if head.contains("time%28%29") {
            connection.say(&plain(200, "", &time));
        } else {
            connection.say(b"HTTP/1.1 200 OK\r\n\r\n");
            connection.forever(&[b'x'; 65536], Duration::ZERO);
        }
    });
    let (code, report) = judge(&endless.url(""), &["--since", "12h"]).json();
    assert_eq!((code, codes(&report)), (1, vec!["source-too-large"]), "{report:#}");
}

#[test]
fn what_is_no_answer_is_never_well() {
    let saying = |status, body: &str| Server::saying(plain(status, "", body));
    let cases = [
        (saying(503, "down"), "source-failed"),
        (saying(200, "<html>login</html>"), "source-failed"),
        (saying(401, ""), "source-refused"),
        (saying(302, ""), "source-failed"),
        (
            saying(
                200,
                r#"{"status":"success","warnings":["a store is away"],"data":{"result":[1767607200,"1"]}}"#,
            ),
            "partial",
        ),
        (Server::start(Connection::hang), "source-unreachable"),
        (
            Server::start(|connection| {
                connection.request();
                connection.say(b"HTTP/1.1 200 OK\r\n\r\n");
                connection.forever(b"x", Duration::from_millis(20));
            }),
            "source-unreachable",
        ),
    ];
    for (server, code) in cases {
        let (exit, report) = judge(&server.url(""), &["--since", "1h", "--timeout", "500ms"]).json();
        assert_eq!((exit, codes(&report)), (1, vec![code]), "{report:#}");
        let (exit, _) =
            judge(&server.url(""), &["--since", "1h", "--timeout", "500ms", "--on-no-data", "rollback"])
                .json();
        assert_eq!(exit, 10);
    }
    let wrong = saying(400, r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#);
    let (exit, report) = judge(&wrong.url(""), &["--since", "1h"]).json();
    assert_eq!((exit, codes(&report)), (2, vec!["query-invalid"]));
}

#[test]
fn the_config_may_say_where_the_numbers_are() {
    let server = Script::new(2000, Some(80)).serve();
    let config = format!(
        "metrics:\n  prometheus: {}\n  canary: {{ requests: 'a_total{{v=\"2\"}}', errors: 'a_total{{v=\"2\",status=\"500\"}}' }}\n  \
         baseline: {{ requests: 'a_total{{v=\"1\"}}', errors: 'a_total{{v=\"1\",status=\"500\"}}' }}\n",
        server.url("")
    );
    let (code, report) = call("judge", &["--since", "1h"]).config(&config).json();
    assert_eq!((code, codes(&report)), (0, vec!["shared-cause"]), "both are the same here: {report:#}");
}

/// What the service under watch shows of itself.
fn exposition(requests: u64, errors: u64) -> String {
    let failed =
        if errors > 0 { format!("http_requests_total{{status=\"500\"}} {errors}\n") } else { String::new() };
    format!(
        "http_requests_total{{status=\"200\"}} {requests}\n{failed}\
         http_request_duration_seconds_bucket{{le=\"0.5\"}} {requests}\n\
         http_request_duration_seconds_bucket{{le=\"2\"}} {requests}\n\
         http_request_duration_seconds_bucket{{le=\"+Inf\"}} {requests}\n"
    )
}

#[test]
fn a_real_prometheus_is_not_fooling_us() {
    let name = "a_real_prometheus_is_not_fooling_us";
    if need(name, Prometheus::available()).is_none() {
        return;
    }
    let (requests, errors) = (Arc::new(AtomicU64::new(1000)), Arc::new(AtomicU64::new(0)));
    let (shown, failed) = (Arc::clone(&requests), Arc::clone(&errors));
    let service = Server::start(move |connection| {
        connection.request();
        let text = exposition(shown.load(Ordering::SeqCst), failed.load(Ordering::SeqCst));
        connection.say(&plain(200, "content-type: text/plain\r\n", &text));
    });
    let prometheus = Prometheus::start(&format!("127.0.0.1:{}", service.port())).unwrap();
    // Whoever looks ten minutes back has the warm-up behind him.
    let judged = || {
        let args = [
            "--since",
            "10m",
            "--stale-after",
            "4s",
            "--latency-query",
            "http_request_duration_seconds_bucket{job=\"app\"}",
        ];
        judge(&prometheus.url(), &args).json()
    };
    let until = |what: &str, wanted: &dyn Fn(i32, &Value) -> bool| {
        wait_until(what, Duration::from_secs(30), || {
            let (code, report) = judged();
            wanted(code, &report).then_some(report)
        })
        .unwrap()
    };
    until("the first scrape", &|_, report| {
        codes(report).contains(&"no-data") && !codes(report).contains(&"stale")
    });
    wait_until("a second scrape", Duration::from_secs(30), || (service.connections() >= 2).then_some(()))
        .unwrap();
    requests.store(1500, Ordering::SeqCst);
    let well = until("500 requests", &|_, report| report["outputs"]["requests"] == "500");
    assert_eq!((&well["verdict"], &well["outputs"]["errors"]), (&"ok".into(), &"0".into()), "{well:#}");
    errors.store(30, Ordering::SeqCst);
    requests.store(1600, Ordering::SeqCst);
    let ill = until("the first errors of a new series", &|code, _| code == 10);
    assert_eq!(ill["outputs"]["errors"], "30", "{ill:#}");
    requests.store(40, Ordering::SeqCst);
    errors.store(0, Ordering::SeqCst);
    let anew = until("the restart", &|_, report| report["outputs"]["requests"] == "670");
    assert!(findings(&anew).iter().any(|one| one.starts_with("counter-reset")), "{anew:#}");
    drop(service);
    until("the target to be down", &|_, report| codes(report).contains(&"stale"));
    let (code, report) = judge(&prometheus.url(), &["--since", "2m", "--latency-query", "{le=~\"\"}"]).json();
    assert_eq!((code, codes(&report)), (2, vec!["query-invalid"]), "{report:#}");
}
