//! `watch`: a steady pace, a verdict of many answers, and an early end for what is surely broken.

use std::time::Instant;

use super::server::{Connection, Server, plain};
use super::tool::{call, codes};

fn watch(server: &Server, args: &[&str]) -> super::tool::Tool {
    let url = server.url("/health");
    let all: Vec<&str> = ["--url", &url].into_iter().chain(args.iter().copied()).collect();
    call("watch", &all)
}

#[test]
fn a_healthy_service_is_watched_to_the_end_at_the_asked_pace() {
    let server = Server::saying(plain(200, "", r#"{"status":"ok"}"#));
    let args = ["--for", "2s", "--rate", "20", "--minimum-requests", "10", "--json", "/status=ok"];
    let (code, report) = watch(&server, &args).json();
    assert_eq!((code, report["verdict"].as_str()), (0, Some("ok")), "{report:#}");
    let asked = server.connections();
    assert!((10..=40).contains(&asked), "{asked} requests, where 40 are due and none is made up for");
    assert_eq!(report["outputs"]["requests"], asked.to_string());
    assert_ne!(report["outputs"]["p95"], "");
}

#[test]
fn what_is_surely_broken_ends_the_watch() {
    let (server, started) = (Server::saying(plain(500, "", "")), Instant::now());
    let (code, report) = watch(&server, &["--for", "2m", "--rate", "50"]).json();
    assert_eq!((code, report["verdict"].as_str()), (10, Some("rollback")), "{report:#}");
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    assert!((5..=8).contains(&server.connections()), "{}", server.connections());
}

#[test]
fn a_few_failures_among_many_are_a_warning_and_a_slow_service_is_seen() {
    let server = Server::start(|connection| {
        connection.request();
        let status = if connection.number == 7 { 500 } else { 200 };
        connection.say(&plain(status, "", ""));
    });
    let (code, report) = watch(&server, &["--for", "2s", "--rate", "30", "--minimum-requests", "1"]).json();
    assert_eq!((code, codes(&report)), (0, vec!["error-rate"]), "{report:#}");
    let server = Server::start(Connection::hang);
    let (code, report) = watch(&server, &["--for", "1m", "--rate", "20", "--timeout", "100ms"]).json();
    assert_eq!((code, report["outputs"]["errors"].as_str()), (10, report["outputs"]["requests"].as_str()));
}

#[test]
fn a_watch_can_be_judged_again() {
    let server = Server::saying(plain(200, "", ""));
    let place = tempfile::tempdir().unwrap();
    let record = place.path().join("facts.json");
    let name = record.to_str().unwrap();
    let (_, first) = watch(&server, &["--for", "500ms", "--rate", "20", "--save-facts", name]).json();
    assert_eq!(codes(&first), ["too-few"]);
    let asked = server.connections();
    let (code, again) = watch(&server, &["--minimum-requests", "1", "--facts", name]).json();
    assert_eq!((code, &again["outputs"]), (0, &first["outputs"]));
    assert_eq!(server.connections(), asked);
}

#[test]
fn a_watch_needs_an_address_and_sane_numbers() {
    for args in [&["--url", "http://192.0.2.1/", "--rate", "0"], &["--url", "x", "--for", "1"]] {
        let (code, report) = call("watch", args).json();
        assert_eq!((code, codes(&report)), (2, vec!["usage"]), "{args:?}");
    }
    let (code, report) = call("watch", &[]).json();
    assert_eq!((code, codes(&report)), (2, vec!["nothing-to-probe"]));
}

#[test]
fn several_probes_of_the_config_are_watched_and_the_worst_decides() {
    let (good, bad) = (Server::saying(plain(200, "", "")), Server::saying(plain(500, "", "")));
    let config =
        format!("probes: {{ front: {{ http: '{}' }}, back: {{ http: '{}' }} }}", good.url("/"), bad.url("/"));
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("facts.json");
    let args = ["--for", "1s", "--rate", "20", "--minimum-requests", "1"];
    let (code, report) = call("watch", &args).config(&config).env("SHIPLANE_SAVE_FACTS", &file).json();
    assert_eq!((code, report["verdict"].as_str()), (10, Some("rollback")), "{report:#}");
    assert_eq!(report["outputs"]["failed"], "back");
    assert!(report["drawings"].as_array().unwrap().len() >= 2);
    let asked = good.connections() + bad.connections();
    assert_eq!(report["outputs"]["requests"], asked.to_string());
    let (_, again) = call("watch", &args).config(&config).env("SHIPLANE_FACTS", &file).json();
    assert_eq!(again["findings"], report["findings"]);
    let wrong = "probes: { all: { http: 'http://192.0.2.1/', paths: p.txt } }";
    let (code, report) = call("watch", &[]).config(wrong).file("p.txt", "/a").json();
    assert_eq!((code, codes(&report)), (2, vec!["not-watchable"]));
}
