//! `check`: a pull request in a real repository, judged and repaired.

use tempfile::TempDir;

use super::run::{Answer, Project, binary};

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- Begin\n";

/// A branch `feature` off `main`, with version 1.0.0 on both.
fn branched() -> Project {
    let project = Project::empty();
    project.repo.write("CHANGELOG.md", CHANGELOG).unwrap();
    project.repo.write("VERSION", "1.0.0\n").unwrap();
    project.commits(&["feat: begin"]);
    project.repo.git(&["branch", "-M", "main"]).unwrap();
    project.repo.git(&["checkout", "-b", "feature"]).unwrap();
    project
}

fn facts(answer: &Answer) -> Vec<String> {
    let findings = answer.json["findings"].as_array().cloned().unwrap_or_default();
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings.iter().map(|finding| format!("{} {}", word(finding, "level"), word(finding, "fact"))).collect()
}

#[test]
fn a_pull_request_that_brings_nothing_owes_an_entry_and_a_version() {
    let project = branched();
    project.commits(&["feat: add login"]);
    let answer = project.report(&["check", "--base", "main"], 10);
    assert_eq!(answer.verdict(), "blocked");
    assert_eq!(
        facts(&answer),
        [
            "fail CHANGELOG.md has no new entry; asked for by `feat: add login`",
            "fail VERSION says 1.0.0, as on the base branch; `feat: add login` asks for minor"
        ]
    );
    assert_eq!(answer.codes(), ["changelog", "version"]);
    assert_eq!((answer.get("bump"), answer.get("base")), ("minor", "main"));
    let diff = &answer.json["drawings"][0]["lines"];
    let lines: Vec<&str> = diff.as_array().unwrap().iter().filter_map(serde_json::Value::as_str).collect();
    for line in ["+### Added", "+- add login", "-1.0.0", "+1.1.0"] {
        assert!(lines.contains(&line), "{line}: {lines:?}");
    }
    assert_eq!(project.read("CHANGELOG.md"), CHANGELOG);
}

#[test]
fn an_entry_and_a_version_by_hand_pass() {
    let project = branched();
    let entry = CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n- People can log in\n");
    project.repo.write("CHANGELOG.md", entry).unwrap();
    project.repo.write("VERSION", "1.1.0\n").unwrap();
    project.commits(&["feat: add login"]);
    let answer = project.report(&["check", "--base", "main"], 0);
    assert_eq!((answer.verdict(), answer.codes()), ("pass".to_owned(), Vec::new()));
    assert!(answer.json["drawings"].as_array().unwrap().is_empty());
}

#[test]
fn fix_writes_what_is_missing_and_nothing_twice() {
    let project = branched();
    project.repo.write("VERSION", "1.0.0\n").unwrap();
    project.commits(&["feat: add login", "fix: mind the gap"]);
    let answer = project.report(&["check", "--base", "main", "--fix"], 0);
    assert_eq!(answer.verdict(), "fixed");
    let wanted = CHANGELOG.replace(
        "## [Unreleased]\n",
        "## [Unreleased]\n\n### Added\n\n- add login\n\n### Fixed\n\n- mind the gap\n",
    );
    assert_eq!(
        (project.read("CHANGELOG.md"), project.read("VERSION")),
        (wanted.clone(), "1.1.0\n".to_owned())
    );
    let again = project.report(&["check", "--base", "main", "--fix"], 0);
    assert_eq!(again.verdict(), "pass");
    assert_eq!(project.read("CHANGELOG.md"), wanted);
    project.commits(&["chore: changelog"]);
    assert_eq!(project.report(&["check", "--base", "main"], 0).verdict(), "pass");
}

#[test]
fn fix_raises_every_file_and_its_lock_together() {
    let project = branched();
    let manifest = "[package]\nname = \"shop\"\nversion = \"1.0.0\" # here\n";
    let lock = "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"1.0.0\"\n";
    project.repo.git(&["checkout", "main"]).unwrap();
    project.repo.write("Cargo.toml", manifest).unwrap();
    project.repo.write("Cargo.lock", lock).unwrap();
    project.commits(&["chore: manifest"]);
    project.repo.git(&["checkout", "-B", "feature"]).unwrap();
    project.repo.write("VERSION", "1.0.1\n").unwrap();
    project.commits(&["fix!: drop v1"]);
    let answer = project.report(&["check", "--base", "main", "--versions", "Cargo.toml,VERSION", "--fix"], 0);
    assert_eq!(answer.verdict(), "fixed");
    assert_eq!(project.read("Cargo.toml"), manifest.replace("1.0.0", "2.0.0"));
    assert_eq!(project.read("Cargo.lock"), lock.replace("1.0.0", "2.0.0"));
    assert_eq!(project.read("VERSION"), "2.0.0\n");
}

#[test]
fn tests_and_chores_owe_nothing_and_a_label_waives() {
    let project = branched();
    project.commits(&["test: cover login", "chore: tidy"]);
    assert_eq!(project.report(&["check", "--base", "main"], 0).get("bump"), "none");
    project.commits(&["feat: add login"]);
    project.repo.write("shiplane.yml", "changelog: { waive: [no-changelog] }\n").unwrap();
    let args = ["check", "--base", "main", "--config", "shiplane.yml"];
    assert_eq!(project.report(&args, 10).verdict(), "blocked");
    let waived = project.report(&[&args[..], &["--labels", "urgent, No-Changelog"]].concat(), 0);
    assert_eq!(facts(&waived)[0], "ok waived by label `No-Changelog`");
}

