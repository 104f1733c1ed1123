//! Recorded answers, without secrets, that lead to the same verdict with nothing contacted.

use super::server::{Server, plain};
use super::tool::{codes, findings, run};

#[test]
fn recorded_facts_lead_to_the_same_verdict_without_the_server() {
    let server = Server::saying(plain(503, "X-Version: 1.2.3\r\n", "starting"));
    let url = server.url("/health");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("facts.json");
    let name = file.to_str().unwrap();
    let (code, first) = run(&["--url", &url, "--within", "200ms", "--save-facts", name]).json();
    assert_eq!(code, 10);
    let asked = server.connections();
    let (code, again) = run(&["--url", &url, "--within", "200ms", "--facts", name]).json();
    assert_eq!(code, 10);
    assert_eq!(findings(&again), findings(&first));
    assert_eq!(again["outputs"], first["outputs"]);
    // Other expectations are judged anew, on each of the last answers.
    let (code, other) = run(&["--url", &url, "--within", "2s", "--status", "503", "--facts", name]).json();
    assert_eq!((code, other["verdict"].as_str()), (0, Some("ok")), "{other:#}");
    let (code, missing) = run(&["--url", "http://192.0.2.1/", "--facts", name]).json();
    assert_eq!((code, codes(&missing)), (1, vec!["not-observed"]));
    assert_eq!(server.connections(), asked);
}

#[test]
fn secrets_that_are_sent_are_in_no_output_and_in_no_record() {
    let server = Server::start(|connection| {
        let head = connection.request();
        connection.say(&plain(500, "", &head));
    });
    let url = server.url("/").replace("http://", "http://user:open-sesame@");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("facts.json");
    let tool = run(&["--url", &url, "--save-facts", file.to_str().unwrap(), "-v"])
        .env("SHIPLANE_REQUEST_HEADER", "X-Api-Key: k-123456\nAuthorization: Bearer t-abcdef\n")
        .env("GITHUB_ACTIONS", "true");
    let (output, summary) = (tool.path("output"), tool.path("summary"));
    let left = tool.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary).go();
    assert_eq!(left.code, 10);
    assert!(server.requests()[0].contains("x-api-key: k-123456"));
    let read = |path| std::fs::read_to_string(path).unwrap();
    let masks = |line: &&str| !line.starts_with("::add-mask::");
    let log = left.stdout.lines().filter(masks).collect::<String>();
    for text in [log, left.stderr, read(&file), read(&output), read(&summary)] {
        for secret in ["k-123456", "t-abcdef", "open-sesame"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
