//! `next` in repositories of every kind.

use std::fs;

use shiplane_testkit::git::GitRepo;

use super::run::{Answer, Project, run};

#[test]
fn a_detached_commit_is_read_like_a_branch() {
    let project = Project::released();
    project.commits(&["feat: a", "fix: b"]);
    project.repo.checkout("HEAD~1").unwrap();
    project.repo.git(&["checkout", "--quiet", "--detach"]).unwrap();
    assert_eq!(project.report(&["next"], 0).get("version"), "1.1.0");
}

#[test]
fn a_directory_below_reads_the_whole_repository() {
    let project = Project::released();
    project.repo.write("sub/dir/x", "x").unwrap();
    project.commits(&["feat: a"]);
    let below = project.repo.dir().join("sub/dir");
    let answer = Answer::of(&["--format", "json", "next", "--paths", "sub"], |args| run(&below, args), 0);
    assert_eq!(answer.get("version"), "1.1.0");
}

#[test]
fn a_bare_repository_is_said() {
    let project = Project::released();
    let bare = project.home.path().join("bare.git");
    let from = project.repo.dir().to_str().unwrap();
    project.repo.git(&["clone", "--quiet", "--bare", from, bare.to_str().unwrap()]).unwrap();
    let answer = Answer::of(&["--format", "json", "next"], |args| run(&bare, args), 2);
    assert_eq!(answer.codes(), ["repository-bare"]);
}

#[test]
fn a_repository_with_longer_names_and_a_linked_worktree_are_read() {
    let project = Project::empty();
    let dir = project.home.path().join("long");
    fs::create_dir(&dir).unwrap();
    project.repo.git(&["init", "--quiet", "--object-format=sha256", dir.to_str().unwrap()]).unwrap();
    let repo = GitRepo::init(&dir).unwrap();
    repo.commit("feat: begin").unwrap();
    repo.tag("v1.0.0").unwrap();
    repo.commit("feat: a").unwrap();
    repo.git(&["revert", "--no-edit", "--allow-empty", "HEAD"]).ok();
    let linked = project.home.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]).unwrap();
    for place in [&dir, &linked] {
        let answer = Answer::of(&["--format", "json", "next"], |args| run(place, args), 0);
        assert_eq!(answer.get("previous"), "1.0.0", "{}", place.display());
    }
}

#[test]
fn tags_with_odd_names_are_no_versions_and_break_nothing() {
    let project = Project::released();
    for name in ["v1.0", "v01.0.0", "v1.0.0.0", "ü", "v1.2.3-", "a/v2.0.0", "v1.0.0-", "-x", "v😀"] {
        project.repo.git(&["update-ref", &format!("refs/tags/{name}"), "HEAD"]).ok();
    }
    for name in ["v1.0.0-alpha+x", "v0.9.9+é"] {
        project.repo.git(&["update-ref", &format!("refs/tags/{name}"), "HEAD"]).ok();
    }
    project.commits(&["fix: a"]);
    assert_eq!(project.report(&["next"], 0).get("version"), "1.0.1");
    assert_eq!(project.report(&["next", "--tag-prefix", "a/v"], 0).get("version"), "2.0.1");
}

#[test]
fn a_light_tag_counts_like_an_annotated_one_and_the_higher_of_two_wins() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    for name in ["v1.9.0", "v1.10.0", "v1.10.0-rc.1"] {
        project.repo.git(&["tag", name]).unwrap();
    }
    project.commits(&["fix: b"]);
    assert_eq!(project.report(&["next"], 0).get("version"), "1.10.1");
}

#[test]
fn clocks_that_went_wrong_change_nothing() {
    let project = Project::released();
    let commit = |day: &str, message: &str| {
        let tree = project.repo.git(&["rev-parse", "HEAD^{tree}"]).unwrap();
        let head = project.repo.head().unwrap();
        let text = format!(
            "tree {tree}\nparent {head}\nauthor A <a@e.org> {day} +0000\ncommitter A <a@e.org> {day} +0000\n\n{message}\n"
        );
        let file = project.home.path().join("object");
        fs::write(&file, text).unwrap();
        let id = project.repo.git(&["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]).unwrap();
        project.repo.git(&["update-ref", "HEAD", &id]).unwrap();
    };
    commit("1", "feat: from the seventies");
    commit("4102444800", "fix: from the future");
    commit("2", "Revert \"feat: from the seventies\"");
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("version"), answer.get("notes")), ("1.0.1", "### Fixed\n\n- from the future\n"));
}

#[test]
fn without_git_nothing_is_known() {
    let project = Project::released();
    let answer = Answer::of(
        &["--format", "json", "next"],
        |args| super::run::binary(args).env("PATH", "/nowhere").dir(project.repo.dir()).run().unwrap(),
        1,
    );
    assert_eq!(answer.codes(), ["git-missing"]);
}
