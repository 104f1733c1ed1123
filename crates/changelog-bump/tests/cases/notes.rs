//! `notes` on real repositories.

use shiplane_testkit::process::Outcome;

use super::run::{Project, binary};

/// What stands alone on standard output.
fn page(project: &Project, args: &[&str]) -> Outcome {
    let outcome = project.run(&[&["notes"], args].concat());
    outcome.expect(0);
    outcome
}

#[test]
fn what_is_not_released_is_told_from_the_commits_with_breaks_first() {
    let project = Project::released();
    project.repo.git(&["remote", "add", "origin", "git@github.com:example/shop.git"]).unwrap();
    let broken =
        "perf(db)!: drop the cache\n\nBREAKING CHANGE: ask again\n\nCo-authored-by: Bob <bob@example.org>";
    project.commits(&["feat: thank @ada <b> ![x](y) #7", broken, "docs: b", "fix: c (#12)"]);
    let author = project.repo.git(&["log", "-1", "--format=%an"]).unwrap();
    let names = ["Bob".to_owned(), author.trim().to_owned()];
    let told = page(&project, &[]);
    let mut names = names.to_vec();
    names.sort_by_key(|name| name.to_lowercase());
    assert_eq!(
        told.stdout,
        format!(
            "### Breaking\n\n- db: drop the cache\n  ask again\n\n### Added\n\n- thank `@ada` \\<b> \\![x](y) #7\n\n\
             ### Fixed\n\n- c (#12)\n\n**Full changelog**: https://github.com/example/shop/compare/v1.0.0...v2.0.0\n\n\
             **Contributors**: {}\n",
            names.join(", ")
        )
    );
    assert!(told.stderr.contains("notes of 2.0.0"), "{told}");
    let answer = project.report(&["notes"], 0);
    assert_eq!((answer.get("notes"), answer.get("version")), (told.stdout.as_str(), "2.0.0"));
}

#[test]
fn what_people_wrote_is_part_of_it() {
    let project = Project::released();
    let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- By hand, see [#7]\n\n## [1.0.0]\n\n[#7]: https://example.org/7\n";
    project.repo.write("CHANGELOG.md", text).unwrap();
    project.commits(&["fix!: c", "feat: d"]);
    let told = page(&project, &[]).stdout;
    let begin = "### Breaking\n\n- c\n\n### Added\n\n- By hand, see [#7]\n- d\n\n[#7]: https://example.org/7\n\n**Contributors**";
    assert!(told.starts_with(begin), "{told}");
    assert_eq!(project.read("CHANGELOG.md"), text);
}

#[test]
fn a_version_is_told_from_its_section_or_else_from_its_commits() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    project.repo.tag("v1.1.0").unwrap();
    project.commits(&["fix: b"]);
    project.repo.tag("v1.1.1").unwrap();
    project.commits(&["feat: c"]);
    assert!(page(&project, &["--of", "1.1.0"]).stdout.starts_with("### Added\n\n- a\n\n**Contributors**: "));
    assert!(page(&project, &["--of", "v1.1.1"]).stdout.starts_with("### Fixed\n\n- b\n\n"));
    assert!(page(&project, &["--of", "1.0.0"]).stdout.starts_with("### Added\n\n- begin\n\n"));
    project
        .repo
        .write("CHANGELOG.md", "## [1.1.1]\n\n- In words\n\n## 1.1.0\n\n## 0.9.0\r\n\r\n- Old\r\n")
        .unwrap();
    assert!(page(&project, &["--of", "1.1.1"]).stdout.starts_with("- In words\n\n"));
    assert!(
        page(&project, &["--of", "1.1.0"]).stdout.starts_with("### Added\n\n- a\n\n"),
        "an empty section"
    );
    assert_eq!(page(&project, &["--version", "0.9.0"]).stdout, "- Old\n");
    assert_eq!(project.report(&["notes", "--of", "7.0.0"], 2).codes(), ["version-unknown"]);
    assert_eq!(project.report(&["notes", "--of", "soon"], 2).codes(), ["version-invalid"]);
}

#[test]
fn nothing_to_release_tells_nothing_and_a_file_takes_the_place_of_standard_output() {
    let project = Project::released();
    project.commits(&["docs: a"]);
    assert_eq!(page(&project, &[]).stdout, "");
    assert_eq!(project.report(&["notes"], 0).verdict(), "none");
    project.commits(&["feat: b"]);
    let path = project.home.path().join("notes.md");
    let told = page(&project, &["--output", path.to_str().unwrap()]);
    assert!(told.stdout.contains("notes-written"), "{told}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("### Added\n\n- b\n"));
    let nowhere = project.report(&["notes", "--output", "/nowhere/at/all"], 1);
    assert_eq!(nowhere.codes(), ["write-failed"]);
}

#[test]
fn a_release_of_a_thousand_commits_stays_below_what_github_takes() {
    let project = Project::released();
    let file = project.home.path().join("import");
    let mut stream = String::new();
    let tip = project.repo.git(&["rev-parse", "HEAD"]).unwrap();
    for number in 0..1_000 {
        let message = format!("feat: {number} {}", "wörter ".repeat(60));
        let from = if number == 0 { format!("from {}\n", tip.trim()) } else { String::new() };
        stream.push_str(&format!(
            "commit refs/heads/main\ncommitter A <a@example.org> {} +0000\ndata {}\n{message}\n{from}",
            1_700_000_000 + number,
            message.len()
        ));
    }
    std::fs::write(&file, stream).unwrap();
    let import = format!("git fast-import --quiet --force < '{}'", file.display());
    let run = shiplane_testkit::process::Run::new("sh").args(["-c", &import]).dir(project.repo.dir());
    run.ok().unwrap();
    let told = page(&project, &[]).stdout;
    assert!((100_000..=125_000).contains(&told.chars().count()), "{}", told.chars().count());
    assert!(told.contains("lines left out)\n\n**Contributors**: "), "{}", &told[told.len() - 300..]);
}

#[test]
fn in_a_job_nothing_of_the_notes_stands_alone_on_standard_output() {
    let project = Project::released();
    project.repo.write("CHANGELOG.md", "## Unreleased\n\n::error::by hand\n").unwrap();
    project.commits(&["feat: a"]);
    let run = binary(&["notes"]).env("GITHUB_ACTIONS", "true").dir(project.repo.dir()).run().unwrap();
    run.expect(0);
    assert!(!run.stdout.lines().any(|line| line.trim_start().starts_with("::error::")), "{run}");
}

#[test]
fn recorded_facts_tell_the_same() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let facts = project.home.path().join("facts.json");
    let path = facts.to_str().unwrap();
    for args in [&[][..], &["--of", "1.0.0"]] {
        let first = page(&project, &[args, &["--save-facts", path]].concat()).stdout;
        assert_eq!(page(&project, &[args, &["--facts", path]].concat()).stdout, first);
    }
}
