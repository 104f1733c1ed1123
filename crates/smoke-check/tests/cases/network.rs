//! What speaks no HTTP, certificates, names, and what a probe sends.

use std::path::PathBuf;

use super::secure::{https, showing};
use super::server::{Connection, Server, plain};
use super::tool::{codes, findings, run};

fn tls(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tls")).join(name)
}

fn place(server: &Server) -> String {
    format!("127.0.0.1:{}", server.port())
}

/// Says its piece to whoever connects.
fn greeting(bytes: &'static [u8]) -> Server {
    Server::start(move |connection| {
        connection.say(bytes);
        connection.hang();
    })
}

/// Reads what comes, then says its piece.
fn replying(bytes: &'static [u8]) -> Server {
    Server::start(move |connection| {
        connection.stream.peek(&mut [0]).ok();
        connection.say(bytes);
        connection.hang();
    })
}

#[test]
fn a_connection_is_enough_unless_a_greeting_is_wanted() {
    let server = greeting(b"220 mail.example.org ESMTP\r\n");
    let place = place(&server);
    let (code, report) = run(&["--tcp", &place]).json();
    assert_eq!(code, 0, "{report:#}");
    assert!(
        findings(&report)[0].starts_with(&format!("healthy: tcp {place}: takes connections in ")),
        "{report:#}"
    );
    let (code, report) = run(&["--tcp", &place, "--matches", "^220 .*ESMTP"]).json();
    assert_eq!(code, 0, "{report:#}");
    let (code, report) = run(&["--tcp", &place, "--body-contains", "SSH", "--matches", "^SSH"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["wrong-body", "not-matching"]), "{report:#}");
    let silent = Server::start(Connection::hang);
    let args = ["--tcp", &super::network::place(&silent), "--matches", "x", "--timeout", "300ms"];
    let (code, report) = run(&args).json();
    assert_eq!((code, codes(&report)), (10, vec!["timeout"]), "{report:#}");
}

