//! A list of endpoints below one address: coverage, bounds, and files that lie.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::{Connection, Server, plain};
use super::tool::{codes, findings, run};

/// Answers by path: `/gone` is not there, `/made` was made, all else is well. Connections are kept.
fn shop(connection: &mut Connection) {
    loop {
        let head = connection.request();
        let Some(path) = head.split(' ').nth(1) else { return };
        let status = if path.contains("/gone") {
            404
        } else if path.contains("/made") {
            201
        } else {
            200
        };
        if !connection.say(&plain(status, "", "{}")) {
            return;
        }
    }
}

fn list(count: usize) -> String {
    (0..count).map(|number| format!("GET /orders/{number} 200\r\n")).collect()
}

#[test]
fn two_hundred_endpoints_are_asked_below_the_address_on_few_connections() {
    let server = Server::start(shop);
    let tool = run(&["--url", &server.url("/api/"), "--paths", "paths.txt", "--concurrency", "8"]);
    let (code, report) = tool.file("paths.txt", list(200) + "POST /made 201\n").json();
    assert_eq!((code, report["outputs"]["coverage"].as_str()), (0, Some("201/201")), "{report:#}");
    assert!(findings(&report)[0].contains("201 of 201 declared endpoints answer as expected"), "{report:#}");
    assert!(server.connections() <= 12, "{} connections", server.connections());
    let heads = server.requests();
    assert_eq!(heads.iter().filter(|head| head.starts_with("GET /api/orders/")).count(), 200);
    assert_eq!(heads.iter().filter(|head| head.starts_with("POST /api/made HTTP")).count(), 1);
}

#[test]
fn each_that_fails_is_told_with_its_line_up_to_a_bound() {
    let server = Server::start(shop);
    let url = server.url("/");
    let text = list(197) + "/gone\n/gone/far 404\nGET /gone?x=1\n";
    let (code, report) = run(&["--url", &url, "--paths", "p"]).file("p", text).json();
    assert_eq!((code, report["outputs"]["coverage"].as_str()), (10, Some("198/200")), "{report:#}");
    assert_eq!(codes(&report), ["endpoints-failing", "wrong-status"]);
    let told = findings(&report);
    assert_eq!(told.len(), 3);
    assert!(told[0].contains("198 of 200 declared endpoints answer as expected; status 404: 2"), "{told:?}");
    assert!(told[1].ends_with("GET /gone: status 404, expected 200-299"), "{told:?}");
    assert_eq!(report["findings"][1]["place"]["line"], 198);
    let many: String = (0..150).map(|number| format!("/gone/{number}\n")).collect();
    let (_, report) = run(&["--url", &url, "--paths", "p"]).file("p", many).json();
    assert_eq!(findings(&report).len(), 21);
}

#[test]
fn a_kept_connection_that_the_server_closes_is_no_failure() {
    let server = Server::start(|connection| {
        // Says nothing of closing, and closes: the next request on it meets a closed door.
        connection.request();
        connection.say(&plain(200, "", ""));
    });
    let (code, report) =
        run(&["--url", &server.url("/"), "--paths", "p", "--concurrency", "4"]).file("p", list(60)).json();
    assert_eq!((code, report["outputs"]["coverage"].as_str()), (0, Some("60/60")), "{report:#}");
}

#[test]
fn waiting_asks_only_those_again_that_failed() {
    let late = AtomicUsize::new(0);
    let server = Server::start(move |connection| {
        let head = connection.request();
        let early = head.contains("/late") && late.fetch_add(1, Ordering::SeqCst) < 2;
        connection.say(&plain(if early { 503 } else { 200 }, "Connection: close\r\n", ""));
    });
    let args = ["--url", &server.url("/"), "--paths", "p", "--within", "30s"];
    let (code, report) = run(&args).file("p", list(20) + "/late\n").json();
    assert_eq!((code, report["outputs"]["tries"].as_str()), (0, Some("23")), "{report:#}");
}

#[test]
fn where_nothing_answers_the_rest_is_not_asked() {
    let args = ["--url", "http://no.such.name.invalid/", "--paths", "p", "--concurrency", "4"];
    let (code, report) = run(&args).file("p", list(500)).json();
    assert_eq!((code, report["verdict"].as_str()), (1, Some("undetermined")), "{report:#}");
    assert!(findings(&report)[0].contains(" were not asked, because nothing answered"), "{report:#}");
}

#[test]
fn a_list_that_is_wrong_contacts_nobody() {
    let server = Server::start(shop);
    let url = server.url("/");
    for (text, code) in [
        ("/a\n//evil.example/x\n", "endpoint-invalid"),
        ("http://evil.example/\n", "endpoint-invalid"),
        ("# nothing\n", "endpoints-missing"),
    ] {
        let (exit, report) = run(&["--url", &url, "--paths", "p"]).file("p", text).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{text}");
    }
    let (exit, report) = run(&["--url", &url, "--paths", "missing"]).json();
    assert_eq!((exit, codes(&report)), (2, vec!["paths-unreadable"]));
    let (exit, report) = run(&["--url", &url, "--paths", "p", "--successes", "3"]).file("p", "/a").json();
    assert_eq!((exit, codes(&report)), (2, vec!["paths-once"]));
    let config = "probes: { all: { tcp: '192.0.2.1:1', paths: p } }";
    let (exit, report) = run(&[]).config(config).file("p", "/a").json();
    assert_eq!((exit, codes(&report)), (2, vec!["key-misplaced"]));
    assert_eq!(server.connections(), 0);
}
