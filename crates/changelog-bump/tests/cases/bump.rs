//! `bump` on real repositories.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use shiplane_testkit::process::Run;

use super::run::Project;

const DATE: [&str; 2] = ["--date", "2026-03-01"];

fn with_date<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [args, &DATE].concat()
}

#[test]
fn the_release_is_written_once_and_committed_it_stays() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let answer = project.report(&with_date(&["bump"]), 0);
    assert_eq!((answer.verdict().as_str(), answer.get("version")), ("written", "1.1.0"));
    assert_eq!(project.read("VERSION"), "1.1.0\n");
    let changelog = project.read("CHANGELOG.md");
    assert!(
        changelog.ends_with("## [Unreleased]\n\n## [1.1.0] - 2026-03-01\n\n### Added\n\n- a\n"),
        "{changelog}"
    );

    assert_eq!(project.report(&["bump", "--date", "2030-01-01"], 0).verdict(), "unchanged");
    project.commits(&["chore: release 1.1.0"]);
    assert_eq!(project.report(&with_date(&["bump"]), 0).verdict(), "unchanged");
    assert_eq!(project.read("CHANGELOG.md"), changelog);
    project.repo.tag("v1.1.0").unwrap();
    assert_eq!(project.report(&with_date(&["bump"]), 0).verdict(), "none");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let answer = project.report(&with_date(&["bump", "--dry-run"]), 0);
    assert_eq!(answer.verdict(), "planned");
    let shown = answer.json["excerpts"].to_string();
    assert!(
        shown.contains("-1.0.0") && shown.contains("+1.1.0") && shown.contains("+## [1.1.0] - 2026-03-01"),
        "{shown}"
    );
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn nothing_to_release_writes_nothing() {
    let project = Project::released();
    project.commits(&["docs: a"]);
    assert_eq!(project.report(&["bump"], 0).verdict(), "none");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn without_a_date_the_day_is_today() {
    let project = Project::released();
    project.commits(&["fix: a"]);
    project.report(&["bump"], 0);
    let heading =
        project.read("CHANGELOG.md").lines().find(|line| line.starts_with("## [1.0.1]")).unwrap().to_owned();
    let day = heading.rsplit(' ').next().unwrap();
    assert!(day.parse::<shiplane_core::changelog::date::Date>().is_ok() && day > "2026-01-01", "{heading}");
}

#[test]
fn a_real_workspace_still_builds_offline_with_its_lock_file() {
    let project = Project::empty();
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"a\", \"b\"]\n\n[workspace.package]\nversion = \"0.2.0\" # ours\n\n\
            [workspace.dependencies]\na = { path = \"a\", version = \"0.2.0\" }\n",
        ),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\nedition = \"2024\"\n"),
        ("a/src/lib.rs", ""),
        (
            "b/Cargo.toml",
            "[package]\nname = \"b\"\nversion.workspace = true\nedition = \"2024\"\n\n[dependencies]\na.workspace = true\n",
        ),
        ("b/src/lib.rs", ""),
        (
            "fuzz/Cargo.toml",
            "[workspace]\n[package]\nname = \"fuzz\"\nversion = \"0.2.0\"\nedition = \"2024\"\n",
        ),
        ("fuzz/src/lib.rs", ""),
    ];
    for (path, text) in files {
        project.repo.write(path, text).unwrap();
    }
    let cargo = |args: &[&str]| {
        let target = project.home.path().join("target");
        let run = Run::new(env!("CARGO")).args(args).arg("--offline").env("CARGO_TARGET_DIR", target);
        run.env("CARGO_HOME", project.home.path().join("cargo")).dir(project.repo.dir()).ok().unwrap()
    };
    cargo(&["generate-lockfile"]);
    project.commits(&["feat: begin"]);
    project.repo.tag("v0.2.0").unwrap();
    project.commits(&["feat!: a"]);
    assert_eq!(project.report(&with_date(&["bump"]), 0).get("version"), "0.3.0");
    assert_eq!(project.read("Cargo.toml"), files[0].1.replace("0.2.0", "0.3.0"));
    assert_eq!(project.read("Cargo.lock").matches("0.3.0").count(), 2);
    assert_eq!(project.read("fuzz/Cargo.toml"), files[5].1);
    cargo(&["metadata", "--locked", "--format-version", "1"]);
}

