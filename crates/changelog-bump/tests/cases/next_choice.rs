//! `next` with wishes: pre-releases, versions by name, a project's own convention, packages.

use super::run::Project;

#[test]
fn a_pre_release_counts_up_and_the_final_one_takes_all_since_the_last_final() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let tag = |args: &[&str]| project.report(&[&["next"], args].concat(), 0).get("tag").to_owned();
    assert_eq!(tag(&["--pre", "rc"]), "v1.1.0-rc.1");
    project.repo.tag("v1.1.0-rc.1").unwrap();
    assert_eq!(project.report(&["next", "--pre", "rc"], 0).get("bump"), "none");
    project.commits(&["docs: b"]);
    assert_eq!(project.report(&["next", "--pre", "rc"], 0).get("released"), "false");
    project.commits(&["fix: c"]);
    assert_eq!(tag(&["--pre", "rc"]), "v1.1.0-rc.2");
    project.repo.tag("v1.1.0-rc.2").unwrap();
    project.commits(&["feat!: d"]);
    let answer = project.report(&["next", "--pre", "rc"], 0);
    assert_eq!((answer.get("version"), answer.get("prerelease")), ("2.0.0-rc.1", "true"));
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.get("prerelease")), ("2.0.0", "false"));
    assert_eq!(answer.get("notes"), "### Breaking\n\n- d\n\n### Added\n\n- a\n\n### Fixed\n\n- c\n");
}

#[test]
fn a_number_that_another_branch_took_is_not_taken_again() {
    let project = Project::released();
    project.repo.branch("side").unwrap();
    project.commits(&["feat: a"]);
    project.repo.tag("v1.1.0-rc.4").unwrap();
    project.repo.tag("v1.0.1").unwrap();
    project.repo.checkout("main").unwrap();
    project.commits(&["feat: b"]);
    assert_eq!(project.report(&["next", "--pre", "rc"], 0).get("version"), "1.1.0-rc.5");
    assert_eq!(project.report(&["next", "--as", "patch"], 10).codes(), ["tag-exists"]);
    assert_eq!(project.report(&["next", "--as", "1.0.2"], 0).codes(), ["version-lowered"]);
    project.repo.git(&["tag", "v1.1.0", "side"]).unwrap();
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.codes()), ("1.1.0", vec!["tag-exists".to_owned()]));
}

#[test]
fn a_version_by_name_is_taken_or_refused() {
    let project = Project::released();
    project.commits(&["test: nothing to release"]);
    let answer = project.report(&["next", "--as", "minor"], 0);
    assert_eq!((answer.get("version"), answer.get("bump")), ("1.1.0", "minor"));
    assert_eq!(project.report(&["next", "--as", "v3.0.0"], 0).get("tag"), "v3.0.0");
    assert_eq!(project.report(&["next", "--as", "0.9.0"], 10).codes(), ["version-below"]);
    assert_eq!(project.report(&["next", "--as", "1.0.0"], 10).codes(), ["version-below", "tag-exists"]);
    assert_eq!(project.report(&["next", "--as", "soon"], 2).codes(), ["as-invalid"]);
    assert_eq!(project.report(&["next", "--pre", "1"], 2).codes(), ["pre-invalid"]);
    assert_eq!(project.report(&["next", "--pre", "rc", "--as", "2.0.0-rc.3"], 2).codes(), ["as-and-pre"]);
    let before = project.read("VERSION");
    project.report(&["bump", "--as", "0.9.0"], 10);
    assert_eq!(project.read("VERSION"), before);
}

#[test]
fn zero_is_left_only_when_that_is_asked_for() {
    let project = Project::empty();
    project.commits(&["feat: begin"]);
    project.repo.tag("v0.4.2").unwrap();
    project.commits(&["feat!: a"]);
    let version = |args: &[&str]| project.report(&[&["next"], args].concat(), 0).get("version").to_owned();
    assert_eq!(version(&[]), "0.5.0");
    assert_eq!(version(&["--as", "major"]), "1.0.0");
    assert_eq!(version(&["--zero", "strict"]), "1.0.0");
    assert_eq!(version(&["--zero", "semver", "--pre", "rc"]), "0.5.0-rc.1");
}