#[test]
fn redis_answers_are_told_apart() {
    let long: &'static [u8] = Box::leak(format!("+{}", "x".repeat(100_000)).into_bytes().into_boxed_slice());
    let cases: [(&'static [u8], i32, &str); 9] = [
        (b"+PONG\r\n", 0, ""),
        (b"-NOAUTH Authentication required.\r\n", 10, "redis-auth"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", 10, "redis-loading"),
        (b"-ERR max number of clients reached\r\n", 10, "redis-error"),
        (b"-DENIED Redis is running in protected mode\r\n", 10, "redis-error"),
        (b"+OK\r\n", 10, "bad-answer"),
        (b"$4294967295\r\n", 10, "bad-answer"),
        (b"HTTP/1.1 400 Bad Request\r\n", 10, "bad-answer"),
        (long, 10, "bad-answer"),
    ];
    for (said, exit, expected) in cases {
        let (code, report) = run(&["--redis", &place(&replying(said)), "--timeout", "2s"]).json();
        let expected: Vec<&str> = Some(expected).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!((code, codes(&report)), (exit, expected), "{report:#}");
    }
}

#[test]
fn postgres_answers_are_told_apart() {
    let cases: [(&'static [u8], i32, &str); 7] = [
        (b"R\0\0\0\x08\0\0\0\x05", 0, ""),
        (b"E\0\0\0\x17SFATAL\0C28000\0Mno\0\0", 0, ""),
        (b"E\0\0\0\x1dSFATAL\0C57P03\0Mstarting\0\0", 10, "postgres-starting"),
        (b"E\0\0\0\x09oops\0", 10, "bad-answer"),
        (b"R\xff\xff\xff\xff", 10, "bad-answer"),
        (b"R\0\0\0\x08\0", 10, "timeout"),
        (b"HTTP/1.1 400 Bad Request\r\n", 10, "bad-answer"),
    ];
    for (said, exit, expected) in cases {
        let (code, report) = run(&["--postgres", &place(&replying(said)), "--timeout", "700ms"]).json();
        let expected: Vec<&str> = Some(expected).filter(|code| !code.is_empty()).into_iter().collect();
        assert_eq!((code, codes(&report)), (exit, expected), "{said:?} {report:#}");
    }
}

#[test]
fn clickhouse_says_ok_and_nothing_else() {
    let server = Server::saying(plain(200, "", "Ok.\n"));
    let (code, report) = run(&["--clickhouse", &place(&server)]).json();
    assert_eq!(code, 0, "{report:#}");
    assert!(server.requests()[0].starts_with("GET /ping HTTP/1.1\r\n"), "{:?}", server.requests());
    let other = Server::saying(plain(200, "", "Welcome. Ok."));
    let (code, report) = run(&["--clickhouse", &other.url("/")]).json();
    assert_eq!((code, codes(&report)), (10, vec!["not-matching"]), "{report:#}");
    assert!(other.requests()[0].starts_with("GET /ping HTTP/1.1\r\n"));
}

#[test]
fn a_name_must_have_its_addresses_and_no_others() {
    let (code, report) = run(&["--dns", "localhost", "--address", "127.0.0.1,0:0:0:0:0:0:0:1"]).json();
    assert_eq!(code, 0, "{report:#}");
    let (code, report) = run(&["--dns", "localhost", "--address", "127.0.0.1,192.0.2.7"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["wrong-address"]), "{report:#}");
    let fact = "the name has ::1, 127.0.0.1; missing: 192.0.2.7; not expected: ::1";
    assert!(findings(&report)[0].contains(fact), "{report:#}");
}

#[test]
fn a_certificate_is_checked_and_its_end_is_seen() {
    let good = showing("good.pem", plain(200, "", "ok"));
    let place = format!("localhost:{}", good.port());
    let (code, report) =
        run(&["--tls", &place, "--certificate-days", "30"]).env("SSL_CERT_FILE", tls("ca.pem")).json();
    assert_eq!(code, 0, "{report:#}");
    assert!(findings(&report)[0].contains("speaks TLS, certificate good for "), "{report:#}");
    for args in [["--tls", &place], ["--url", &https(&good)]] {
        let args = [args[0], args[1], "--certificate-days", "60000"];
        let (code, report) = run(&args).env("SSL_CERT_FILE", tls("ca.pem")).json();
        assert_eq!((code, codes(&report)), (10, vec!["certificate-ends"]), "{report:#}");
    }
    let cases = [
        ("expired.pem", "ca.pem", "has expired"),
        ("not-yet.pem", "not-yet.pem", "is not valid yet"),
        ("other-name.pem", "ca.pem", "is for another name"),
        ("good.pem", "not-yet.pem", "not signed by anyone whom this machine trusts"),
    ];
    for (shown, trusted, words) in cases {
        let server = showing(shown, plain(200, "", "ok"));
        let place = format!("localhost:{}", server.port());
        let (code, report) = run(&["--tls", &place]).env("SSL_CERT_FILE", tls(trusted)).json();
        assert_eq!((code, codes(&report)), (10, vec!["tls"]), "{shown} {report:#}");
        assert!(findings(&report)[0].contains(words), "{report:#}");
        // Whoever takes any certificate is told so in every report.
        let (code, report) = run(&["--url", &https(&server), "--insecure"]).json();
        assert_eq!((code, report["outputs"]["failed"].as_str()), (0, Some("")), "{shown} {report:#}");
        assert!(codes(&report).contains(&"certificate-not-checked"), "{report:#}");
    }
}

#[test]
fn the_parts_of_a_secure_answer_are_timed() {
    let good = showing("good.pem", plain(200, "", "ok"));
    let (_, report) = run(&["--url", &https(&good)]).env("SSL_CERT_FILE", tls("ca.pem")).json();
    let note = report["phases"][0]["note"].as_str().unwrap();
    assert!(note.contains("connect ") && note.contains(", TLS "), "{note}");
}

#[test]
fn a_request_is_sent_as_it_is_described() {
    let server = Server::saying(plain(200, "", "made 42 of them"));
    let args = [
        "--url",
        &server.url("/things?x=1"),
        "--method",
        "PUT",
        "--send-body",
        "{}",
        "--request-header",
        "X-Token: 0123456789",
        "--matches",
        "made [0-9]+\nthem$",
    ];
    let (code, report) = run(&args).json();
    assert_eq!(code, 0, "{report:#}");
    let head = server.requests()[0].to_lowercase();
    let wanted = [
        "put /things?x=1 http/1.1\r\n",
        "content-length: 2\r\n",
        "x-token: 0123456789\r\n",
        "connection: close\r\n",
        "accept-encoding: identity\r\n",
        &format!("host: 127.0.0.1:{}\r\n", server.port()),
    ];
    for line in wanted {
        assert!(head.contains(line), "{line} in {head}");
    }
}

#[test]
fn what_means_nothing_is_refused_with_its_key() {
    let server = Server::saying(plain(200, "", ""));
    let (place, url) = (place(&server), server.url("/"));
    let wrong: [(&[&str], &str, &str); 16] = [
        (&["--tcp", &place, "--json", "/a=b"], "key-misplaced", "`json`"),
        (&["--redis", &place, "--status", "200"], "key-misplaced", "`status`"),
        (&["--redis", &place, "--status", "200", "--follow", "1"], "key-misplaced", "`follow` and `status`"),
        (&["--url", &url, "--address", "192.0.2.1"], "key-misplaced", "`address`"),
        (&["--url", &url, "--certificate-days", "3"], "key-misplaced", "`certificate-days`"),
        (&["--url", &url, "--insecure"], "key-misplaced", "`insecure`"),
        (&["--dns", "localhost", "--each-address"], "key-misplaced", "`each-address`"),
        (&["--url", &url, "--tcp", &place], "usage", ""),
        (&["--status", "200"], "usage", ""),
        (&["--url", &url, "--matches", "a(b"], "usage", ""),
        (&["--url", &url, "--method", "GE T"], "method-invalid", ""),
        (&["--url", &url, "--json", "/a=1\n/a=2"], "value-doubled", "/a"),
        (&["--redis", &place, "--request-header", "X: y"], "key-misplaced", "`X`"),
        (&["--dns", "localhost", "--address", "localhost"], "address-invalid", "localhost"),
        (&["--dns", "127.0.0.1"], "place-invalid", "an address already"),
        (&["--tls", "http://localhost"], "place-invalid", "begins with `http://`"),
    ];
    for (args, code, words) in wrong {
        let (exit, report) = run(args).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{args:?} {report:#}");
        assert!(findings(&report)[0].contains(words), "{args:?} {report:#}");
    }
    for place in [
        "localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:+80",
        ":80",
        "::1:80",
        "[::1",
        "[x]:80",
        "a b:80",
        "-x:80",
        "[::1]80",
    ] {
        let (exit, report) = run(&[&format!("--tcp={place}")]).json();
        assert_eq!((exit, codes(&report)), (2, vec!["place-invalid"]), "{place} {report:#}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn wrong_keys_of_the_config_are_named_with_their_place() {
    let wrong = [
        ("a: { http: \"http://localhost/\", matches: \"a(b\" }", "config", ":2:"),
        ("a: { http: \"http://localhost/\", matches: [x, \"[z\"] }", "config", ":2:"),
        ("a: { http: \"http://localhost/\", send: { X: { evn: Y } } }", "config", "unknown key `evn`"),
        ("a: { http: \"http://localhost/\", send: { X: [1] } }", "config", "expected a text"),
        ("a: { http: \"http://localhost/\", send: { X: { env: NOT_SET } } }", "variable-missing", "NOT_SET"),
        (
            "a: { http: \"http://localhost/\", max-age: 3m }",
            "key-misplaced",
            "probe a asks http, where `max-age`",
        ),
        ("a: { tcp: \"localhost:1\", json: { /a: b } }", "key-misplaced", "probe a asks tcp, where `json`"),
        ("a: { tcp: \"localhost:1\", redis: \"localhost:2\" }", "probe-ambiguous", "tcp, redis"),
        ("a: { redis: localhost, send: { username: x } }", "probe-incomplete", "no `password`"),
    ];
    for (probe, code, words) in wrong {
        let (exit, report) = run(&[]).config(&format!("probes:\n  {probe}\n")).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{probe} {report:#}");
        assert!(findings(&report)[0].contains(words), "{probe} {report:#}");
    }
}
