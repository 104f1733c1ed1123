//! `next` on real repositories.

use std::fs;

use shiplane_testkit::git::Origin;

use super::run::{Answer, Project, binary, run};

#[test]
fn commits_since_the_highest_contained_tag_make_the_version() {
    let project = Project::released();
    project.commits(&["fix: a", "Add b", "feat(ui): c", "test: d"]);
    let answer = project.report(&["next"], 0);
    let outputs = ["version", "previous", "tag", "bump", "released"].map(|name| answer.get(name));
    assert_eq!(outputs, ["1.1.0", "1.0.0", "v1.1.0", "minor", "true"]);
    assert_eq!(answer.get("notes"), "### Added\n\n- ui: c\n\n### Fixed\n\n- a\n");
    assert_eq!(
        (answer.verdict().as_str(), answer.codes()),
        ("minor", vec!["commit-unconventional".to_owned()])
    );
}

#[test]
fn nothing_to_release_is_a_result() {
    let project = Project::released();
    project.commits(&["test: production flow"]);
    let answer = project.report(&["next"], 0);
    let outputs = ["version", "tag", "bump", "released", "notes"].map(|name| answer.get(name));
    assert_eq!(outputs, ["1.0.0", "v1.0.0", "none", "false", ""]);
}

#[test]
fn a_tag_on_another_branch_does_not_count_and_one_on_a_merged_branch_does() {
    let project = Project::released();
    project.repo.branch("side").unwrap();
    project.commits(&["feat: on the side"]);
    project.repo.tag("v1.10.0").unwrap();
    project.repo.git(&["tag", "v1.9.0"]).unwrap();
    for number in 0..10 {
        project.repo.git(&["tag", &format!("v3.{number}.0")]).unwrap();
    }
    project.repo.checkout("main").unwrap();
    project.commits(&["fix: on main"]);
    assert_eq!(project.report(&["next"], 0).get("version"), "1.0.1");
    project.repo.merge("side").unwrap();
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("previous"), answer.get("version")), ("3.9.0", "3.9.1"));
}

#[test]
fn foreign_tags_are_no_versions() {
    let project = Project::released();
    project.commits(&["fix: a"]);
    let tree = project.repo.git(&["rev-parse", "HEAD^{tree}"]).unwrap();
    project.repo.git(&["tag", "v9.0.0", &tree]).unwrap();
    for name in ["v2", "nightly", "2.0.0", "api-v5.0.0"] {
        project.repo.git(&["tag", name]).unwrap();
    }
    assert_eq!(project.report(&["next"], 0).get("version"), "1.0.1");
    assert_eq!(project.report(&["next", "--tag-prefix", "api-v"], 0).get("previous"), "5.0.0");
}

#[test]
fn without_a_tag_the_version_file_speaks() {
    let project = Project::empty();
    project.commits(&["feat: begin"]);
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.get("previous"), answer.get("tag")), ("0.1.0", "", "v0.1.0"));
    assert_eq!(answer.codes(), ["tag-missing"]);
    project.repo.write("package.json", "{\"version\": \"0.4.0\"}").unwrap();
    assert_eq!(project.report(&["next"], 0).get("version"), "0.4.0");
}

#[test]
fn a_repository_without_commits_has_nothing_to_release() {
    assert_eq!(Project::empty().report(&["next"], 0).get("bump"), "none");
}

#[test]
fn reverts_in_the_range_take_out_what_they_revert() {
    let project = Project::released();
    project.commits(&["feat: a", "fix: b"]);
    project.repo.git(&["revert", "--no-edit", "HEAD~1"]).unwrap_err();
    project.repo.write("a", "a").unwrap();
    project.commits(&["feat: with a file"]);
    project.repo.git(&["revert", "--no-edit", "HEAD"]).unwrap();
    let answer = project.report(&["next"], 0);
    assert!(!answer.get("notes").contains("with a file"), "{}", answer.get("notes"));
}

#[test]
fn messages_of_any_kind_reach_the_report_and_forge_nothing() {
    let project = Project::released();
    let file = project.home.path().join("message");
    let mut latin = b"feat: caf\xe9 ##[error]x <script> `code`\n\n::error::body\n".to_vec();
    latin.extend([b'x'; 10_000]);
    fs::write(&file, latin).unwrap();
    let path = file.to_str().unwrap();
    project.repo.git(&["commit", "--allow-empty", "--cleanup=verbatim", "--file", path]).unwrap();
    fs::write(&file, format!("::error::{}\n", "y".repeat(10_000))).unwrap();
    project.repo.git(&["commit", "--allow-empty", "--cleanup=verbatim", "--file", path]).unwrap();
    let answer = project.report(&["next"], 0);
    assert!(answer.get("notes").contains("\\<script> `code`"), "{}", answer.get("notes"));
    let shown = project.run(&["next"]);
    for line in shown.stdout.lines().chain(answer.get("notes").lines()) {
        assert!(!line.trim_start().starts_with("::error::y") && !line.contains("##["), "{line}");
        assert!(line.chars().count() < 2_000, "{line}");
    }
}

