//! `explain`: the flow of the config, drawn, compared with a file, and put into it.

use std::fs;

use serde_json::Value;
use shiplane_testkit::process::Run;

use super::setting::{Setting, expect};

const README: &str = "# Shop\r\n\r\n<!-- shiplane: flow -->\r\n<!-- /shiplane: flow -->\r\n\r\nThe end";

fn explain(setting: &Setting, args: &[&str]) -> Run {
    let args: Vec<&str> = [&["explain", "--config", "shiplane.yml"], args].concat();
    setting.bare(&args).env("GITHUB_OUTPUT", setting.path("output"))
}

#[test]
fn the_flow_is_in_the_log_in_the_outputs_and_in_the_summary() {
    let setting = Setting::new();
    let outcome = expect(0, &explain(&setting, &[]).env("GITHUB_STEP_SUMMARY", setting.path("summary")));
    assert!(
        outcome.stdout.starts_with("branch-gate: drawn — the flow of the config\n"),
        "{}",
        outcome.stdout
    );
    assert!(
        outcome.stdout.contains("\nfeature/* --> develop  pull request, 2 approvals"),
        "{}",
        outcome.stdout
    );
    let outputs = setting.outputs();
    assert!(
        outputs["mermaid"].starts_with("flowchart LR\n  n1[\"feature/#42;\"]\n"),
        "{}",
        outputs["mermaid"]
    );
    assert!(outputs["text"].contains("hotfix/*  --> main"), "{}", outputs["text"]);
    let summary = fs::read_to_string(setting.path("summary")).unwrap();
    assert!(summary.contains("```mermaid\nflowchart LR\n"), "{summary}");
    let report: Value = serde_json::from_str(&outputs["json"]).unwrap();
    assert_eq!(report["drawings"][0]["language"], "mermaid");
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn a_file_is_compared_then_written_then_the_same() {
    let setting = Setting::new();
    let file = setting.path("README.md");
    fs::write(&file, README).unwrap();
    let drift = expect(10, &explain(&setting, &["--check", "README.md"]));
    assert!(drift.stdout.contains("flow-drift: README.md does not show the flow"), "{}", drift.stdout);
    assert!(drift.stdout.contains("\n+flowchart LR\n"), "{}", drift.stdout);
    assert_eq!(fs::read_to_string(&file).unwrap(), README);
    assert_eq!(setting.outputs()["codes"], "flow-drift");

    expect(0, &explain(&setting, &["--write", "README.md"]));
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.starts_with("# Shop\r\n\r\n<!-- shiplane: flow -->\r\n```mermaid\r\nflowchart LR\r\n"));
    assert!(written.ends_with("```\r\n<!-- /shiplane: flow -->\r\n\r\nThe end"), "{written}");
    assert_eq!(written.matches('\n').count(), written.matches("\r\n").count());

    expect(0, &explain(&setting, &["--check", "README.md"]));
    expect(0, &explain(&setting, &["--write", "README.md"]));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
    let beside = fs::read_dir(setting.dir.path()).unwrap().filter_map(Result::ok);
    let left = beside.filter(|entry| entry.file_name().to_string_lossy().contains("shiplane-"));
    assert_eq!(left.count(), 0);

    fs::write(&file, written.replace("feature/", "feat/")).unwrap();
    expect(10, &explain(&setting, &["--check", "README.md"]));
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_the_permissions_too() {
    use std::os::unix::fs::PermissionsExt as _;
    let setting = Setting::new();
    fs::write(setting.path("real.md"), README).unwrap();
    fs::set_permissions(setting.path("real.md"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.md", setting.path("README.md")).unwrap();
    expect(0, &explain(&setting, &["--write", "README.md"]));
    assert!(fs::symlink_metadata(setting.path("README.md")).unwrap().is_symlink());
    let real = setting.path("real.md");
    assert!(fs::read_to_string(&real).unwrap().contains("flowchart LR"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_cannot_be_done_is_told_and_nothing_is_written() {
    let setting = Setting::new();
    fs::write(setting.path("README.md"), "# Shop\n").unwrap();
    let marks = expect(2, &explain(&setting, &["--write", "README.md"]));
    assert!(marks.stdout.contains("flow-marks: README.md has no marks"), "{}", marks.stdout);
    assert!(marks.stdout.contains("<!-- shiplane: flow -->"), "{}", marks.stdout);
    assert_eq!(fs::read_to_string(setting.path("README.md")).unwrap(), "# Shop\n");
    let missing = expect(2, &explain(&setting, &["--check", "gone.md"]));
    assert!(missing.stdout.contains("file-unreadable: read gone.md: "), "{}", missing.stdout);
    fs::write(setting.path("shiplane.yml"), "version: 1\n").unwrap();
    let empty = expect(2, &explain(&setting, &[]));
    assert!(empty.stdout.contains("flow-empty"), "{}", empty.stdout);
}
