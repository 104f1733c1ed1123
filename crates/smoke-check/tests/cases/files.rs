//! JUnit XML and the report as a file: whole or not at all, and nothing of others breaks their form.

use std::fs;

use super::server::{Server, plain};
use super::tool::{codes, run};

/// Elements are closed in the order in which they were opened, and nothing stands raw that must not.
fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('&') || text.matches('&').count() == text.matches(';').count(), "{text}");
        let name = tag.trim_matches(['/', '?']).split(' ').next().unwrap();
        match (tag.starts_with('/'), tag.ends_with(['/', '?'])) {
            (true, _) => assert_eq!(open.pop(), Some(name), "{xml}"),
            (false, true) => {}
            (false, false) => open.push(name),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(xml.chars().all(|c| c == '\n' || !c.is_control()), "{xml:?}");
}

#[test]
fn every_probe_is_a_case_and_hostile_text_stays_text() {
    let bad = Server::saying(plain(500, "", "]]></failure><x>\u{0}\u{1b}[31m & \"quoted\" ##[error]x"));
    let good = Server::saying(plain(200, "X-Version: 1<2\r\n", ""));
    let config = format!(
        "probes: {{ 'front & <back>': {{ http: '{}', version: {{ header: X-Version }} }}, bad: {{ http: '{}' }} }}",
        good.url("/"),
        bad.url("/")
    );
    let tool = run(&["--junit", "junit.xml", "--report", "report.json"]).config(&config);
    let left = tool.go();
    assert_eq!(left.code, 10);
    let xml = fs::read_to_string(left.dir.path().join("junit.xml")).unwrap();
    well_formed(&xml);
    assert!(xml.contains("tests=\"2\" failures=\"1\" errors=\"0\""), "{xml}");
    assert!(
        xml.contains("<testcase name=\"front &amp; &lt;back&gt;\" classname=\"smoke-check.run\""),
        "{xml}"
    );
    assert!(xml.contains("type=\"wrong-status\""), "{xml}");
    let text = fs::read_to_string(left.dir.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((report["schema"].as_u64(), report["exit"].as_u64()), (Some(1), Some(10)));
    assert!(!text.contains("##["));
    let table = report["drawings"][0]["lines"].to_string();
    assert!(table.contains("unhealthy") && table.contains("first byte"), "{table}");
    assert!(left.stdout.contains("Probes, with milliseconds of the last try"), "{}", left.stdout);
    let beside = fs::read_dir(left.dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".shiplane-"));
    assert_eq!(beside.count(), 0);
}

#[test]
fn what_could_not_be_found_out_is_an_error_and_not_a_failure() {
    let args = ["--url", "http://no.such.name.invalid/", "--junit", "junit.xml"];
    let left = run(&args).go();
    assert_eq!(left.code, 1);
    let xml = fs::read_to_string(left.dir.path().join("junit.xml")).unwrap();
    assert!(xml.contains("failures=\"0\" errors=\"1\"") && xml.contains("<error message="), "{xml}");
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_the_verdict_stands() {
    let server = Server::saying(plain(200, "", ""));
    let (code, report) = run(&["--url", &server.url("/"), "--junit", "no/such/place.xml"]).json();
    assert_eq!((code, report["verdict"].as_str(), codes(&report)), (1, Some("ok"), vec!["file-not-written"]));
    let bad = Server::saying(plain(500, "", ""));
    let (code, report) = run(&["--url", &bad.url("/"), "--report", "."]).json();
    assert_eq!((code, report["verdict"].as_str()), (10, Some("unhealthy")));
    // An older file stays as it is where the new one has no room.
    let tool = run(&["--url", &server.url("/"), "--junit", "dir/junit.xml"]);
    fs::create_dir(tool.path("dir")).unwrap();
    fs::write(tool.path("dir/junit.xml"), "older").unwrap();
    let left = tool.go();
    assert_eq!(left.code, 0);
    assert_ne!(fs::read_to_string(left.dir.path().join("dir/junit.xml")).unwrap(), "older");
}

#[test]
fn the_summary_stays_small_however_many_probes_and_answers_there_are() {
    let server = Server::saying(plain(500, "", &"<b>&\n".repeat(5_000)));
    let probes: Vec<String> =
        (0..120).map(|number| format!("  p{number}: {{ http: '{}' }}", server.url("/"))).collect();
    let tool = run(&[]).config(&format!("probes:\n{}\n", probes.join("\n")));
    let summary = tool.path("summary");
    let left = tool.env("GITHUB_STEP_SUMMARY", &summary).go();
    assert_eq!(left.code, 10);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.len() < 1024 * 1024 && text.contains("(20 left out)"), "{} bytes", text.len());
}
