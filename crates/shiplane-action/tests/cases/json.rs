//! The report for programs.

use shiplane_action::render::json::render;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Drawing, Excerpt, Finding, Language, Report, Verdict};

use super::sample::{sample, step};

#[test]
fn the_fields_are_the_contract() {
    let mut report = Report::new("a → b", Verdict::new("blocked", Exit::No));
    report
        .findings
        .push(Finding::fail("approvals-missing", "1 of 2 approvals").help("ask").at("a.yml", Some(3)));
    report.output("approvals", "1");
    let value = render(&report, "branch-gate");
    let version = value["tool-version"].as_str().unwrap();
    assert!(version.split('.').count() == 3, "{version}");
    assert_eq!(
        value,
        serde_json::json!({
            "schema": 1, "tool": "branch-gate", "tool-version": version, "title": "a → b", "verdict": "blocked", "exit": 10,
            "codes": ["approvals-missing"],
            "findings": [{
                "code": "approvals-missing", "level": "fail", "fact": "1 of 2 approvals", "help": "ask",
                "place": { "file": "a.yml", "line": 3 },
            }],
            "phases": [], "outputs": { "approvals": "1" }, "excerpts": [], "drawings": [],
        })
    );
}

#[test]
fn a_huge_report_is_cut_says_so_and_keeps_its_reasons() {
    let mut report = Report::new("title", Verdict::new("blocked", Exit::No));
    report.findings = (0..100_000).map(|_| Finding::ok("fine", "x".repeat(100))).collect();
    report.findings.push(Finding::fail("the-reason", "1 of 2 approvals"));
    report.excerpts.push(Excerpt { title: "log".into(), lines: vec!["x".repeat(500); 10_000] });
    let value = render(&report, "tool");
    assert!(value.to_string().len() <= 400 * 1024);
    assert_eq!((&value["truncated"], &value["verdict"]), (&true.into(), &"blocked".into()));
    assert_eq!(value["codes"], serde_json::json!(["the-reason"]));
    assert!(value["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "the-reason"));
}

#[test]
fn a_drawing_is_its_lines_and_a_huge_one_is_left_out() {
    let mut report = Report::new("title", Verdict::new("drawn", Exit::Done));
    report.drawings.push(Drawing::new("Flow", Language::Mermaid, "flowchart LR\n  n1[\"a\"]\n"));
    assert_eq!(
        render(&report, "tool")["drawings"],
        serde_json::json!([{ "title": "Flow", "language": "mermaid", "lines": ["flowchart LR", "  n1[\"a\"]"] }])
    );
    report.drawings.push(Drawing::new(
        "Huge",
        Language::Diff,
        &format!("+{}\n", "x".repeat(400)).repeat(4_000),
    ));
    let value = render(&report, "tool");
    assert_eq!((&value["truncated"], &value["drawings"]), (&true.into(), &serde_json::json!([])));
}

#[test]
fn standard_output_is_one_json_object_and_nothing_else_even_in_actions() {
    for outcome in ["pass", "no", "usage", "error"] {
        let inputs =
            [("SHIPLANE_FORMAT", "json"), ("SHIPLANE_OUTCOME", outcome), ("SHIPLANE_TOKEN", "s3cret-token")];
        let left = step(&inputs).env("SHIPLANE_FOREIGN", "##[error]x\n::y").run();
        let value: serde_json::Value = serde_json::from_str(&left.stdout)
            .unwrap_or_else(|error| panic!("{outcome}: {error}: {}", left.stdout));
        assert_eq!(value["tool"], "sample-tool");
        assert!(left.stderr.contains("::add-mask::s3cret-token"), "{outcome}: {}", left.stderr);
    }
}

#[test]
fn asked_wrongly_answers_in_the_form_that_was_asked_for() {
    let left = sample(&["--format", "json", "check", "--bas", "main"]).run();
    assert_eq!(left.code, 2);
    let value: serde_json::Value = serde_json::from_str(&left.stdout).unwrap_or_default();
    assert_eq!(value["verdict"], "usage", "{}", left.stdout);
}
