//! Repositories and messages as they should not be, and still are.

use std::fs;

use shiplane_testkit::git::GitRepo;
use shiplane_testkit::need::{Missing, need};

use super::run::{Answer, Project, run};

fn version(repo: &GitRepo) -> String {
    Answer::of(&["--format", "json", "next"], |args| run(repo.dir(), args), 0).get("version").to_owned()
}

/// Commits a message of any bytes.
fn raw(project: &Project, message: &[u8], encoding: &str) {
    let file = project.home.path().join("message");
    fs::write(&file, message).unwrap();
    let setting = format!("i18n.commitEncoding={encoding}");
    let args = ["-c", &setting, "commit", "--quiet", "--allow-empty", "--file", file.to_str().unwrap()];
    project.repo.git(&args).unwrap();
}

#[test]
fn messages_in_any_encoding_or_in_none_are_read() {
    let project = Project::released();
    raw(&project, b"fix: gr\xf6\xdfer\n", "ISO-8859-1");
    raw(&project, b"fix: \x82\xa0\n", "Shift_JIS");
    raw(&project, b"fix: plain\n", "NOPE");
    raw(&project, b"fix: bad \xff\xfe bytes\n\nBREAKING CHANGE: x\xe9\n", "UTF-8");
    let answer = project.report(&["next"], 0);
    assert_eq!(answer.get("version"), "2.0.0");
    let notes = answer.get("notes");
    assert!(["größer", "あ", "plain"].iter().all(|word| notes.contains(word)), "{notes}");
}

#[test]
fn a_message_of_five_megabytes_is_read_to_its_end() {
    let project = Project::released();
    let filler = "words that go on and on\n".repeat(200_000);
    raw(&project, format!("fix: big\n\n{filler}\nBREAKING CHANGE: at the end\n").as_bytes(), "UTF-8");
    assert_eq!(project.report(&["next"], 0).get("version"), "2.0.0");
}

#[test]
fn packed_borrowed_and_replaced_objects_are_found() {
    let project = Project::released();
    project.commits(&["fix: a"]);
    project.repo.git(&["pack-refs", "--all"]).unwrap();
    project.repo.git(&["gc", "--quiet"]).unwrap();
    project.repo.git(&["commit-graph", "write", "--reachable"]).unwrap();
    assert_eq!(version(&project.repo), "1.0.1");
    let borrower = project.home.path().join("borrower");
    let here = project.repo.dir().to_str().unwrap();
    project.repo.git(&["clone", "--quiet", "--shared", here, borrower.to_str().unwrap()]).unwrap();
    let borrower = GitRepo::init(&borrower).unwrap();
    borrower.commit("feat: b").unwrap();
    assert_eq!(version(&borrower), "1.1.0");
    let made = borrower
        .git(&["commit-tree", "HEAD^{tree}", "-p", "v1.0.0^{commit}", "-m", "fix: in its place"])
        .unwrap();
    borrower.git(&["replace", "HEAD", &made]).unwrap();
    assert_eq!(version(&borrower), "1.0.1");
}

#[test]
fn references_in_a_table_are_read() {
    let project = Project::empty();
    let dir = project.home.path().join("table");
    fs::create_dir(&dir).unwrap();
    let made = project.repo.git(&["init", "--quiet", "--ref-format=reftable", dir.to_str().unwrap()]);
    let missing = |_| Missing::new("no reftable in this git", "install git 2.45 or later");
    if need("references_in_a_table_are_read", made.map_err(missing)).is_none() {
        return;
    }
    let repo = GitRepo::init(&dir).unwrap();
    repo.commit("feat: begin").unwrap();
    repo.tag("v1.0.0").unwrap();
    repo.commit("fix: a").unwrap();
    assert_eq!(version(&repo), "1.0.1");
}

#[test]
fn tags_of_trees_and_of_tags_and_names_like_branches_or_options() {
    let project = Project::released();
    project.commits(&["fix: a"]);
    for args in [
        &["tag", "v2.0.0", "HEAD^{tree}"][..],
        &["tag", "--annotate", "--message", "x", "v1.9.0", "HEAD^{tree}"],
        &["tag", "--annotate", "--message", "x", "v1.2.0", "v1.0.0"],
        &["update-ref", "refs/tags/HEAD", "HEAD"],
        &["update-ref", "refs/tags/--help", "HEAD"],
        &["update-ref", "refs/tags/v3.0.0;id", "HEAD"],
        &["update-ref", "refs/tags/refs/tags/v4.0.0", "HEAD"],
        &["update-ref", "refs/heads/v1.2.0", "HEAD"],
        &["update-ref", "refs/heads/refs/tags/v5.0.0", "HEAD"],
    ] {
        project.repo.git(args).unwrap();
    }
    assert_eq!(version(&project.repo), "1.2.1");
    fs::write(project.repo.dir().join(".git/refs/tags/v6.0.0"), format!("{}\n", "1234567890".repeat(4)))
        .unwrap();
    assert_eq!(project.report(&["next"], 1).codes(), ["git-failed"]);
}

#[test]
fn tags_without_a_prefix_are_seen_where_none_is_named_and_no_other_are_there() {
    let project = Project::empty();
    project.commits(&["feat: begin"]);
    project.repo.tag("1.0.0").unwrap();
    project.repo.tag("web-v9.0.0").unwrap();
    project.commits(&["feat: a"]);
    let answer = project.report(&["next"], 0);
    assert_eq!((answer.get("previous"), answer.get("tag")), ("1.0.0", "1.1.0"));
    assert_eq!(answer.codes(), [""; 0]);
    assert_eq!(project.report(&["next", "--pre", "rc"], 0).get("tag"), "1.1.0-rc.1");
    let told = project.run(&["next", "--explain"]);
    assert!(told.stdout.contains("1.0.0: chosen"), "{told}");
    let notes = project.run(&["notes", "--of", "1.0.0"]);
    assert!(notes.stdout.contains("- begin"), "{notes}");
    let named = project.report(&["next", "--tag-prefix", "v"], 0);
    assert_eq!((named.get("tag"), named.codes().concat()), ("v0.1.0", "tag-missing".to_owned()));
    project.repo.tag("v2.0.0").unwrap();
    assert_eq!(project.report(&["next"], 0).get("previous"), "2.0.0");
}

#[test]
fn a_commit_may_ask_for_a_version_by_its_footer() {
    let project = Project::released();
    project.commits(&["feat: a", "chore: release 4.0.0\n\nRelease-As: 4.0.0", "fix: b"]);
    let answer = project.report(&["next", "--explain"], 0);
    assert_eq!((answer.get("version"), answer.get("bump")), ("4.0.0", "major"));
    let told = project.run(&["next", "--explain"]).stdout;
    let commit = project.repo.git(&["rev-parse", "--short=10", "HEAD~1"]).unwrap();
    assert!(told.contains(&format!("4.0.0 was asked for by `Release-As` in {commit}")), "{told}");
    assert!(told.contains(&format!("major: 4.0.0 was asked for by `Release-As` in {commit}")), "{told}");
    project.commits(&["chore: again\n\nRelease-As: soon"]);
    let answer = project.report(&["next"], 0);
    assert_eq!(
        (answer.get("version"), answer.codes().concat()),
        ("1.1.0", "release-as-unreadable".to_owned())
    );
}

#[test]
fn a_branch_that_brings_nothing_owes_nothing() {
    let project = Project::released();
    let answer = project.report(&["check", "--base", "main"], 0);
    assert_eq!(answer.verdict(), "pass");
}
