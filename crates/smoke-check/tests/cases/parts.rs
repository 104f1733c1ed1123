//! Real services from Debian: starting, ready, the wrong port, a login demanded.

use std::path::PathBuf;

use shiplane_testkit::need::need;
use shiplane_testkit::services::{Nginx, Postgres, Redis};

use super::tool::{codes, findings, run};

fn tls(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tls")).join(name)
}

fn here(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

#[test]
fn redis_ready_wrong_port_and_a_login_demanded() {
    if need("redis_ready_wrong_port_and_a_login_demanded", Redis::available()).is_none() {
        return;
    }
    let redis = Redis::start(&["--requirepass", "opensesame"]).unwrap();
    let place = here(redis.port());
    let (code, report) = run(&["--redis", &place]).json();
    assert_eq!((code, codes(&report)), (10, vec!["redis-auth"]), "{report:#}");
    let config = format!(
        "probes:\n  cache: {{ redis: \"{place}\", send: {{ password: {{ env: REDIS_PASSWORD }} }}, within: 10s }}\n"
    );
    let (code, report) = run(&[]).config(&config).env("REDIS_PASSWORD", "opensesame").json();
    assert_eq!(code, 0, "{report:#}");
    assert!(findings(&report)[0].contains("cache: answers a PING in "), "{report:#}");
    let (code, report) =
        run(&[]).config(&config).env("REDIS_PASSWORD", "wrong one").env("SHIPLANE_WITHIN", "50ms").json();
    assert_eq!((code, codes(&report)), (10, vec!["redis-auth"]), "{report:#}");
    assert!(!report.to_string().contains("wrong one"));
    // Redis waits for the end of a line that PostgreSQL's clients never write.
    let (code, report) = run(&["--postgres", &place, "--timeout", "500ms"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["timeout"]), "{report:#}");
    let (code, report) = run(&["--url", &format!("http://{place}/")]).json();
    assert_eq!(code, 10, "{report:#}");
}

#[test]
fn redis_that_reads_its_data_is_not_ready() {
    if need("redis_that_reads_its_data_is_not_ready", Redis::available()).is_none() {
        return;
    }
    let redis = Redis::loading().unwrap();
    let (code, report) = run(&["--redis", &here(redis.port())]).json();
    assert_eq!((code, codes(&report)), (10, vec!["redis-loading"]), "{report:#}");
}

#[test]
fn postgres_ready_with_a_login_demanded_then_starting_then_gone() {
    if need("postgres_ready_with_a_login_demanded_then_starting_then_gone", Postgres::available()).is_none() {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let place = here(postgres.port());
    let (code, report) = run(&["--postgres", &place, "--within", "30s"]).json();
    assert_eq!(code, 0, "{report:#}");
    // A PING reads as a message of an impossible length, and PostgreSQL closes without a word.
    let (code, report) = run(&["--redis", &place]).json();
    assert_eq!((code, codes(&report)), (10, vec!["reset"]), "{report:#}");
    postgres.standing_by().unwrap();
    let (code, report) = run(&["--postgres", &place, "--within", "2s"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["postgres-starting"]), "{report:#}");
    drop(postgres);
    let (code, report) = run(&["--postgres", &place]).json();
    assert_eq!((code, codes(&report)), (10, vec!["refused"]), "{report:#}");
}

#[test]
fn nginx_plain_and_secure() {
    if need("nginx_plain_and_secure", Nginx::available()).is_none() {
        return;
    }
    let locations = "location = /health { return 200 \"ok\"; }\nlocation = /starting { return 503; }\n\
                     location = /login { return 401; }\nlocation = /nothing { return 444; }";
    let nginx = Nginx::start(locations, &tls("good.pem"), &tls("leaf.key")).unwrap();
    let plain = |path: &str| format!("http://{}{path}", here(nginx.port()));
    let cases = [
        (plain("/health"), 0, vec![]),
        (plain("/starting"), 10, vec!["wrong-status"]),
        (plain("/login"), 10, vec!["wrong-status"]),
        (plain("/nothing"), 10, vec!["reset"]),
        (format!("http://{}/health", here(nginx.secure_port())), 10, vec!["wrong-status"]),
        (format!("https://{}/health", here(nginx.port())), 10, vec!["tls"]),
        (format!("https://{}/health", here(nginx.secure_port())), 0, vec![]),
    ];
    for (url, exit, expected) in cases {
        let (code, report) = run(&["--url", &url]).env("SSL_CERT_FILE", tls("ca.pem")).json();
        assert_eq!((code, codes(&report)), (exit, expected), "{url} {report:#}");
    }
    let (code, report) = run(&["--redis", &here(nginx.port())]).json();
    assert_eq!((code, codes(&report)), (10, vec!["bad-answer"]), "{report:#}");
}