#[test]
fn the_version_is_compared_with_the_base_as_it_is_now_and_the_changelog_as_it_was() {
    let project = branched();
    let entry = CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n- Same words\n");
    project.repo.write("CHANGELOG.md", &entry).unwrap();
    project.repo.write("VERSION", "1.1.0\n").unwrap();
    project.commits(&["feat: add login"]);
    project.repo.git(&["checkout", "main"]).unwrap();
    project.repo.write("CHANGELOG.md", &entry).unwrap();
    project.repo.write("VERSION", "1.1.0\n").unwrap();
    project.commits(&["feat: another took that number"]);
    project.repo.git(&["checkout", "feature"]).unwrap();
    let answer = project.report(&["check", "--base", "main"], 10);
    assert_eq!(
        facts(&answer),
        [
            "ok CHANGELOG.md has 1 new line",
            "fail VERSION says 1.1.0, as on the base branch; `feat: add login` asks for minor"
        ]
    );
}

#[test]
fn in_a_job_the_event_says_base_title_and_labels() {
    let project = branched();
    project.commits(&["wip"]);
    let origin = TempDir::new().unwrap();
    project.repo.git(&["clone", "--bare", ".", &origin.path().join("o.git").display().to_string()]).unwrap();
    let copy = origin.path().join("copy");
    let url = origin.path().join("o.git").display().to_string();
    project.repo.git(&["clone", "--branch", "feature", &url, &copy.display().to_string()]).unwrap();
    let event = origin.path().join("event.json");
    let payload =
        r#"{"pull_request":{"title":"feat: add login","base":{"ref":"main"},"labels":[{"name":"x"}]}}"#;
    std::fs::write(&event, payload).unwrap();
    let run = |args: &[&str]| binary(args).dir(&copy).env("GITHUB_EVENT_PATH", &event).run().unwrap();
    let answer = Answer::of(&["--format", "json", "check"], run, 10);
    assert_eq!((answer.get("bump"), answer.get("base")), ("minor", "main"));
    assert_eq!(answer.codes(), ["changelog", "version"]);
}

#[test]
fn what_the_clone_does_not_have_is_no_pass() {
    let project = branched();
    project.commits(&["test: a", "test: b", "test: c"]);
    assert_eq!(project.report(&["check", "--base", "gone"], 1).codes(), ["base-missing"]);
    assert_eq!(project.report(&["check"], 2).codes(), ["base-missing"]);
    assert_eq!(project.report(&["check", "--base=--all"], 2).codes(), ["base-invalid"]);
    project.repo.git(&["checkout", "--orphan", "other"]).unwrap();
    project.commits(&["feat: elsewhere"]);
    project.repo.git(&["checkout", "feature"]).unwrap();
    assert_eq!(project.report(&["check", "--base", "other"], 1).codes(), ["base-unrelated"]);

    let home = TempDir::new().unwrap();
    let url = format!("file://{}", project.repo.dir().display());
    let copy = home.path().join("copy").display().to_string();
    let args = ["clone", "--depth", "2", "--no-single-branch", "--branch", "feature", &url, &copy];
    project.repo.git(&args).unwrap();
    let shallow = |args: &[&str]| binary(args).dir(home.path().join("copy")).run().unwrap();
    let answer = Answer::of(&["--format", "json", "check", "--base", "main"], shallow, 1);
    assert_eq!(answer.codes(), ["history-shallow"]);
    assert!(answer.help("history-shallow").contains("git fetch --unshallow"));
}

#[test]
fn facts_are_recorded_and_decide_again_without_git() {
    let project = branched();
    project.commits(&["feat: add login"]);
    project.report(&["check", "--base", "main", "--save-facts", "facts.json"], 10);
    let elsewhere = TempDir::new().unwrap();
    std::fs::write(elsewhere.path().join("facts.json"), project.read("facts.json")).unwrap();
    let run = |args: &[&str]| binary(args).dir(elsewhere.path()).run().unwrap();
    let answer = Answer::of(&["--format", "json", "check", "--facts", "facts.json"], run, 10);
    assert_eq!(answer.codes(), ["changelog", "version"]);
    let answer = Answer::of(&["--format", "json", "check", "--facts", "facts.json", "--fix"], run, 2);
    assert_eq!(answer.codes(), ["facts-and-write"]);
}

#[test]
fn fix_keeps_line_ends_and_makes_a_file_that_is_not_there() {
    let project = branched();
    project.repo.git(&["checkout", "main"]).unwrap();
    let windows = "# Log\r\n\r\n## 1.0.0\r\n\r\n* Begin\r\n";
    project.repo.write("CHANGELOG.md", windows).unwrap();
    project.commits(&["chore: log"]);
    project.repo.git(&["checkout", "-B", "feature"]).unwrap();
    project.commits(&["fix: a"]);
    project.report(&["check", "--base", "main", "--fix"], 0);
    let wanted = "# Log\r\n\r\n## Unreleased\r\n\r\n### Fixed\r\n\r\n* a\r\n\r\n## 1.0.0\r\n\r\n* Begin\r\n";
    assert_eq!(project.read("CHANGELOG.md"), wanted);
    let answer = project.report(&["check", "--base", "main", "--file", "docs.md", "--fix"], 0);
    assert_eq!(answer.verdict(), "fixed");
    assert!(project.read("docs.md").ends_with("## [Unreleased]\n\n### Fixed\n\n- a\n"));
}

#[test]
fn what_cannot_be_fixed_is_left_alone() {
    let project = branched();
    project.repo.write("VERSION", "one\n").unwrap();
    project.commits(&["fix: a"]);
    let answer = project.report(&["check", "--base", "main", "--fix"], 10);
    assert_eq!(answer.codes(), ["version"]);
    assert_eq!(project.read("VERSION"), "one\n");
    assert!(project.read("CHANGELOG.md").contains("### Fixed\n\n- a\n"));
}