#[test]
fn the_users_own_git_settings_change_nothing() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let config = project.home.path().join("config");
    fs::write(
        &config,
        "[log]\nshowSignature=true\ndecorate=full\n[color]\nui=always\n[format]\npretty=oneline\n",
    )
    .unwrap();
    let answer = Answer::of(
        &["--format", "json", "next"],
        |args| binary(args).env("GIT_CONFIG_GLOBAL", &config).dir(project.repo.dir()).run().unwrap(),
        0,
    );
    assert_eq!(answer.get("notes"), "### Added\n\n- a\n");
}

#[test]
fn a_shallow_clone_without_its_last_tag_is_undetermined_and_says_what_to_fetch() {
    let project = Project::released();
    let origin = Origin::create(project.home.path().join("origin")).unwrap();
    project.repo.git(&["remote", "add", "origin", origin.dir().to_str().unwrap()]).unwrap();
    project.commits(&["feat: a", "fix: b", "fix: c"]);
    project.repo.push().unwrap();
    let url = format!("file://{}", origin.dir().display());
    let clone = project.home.path().join("clone");
    project.repo.git(&["clone", "--quiet", "--depth", "2", &url, clone.to_str().unwrap()]).unwrap();
    let answer = Answer::of(&["--format", "json", "next"], |args| run(&clone, args), 1);
    assert_eq!(answer.codes(), ["history-shallow"]);
    let cure = answer.help("history-shallow");
    let words: Vec<&str> = cure.split_whitespace().skip(1).collect();
    project.repo.git(&[&["-C", clone.to_str().unwrap()], words.as_slice()].concat()).unwrap();
    let answer = Answer::of(&["--format", "json", "next"], |args| run(&clone, args), 0);
    assert_eq!(answer.get("version"), "1.1.0");
}

#[test]
fn no_repository_is_said_and_not_read_as_no_tags() {
    let project = Project::empty();
    let answer = Answer::of(&["--format", "json", "next"], |args| run(project.home.path(), args), 2);
    assert_eq!(answer.codes(), ["repository-missing"]);
}

#[test]
fn a_broken_repository_is_undetermined_and_not_without_tags() {
    let broken = |what: &str, text: Option<&str>| {
        let project = Project::released();
        project.commits(&["feat: a"]);
        let name = project.repo.git(&["rev-parse", what]).unwrap();
        let object = project.repo.dir().join(".git/objects").join(&name[..2]).join(&name[2..]);
        match text {
            Some(text) => drop(project.repo.write(".git/refs/heads/main", text).unwrap()),
            None => fs::remove_file(object).unwrap(),
        }
        assert_eq!(project.report(&["next"], 1).codes(), ["git-failed"], "{what}");
    };
    broken("HEAD", None);
    broken("HEAD", Some("garbage"));
    broken("v1.0.0", None);
    broken("v1.0.0^{commit}", None);
}

#[test]
fn a_repository_of_another_user_is_not_read_as_one_without_tags() {
    let project = Project::released();
    // Git's own switch for its tests: it takes every repository for somebody else's.
    let answer = Answer::of(
        &["--format", "json", "next"],
        |args| {
            binary(args).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").dir(project.repo.dir()).run().unwrap()
        },
        1,
    );
    assert_eq!(answer.codes(), ["repository-not-trusted"]);
    assert!(answer.help("repository-not-trusted").starts_with("git config --global --add safe.directory /"));
}

#[test]
fn recorded_facts_lead_to_the_same_answer_without_a_repository() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let facts = project.home.path().join("facts.json");
    let first = project.report(&["next", "--save-facts", facts.to_str().unwrap()], 0);
    let elsewhere = project.home.path();
    let again = Answer::of(
        &["--format", "json", "next", "--facts", facts.to_str().unwrap()],
        |args| run(elsewhere, args),
        0,
    );
    assert_eq!(first.outputs, again.outputs);
}

#[test]
fn the_config_names_files_and_prefix() {
    let project = Project::empty();
    project.repo.write("app/VERSION", "2.5.0\n").unwrap();
    let config = "version: 1\nchangelog:\n  versions: [app/VERSION]\n  tag-prefix: rel-\n  zero: strict\n";
    project.repo.write(".github/shiplane.yml", config).unwrap();
    project.commits(&["feat: a"]);
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.get("tag")), ("2.5.0", "rel-2.5.0"));
    assert_eq!(project.report(&["next", "--tag-prefix", "v"], 0).get("tag"), "v2.5.0");
}