#[test]
fn the_config_says_what_types_ask_for_and_what_becomes_of_the_rest() {
    let project = Project::released();
    let config = |keys: &str| {
        let text = format!("version: 1\nchangelog:\n  types: {{ui: minor, fix: none}}\n{keys}");
        project.repo.write(".github/shiplane.yml", text).unwrap();
    };
    config("");
    project.commits(&["fix: a", "ui: b", "Add c", "Squashed (#4)\n\n* feat!: d"]);
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.codes().len()), ("1.1.0", 2));
    config("  squash: body\n");
    assert_eq!(project.report(&["next"], 0).get("version"), "2.0.0");
    config("  unknown: refuse\n");
    let answer = project.report(&["next"], 10);
    assert_eq!(answer.codes().last().map(String::as_str), Some("history-unconventional"));
    assert_eq!(project.report(&["next", "--unknown", "list"], 0).get("version"), "1.1.0");
    config("  unknown: patch\n");
    let answer = project.report(&["next"], 0);
    assert!(answer.get("notes").contains("- Add c\n- Squashed (#4)\n"), "{}", answer.get("notes"));
}

#[test]
fn packages_have_tags_files_and_commits_of_their_own() {
    let project = Project::empty();
    let config = "version: 1\nchangelog:\n  packages:\n    api: {path: services/api}\n    web:\n      path: web\n      \
                  paths: [shared]\n      tag-prefix: web@\n";
    project.repo.write(".github/shiplane.yml", config).unwrap();
    project.repo.write("VERSION", "9.9.9\n").unwrap();
    project.repo.write("services/api/VERSION", "0.2.0\n").unwrap();
    project.commits(&["feat: begin"]);
    project.repo.tag("api-v1.0.0").unwrap();
    project.repo.tag("web@2.0.0").unwrap();
    project.repo.write("services/api/a", "a").unwrap();
    project.commits(&["feat: in api"]);
    project.repo.write("shared/b", "b").unwrap();
    project.commits(&["fix: in shared"]);
    project.repo.write("c", "c").unwrap();
    project.commits(&["feat!: in neither"]);
    let told = |args: &[&str]| {
        let answer = project.report(&[&["next"], args].concat(), 0);
        (answer.get("tag").to_owned(), answer.get("notes").to_owned())
    };
    let wanted = |tag: &str, notes: &str| (tag.to_owned(), notes.to_owned());
    assert_eq!(told(&["--package", "api"]), wanted("api-v1.1.0", "### Added\n\n- in api\n"));
    assert_eq!(told(&["--package", "web"]), wanted("web@2.0.1", "### Fixed\n\n- in shared\n"));
    assert_eq!(project.report(&["next", "--package", "app"], 2).codes(), ["package-unknown"]);
    project.repo.git(&["tag", "--delete", "api-v1.0.0"]).unwrap();
    assert_eq!(told(&["--package", "api"]).0, "api-v0.2.0");
}

#[test]
fn paths_find_what_a_merge_brought_and_lose_nothing_on_side_branches() {
    let project = Project::released();
    project.repo.branch("side").unwrap();
    project.repo.write("lib/a", "one").unwrap();
    project.commits(&["feat: on the side"]);
    project.repo.write("lib/a", "two").unwrap();
    project.commits(&["fix: on the side"]);
    project.repo.checkout("main").unwrap();
    project.repo.write("lib/a", "two").unwrap();
    project.commits(&["fix: the same by another way"]);
    project.repo.merge("side").unwrap();
    let answer = project.report(&["next", "--paths", "lib"], 0);
    assert_eq!(answer.get("version"), "1.1.0", "the merge is the same as its first parent");
    assert_eq!(project.report(&["next", "--paths", "li"], 0).get("bump"), "none");
    assert_eq!(project.report(&["next", "--paths", "**/a"], 0).get("bump"), "minor");
    assert_eq!(project.report(&["next", "--paths", "../x"], 2).codes(), ["path-outside"]);
    project.repo.branch("other").unwrap();
    project.repo.write("web/b", "b").unwrap();
    project.commits(&["wip: b"]);
    project.repo.checkout("main").unwrap();
    project.repo.git(&["merge", "--no-ff", "--message", "feat!: by its own line", "other"]).unwrap();
    assert_eq!(project.report(&["next", "--paths", "web"], 0).get("version"), "2.0.0");
}

#[test]
fn the_branchs_own_line_leaves_merged_tags_and_commits_out() {
    let project = Project::released();
    project.repo.branch("side").unwrap();
    project.commits(&["feat: a"]);
    project.repo.tag("v1.5.0").unwrap();
    project.commits(&["feat!: b"]);
    project.repo.checkout("main").unwrap();
    project.commits(&["fix: c"]);
    project.repo.merge("side").unwrap();
    assert_eq!(project.report(&["next"], 0).get("version"), "2.0.0");
    let answer = project.report(&["next", "--first-parent"], 0);
    assert_eq!((answer.get("previous"), answer.get("version")), ("1.0.0", "1.0.1"));
    assert_eq!(answer.codes(), ["commit-unconventional"], "the merge speaks for nothing, and is listed");
}