#[test]
fn two_candidates_and_a_missing_file_are_asked_back_and_nothing_is_written() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    project.repo.write("version.json", "{\"version\": \"1.0.0\", \"version\": \"1.0.0\"}").unwrap();
    assert_eq!(
        project.report(&["bump", "--versions", "VERSION,version.json"], 2).codes(),
        ["version-ambiguous"]
    );
    assert_eq!(project.report(&["bump", "--versions", "nowhere.json"], 2).codes(), ["version-file-missing"]);
    assert_eq!(project.report(&["bump", "--versions", "../VERSION"], 2).codes(), ["path-outside"]);
    project.run(&["bump", "--date", "yesterday"]).expect(2);
    assert_eq!(project.read("VERSION"), "1.0.0\n");
}

#[test]
fn a_version_file_that_is_ahead_is_refused() {
    let project = Project::released();
    project.repo.write("VERSION", "3.0.0\n").unwrap();
    project.commits(&["feat: a"]);
    let answer = project.report(&["bump"], 10);
    assert_eq!((answer.verdict().as_str(), answer.codes()), ("refused", vec!["version-ahead".to_owned()]));
    assert!(!project.repo.dir().join("CHANGELOG.md").exists());
}

#[test]
fn bytes_mode_and_links_of_files_are_kept() {
    let project = Project::released();
    let text =
        "\u{feff}# Log\r\n\r\n## [Unreleased]\r\n\r\n### Added\r\n- by hand\r\n\r\n## [1.0.0] - 2026-01-01";
    project.repo.write("docs/log.md", text).unwrap();
    let log = project.repo.dir().join("docs/log.md");
    fs::set_permissions(&log, fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink("docs/log.md", project.repo.dir().join("CHANGELOG.md")).unwrap();
    project.commits(&["feat: a"]);
    project.report(&with_date(&["bump"]), 0);
    assert_eq!(
        project.read("docs/log.md"),
        text.replace("Unreleased]", "Unreleased]\r\n\r\n## [1.1.0] - 2026-03-01")
            .replace("hand", "hand\r\n- a")
    );
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::symlink_metadata(project.repo.dir().join("CHANGELOG.md")).unwrap().is_symlink());
}

#[test]
fn when_one_file_cannot_be_written_none_is() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    // A folder that is not there: no file can be made in it, whoever we are.
    let answer = project.report(&with_date(&["bump", "--file", "missing/folder/LOG.md"]), 1);
    assert_eq!(answer.codes(), ["write-failed"]);
    assert_eq!(project.read("VERSION"), "1.0.0\n");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

/// The only way to let a rename fail for everybody is a file that is a mount point of its own.
#[test]
fn when_the_last_file_cannot_be_put_in_place_the_others_are_put_back() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let mounted = "mount --bind VERSION VERSION && exec \"$0\" bump --date 2026-03-01";
    let unshare = ["--user", "--map-root-user", "--mount", "--", "sh", "-c", mounted];
    let binary = env!("CARGO_BIN_EXE_changelog-bump");
    let run = Run::new("unshare").args(unshare).arg(binary).dir(project.repo.dir()).env("HOME", "/dev/null");
    match run.run() {
        Ok(outcome) if outcome.stdout.contains("write-failed") => {
            outcome.expect(11);
        }
        refused => {
            // Many machines let nobody but root mount; asking for it everywhere would ask too much.
            let outcome = refused.map_or_else(|error| error.to_string(), |outcome| outcome.to_string());
            assert!(!outcome.contains("changelog-bump: written"), "{outcome}");
            return drop(writeln!(
                std::io::stderr(),
                "SKIPPED put back: no mounts of our own here: {outcome}"
            ));
        }
    }
    assert_eq!(project.read("VERSION"), "1.0.0\n");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn recorded_facts_are_shown_and_never_written() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let facts = project.home.path().join("facts.json");
    let path = facts.to_str().unwrap();
    project.report(&with_date(&["bump", "--dry-run", "--save-facts", path]), 0);
    assert_eq!(project.report(&["bump", "--facts", path], 2).codes(), ["facts-and-write"]);
    assert_eq!(project.report(&["bump", "--dry-run", "--facts", path], 0).verdict(), "planned");
}
