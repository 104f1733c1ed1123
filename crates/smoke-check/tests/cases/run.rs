//! One address on the command line: verdict, exit code, and what the reader is told.

use super::server::{Connection, Server, plain};
use super::tool::{codes, findings, run};

const HEALTH: &str = r#"{"status":"ok","version":"1.2.3"}"#;

#[test]
fn a_right_answer_is_ok() {
    let server = Server::saying(plain(200, "X-Mode: live\r\n", HEALTH));
    let url = server.url("/health");
    let args = [
        "--url",
        &url,
        "--status",
        "200,204",
        "--json",
        "/status=ok",
        "--header",
        "X-Mode: live",
        "--body-contains",
        "1.2.3",
        "--expect-version",
        "v1.2.3",
        "--version-json",
        "/version",
    ];
    let (code, report) = run(&args).json();
    assert_eq!((code, report["verdict"].as_str()), (0, Some("ok")), "{report:#}");
    assert_eq!(report["outputs"]["version"], "1.2.3");
    assert_eq!((&report["outputs"]["failed"], &report["outputs"]["tries"]), (&"".into(), &"1".into()));
    assert!(findings(&report)[0].starts_with(&format!("healthy: {url}: status 200 in ")), "{report:#}");
    assert!(report["phases"][0]["note"].as_str().unwrap().contains("first byte"), "{report:#}");
    assert!(report["excerpts"].as_array().unwrap().is_empty());
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_wrong_answer_is_unhealthy_with_every_reason_and_the_answer() {
    let server = Server::saying(plain(503, "", r#"{"status":"starting","version":"1.2.2"}"#));
    let url = server.url("/health");
    let args =
        ["--url", &url, "--json", "/status=ok", "--expect-version", "1.2.3", "--version-json", "/version"];
    let (code, report) = run(&args).json();
    assert_eq!((code, report["verdict"].as_str()), (10, Some("unhealthy")));
    let expected = [
        format!("wrong-status: {url}: status 503, expected 200-299 (1 try)"),
        format!("wrong-version: {url}: version 1.2.2 answers, expected 1.2.3"),
        format!("wrong-json: {url}: JSON value `/status` is `starting`, expected `ok`"),
    ];
    assert_eq!(findings(&report), expected);
    assert_eq!(report["outputs"]["failed"], url.as_str());
    assert_eq!(report["outputs"]["version"], "1.2.2");
    let excerpt = report["excerpts"][0]["lines"].to_string();
    assert!(excerpt.contains("HTTP 503 from") && excerpt.contains("starting"), "{excerpt}");
}

#[test]
fn nothing_there_is_unhealthy_and_no_name_is_undetermined() {
    let url = Server::saying("").url("/");
    let (code, report) = run(&["--url", &url]).json();
    assert_eq!((code, codes(&report)), (10, vec!["refused"]));
    let (code, report) = run(&["--url", &format!("http://{}.example/", "a".repeat(64))]).json();
    assert_eq!((code, report["verdict"].as_str(), codes(&report)), (1, Some("undetermined"), vec!["dns"]));
}

#[test]
fn waiting_ends_as_soon_as_it_is_ready_and_tells_of_the_failures() {
    let server = Server::start(|connection| {
        connection.request();
        let status = if connection.number < 4 { 503 } else { 200 };
        connection.say(&plain(status, "", "x"));
    });
    let (code, report) = run(&["--url", &server.url("/"), "--within", "1m"]).json();
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["outputs"]["tries"], "7");
    assert!(findings(&report)[0].ends_with("4 failed"), "{report:#}");
    assert!(report["outputs"]["waited-ms"].as_str().unwrap().parse::<u64>().unwrap() < 20_000);
}

#[test]
fn waiting_ends_in_time_with_the_last_word_of_the_service() {
    let server = Server::start(Connection::hang);
    let (code, report) = run(&["--url", &server.url("/"), "--within", "400ms"]).json();
    assert_eq!((code, codes(&report)), (10, vec!["timeout"]));
    let waited = report["outputs"]["waited-ms"].as_str().unwrap().parse::<u64>().unwrap();
    assert!((400..2000).contains(&waited), "{waited} ms");
}

#[test]
fn each_reason_is_one_line_of_the_log_however_often_it_is_tried() {
    let server = Server::saying(plain(503, "", ""));
    let left = run(&["--url", &server.url("/"), "--within", "300ms"]).go();
    assert_eq!(left.stderr.matches("status 503").count(), 1, "{}", left.stderr);
    assert!(server.connections() > 3);
}

#[test]
fn a_hostile_body_forges_nothing() {
    let body =
        "::error::forged\n##[error]forged\n  ::set-output name=x::1\nok ##[warning]forged\n\u{1b}[31mred";
    let server = Server::saying(plain(500, "X-Evil: ##[error]forged\r\n", body));
    let tool = run(&["--url", &server.url("/")]).env("GITHUB_ACTIONS", "true");
    let (output, summary) = (tool.path("output"), tool.path("summary"));
    let left = tool.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary).go();
    assert_eq!(left.code, 10);
    for line in left.stdout.lines() {
        assert!(!line.contains("##[") && !line.contains('\u{1b}'), "{line}");
        let forged = line.trim_start().starts_with("::") && line.contains("forged");
        assert!(!forged && !line.trim_start().starts_with("::set-output"), "{line}");
    }
    assert!(left.stdout.contains("forged"));
    assert!(std::fs::read_to_string(&output).unwrap().contains("unhealthy"));
    assert!(std::fs::read_to_string(&summary).unwrap().contains("wrong-status"));
    drop(left.dir);
}

#[test]
fn an_endless_body_ends() {
    let server = Server::start(|connection| {
        connection.request();
        connection.say(b"HTTP/1.1 200 OK\r\n\r\n");
        connection.forever(&[b'x'; 65536], std::time::Duration::ZERO);
    });
    let (code, report) = run(&["--url", &server.url("/")]).json();
    assert_eq!((code, codes(&report)), (10, vec!["bad-answer"]));
}

#[test]
fn what_is_asked_wrongly_contacts_nobody() {
    let server = Server::saying(plain(200, "", ""));
    let url = server.url("/");
    let wrong: [(&[&str], &str); 10] = [
        (&[], "nothing-to-probe"),
        (&["--url", "example"], "url-invalid"),
        (&["--url", &url, "--within", "2"], "usage"),
        (&["--url", &url, "--status", "2xx"], "usage"),
        (&["--url", &url, "--json", "status=ok"], "usage"),
        (&["--url", &url, "--successes", "0"], "usage"),
        (&["--url", &url, "--timeout", "0s"], "timeout-invalid"),
        (&["--url", &url, "--expect-version", "1.2.3"], "version-place-missing"),
        (&["--url", &url, "--request-header", "nonsense"], "header-invalid"),
        (&["--url", &url, "--probe", "web"], "usage"),
    ];
    for (args, code) in wrong {
        let (exit, report) = run(args).json();
        assert_eq!((exit, codes(&report)), (2, vec![code]), "{args:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn inputs_of_an_action_are_read_and_empty_ones_are_unset() {
    let server = Server::saying(plain(204, "", ""));
    let tool = run(&[]).env("SHIPLANE_URL", server.url("/")).env("SHIPLANE_STATUS", "200,204");
    let (code, report) =
        tool.env("SHIPLANE_WITHIN", "").env("SHIPLANE_JSON", "").env("SHIPLANE_PROBE", "").json();
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn the_final_word_tells_how_it_went_and_the_log_only_what_is_new() {
    let server = Server::start(|connection| {
        connection.request();
        let status = if connection.number < 4 { 502 } else { 503 };
        connection.say(&plain(status, "", "starting"));
    });
    let left = run(&["--url", &server.url("/"), "--within", "600ms"]).go();
    assert_eq!(left.code, 10);
    assert!(left.stdout.contains(": status 502 4 times, then status 503 "), "{}", left.stdout);
    assert!(left.stdout.contains("| starting"), "{}", left.stdout);
    assert_eq!(left.stderr.matches("status 50").count(), 2, "{}", left.stderr);
}

#[test]
fn right_for_so_long_and_many_failures_are_asked_for() {
    let server = Server::start(|connection| {
        connection.request();
        connection.say(&plain(if connection.number < 3 { 503 } else { 200 }, "", ""));
    });
    let url = server.url("/");
    let (code, report) =
        run(&["--url", &url, "--within", "1m", "--stable", "400ms", "--max-failed", "2"]).json();
    assert_eq!((code, report["verdict"].as_str(), codes(&report)), (0, Some("ok"), vec!["many-failures"]));
    let waited = report["outputs"]["waited-ms"].as_str().unwrap().parse::<u64>().unwrap();
    assert!(waited >= 400, "{waited} ms");
    assert!(findings(&report)[1].contains("3 failed tries, more than 2: status 503 3 times, then right"));
    let (code, report) = run(&["--url", &url, "--within", "1s", "--stable", "2s"]).json();
    assert_eq!((code, codes(&report)), (2, vec!["stable-too-long"]));
}
