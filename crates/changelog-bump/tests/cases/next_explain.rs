//! `next --explain`: every tag, every commit and every step.

use super::run::Project;

/// The lines of one list.
fn list(project: &Project, args: &[&str], title: &str) -> Vec<String> {
    let answer = project.report(&[&["next", "--explain"], args].concat(), 0);
    let excerpts = answer.json["excerpts"].as_array().cloned().unwrap_or_default();
    let found = excerpts.iter().find(|excerpt| excerpt["title"].as_str().is_some_and(|t| t.contains(title)));
    let lines = found.unwrap_or_else(|| panic!("no {title}: {excerpts:?}"))["lines"].as_array().cloned();
    let words = |line: &serde_json::Value| line.as_str().unwrap_or_default().to_owned();
    lines.unwrap_or_default().iter().map(words).collect()
}

#[test]
fn every_tag_is_chosen_or_says_why_not() {
    let project = Project::released();
    let tree = project.repo.git(&["rev-parse", "HEAD^{tree}"]).unwrap();
    project.repo.git(&["tag", "v9.0.0", &tree]).unwrap();
    for name in ["v0.9.0", "v2", "nightly", "api-v5.0.0"] {
        project.repo.git(&["tag", name]).unwrap();
    }
    project.repo.branch("side").unwrap();
    project.commits(&["feat: a"]);
    project.repo.tag("v3.0.0").unwrap();
    project.repo.checkout("main").unwrap();
    project.commits(&["feat: b"]);
    for name in ["v1.1.0-rc.1", "v1.1.0-rc.2"] {
        project.repo.tag(name).unwrap();
    }
    assert_eq!(
        list(&project, &[], "which tag"),
        [
            "v9.0.0: names no commit",
            "v3.0.0: on another branch; the commit does not contain it",
            "v1.1.0-rc.2: the highest pre-release that the commit contains; a final version starts from the last \
             final one",
            "v1.1.0-rc.1: a pre-release, and not the highest one",
            "v1.0.0: chosen, the highest final version that the commit contains",
            "v0.9.0: lower than the one that was chosen",
            "api-v5.0.0: does not begin with the prefix `v`",
            "nightly: does not begin with the prefix `v`",
            "v2: not a SemVer version such as 1.2.3",
        ]
    );
}

#[test]
fn every_commit_says_what_it_asks_for_or_why_nothing() {
    let project = Project::released();
    project.commits(&["feat: a", "docs: b", "Add c", "wip: d", "fix!: e", "feat: gone"]);
    let gone = project.repo.head().unwrap();
    project.commits(&[&format!("Revert \"feat: gone\"\n\nThis reverts commit {gone}."), "fixup! feat: a"]);
    let said: Vec<String> = list(&project, &[], "each commit")
        .iter()
        .map(|line| line.split_once(' ').map_or(line.as_str(), |(_, rest)| rest).to_owned())
        .collect();
    let by = project.repo.git(&["rev-parse", "HEAD~1"]).unwrap();
    assert_eq!(
        said,
        [
            "fixup! feat: a: none of its own, it speaks through the commits it belongs to".to_owned(),
            "Revert \"feat: gone\": none, it takes back commits of this range".to_owned(),
            format!("feat: gone: none, taken back by {}", &by[..10]),
            "fix!: e: major, a breaking change".to_owned(),
            "wip: d: none, by `unknown: list`: it has a type that is not known".to_owned(),
            "Add c: none, by `unknown: list`: it begins with no `type:`".to_owned(),
            "docs: b: none, `docs` releases nothing".to_owned(),
            "feat: a: minor, `feat`".to_owned(),
        ]
    );
}

#[test]
fn the_version_is_told_step_by_step() {
    let project = Project::empty();
    project.commits(&["feat: begin"]);
    assert_eq!(
        list(&project, &[], "came about"),
        ["there is no release and no version file yet, so it begins with 0.1.0"]
    );
    project.repo.tag("v0.3.0").unwrap();
    project.commits(&["feat!: a"]);
    assert_eq!(
        list(&project, &["--pre", "rc"], "came about"),
        [
            "below 1.0.0 major counts as minor, as Cargo reads versions (`zero: semver`)",
            "0.3.0 raised by minor is 0.4.0",
            "the next pre-release of 0.4.0 on this channel is 0.4.0-rc.1",
        ]
    );
    assert_eq!(
        list(&project, &["--as", "1.0.0"], "came about"),
        ["1.0.0 was asked for by name, whatever the commits say"]
    );
}

#[test]
fn hostile_words_stay_on_their_line() {
    let project = Project::released();
    project.commits(&["::error::x", "feat: ##[error]y\u{1b}[2J", "fix: \u{202e}z"]);
    let shown = project.run(&["next", "--explain"]).expect(0).stdout.clone();
    for line in shown.lines() {
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##[") && !line.contains('\u{1b}'),
            "{line}"
        );
    }
}
