//! Files as they really are: other encodings, links, read-only files and full disks.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use shiplane_testkit::process::{Outcome, Run};

use super::run::Project;

const BUMP: [&str; 3] = ["bump", "--date", "2026-03-01"];

fn with(args: &[&'static str]) -> Vec<&'static str> {
    [&BUMP[..], args].concat()
}

fn golden() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shiplane-core/tests/changelog");
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.to_string_lossy().ends_with(".before.md"));
    all.sort();
    all
}

#[test]
fn git_applies_what_a_dry_run_prints_and_comes_to_what_is_written() {
    let files = golden();
    assert!(files.len() > 50);
    let project = Project::released();
    project.repo.git(&["config", "core.autocrlf", "false"]).unwrap();
    project.commits(&["feat: größer", "fix: a"]);
    let log = project.repo.dir().join("CHANGELOG.md");
    let patch = project.home.path().join("patch");
    for file in files.iter().step_by(3) {
        let before = fs::read(file).unwrap();
        fs::write(&log, &before).unwrap();
        let shown = project.run(&with(&["--dry-run"]));
        shown.expect(0);
        assert_eq!(fs::read(&log).unwrap(), before);
        project.report(&BUMP, 0);
        let written = (fs::read(&log).unwrap(), project.read("VERSION"));
        fs::write(&log, &before).unwrap();
        project.repo.write("VERSION", "1.0.0\n").unwrap();
        // Only text that is UTF-8 passes through the hands of this test.
        if String::from_utf8(before).is_ok() {
            fs::write(&patch, &shown.stdout).unwrap();
            project.repo.git(&["apply", patch.to_str().unwrap()]).unwrap();
            assert_eq!((fs::read(&log).unwrap(), project.read("VERSION")), written, "{}", file.display());
        }
        project.repo.write("VERSION", "1.0.0\n").unwrap();
    }
    fs::remove_file(&log).unwrap();
    fs::write(&patch, project.run(&with(&["--dry-run", "--file", "docs/a b\"c.md"])).stdout).unwrap();
    project.repo.git(&["apply", patch.to_str().unwrap()]).unwrap();
    assert!(project.read("docs/a b\"c.md").starts_with("# Changelog\n"));
}

#[test]
fn a_file_of_an_old_encoding_keeps_its_bytes() {
    let project = Project::released();
    project.commits(&["feat: größer"]);
    let log = project.repo.dir().join("CHANGELOG.md");
    fs::write(&log, b"# \xc4nderungen\n\n## 1.0.0\n\n- F\xfcr alle\n").unwrap();
    project.report(&BUMP, 0);
    let after =
        b"# \xc4nderungen\n\n## 1.1.0\n\n### Added\n\n- gr&#246;&#223;er\n\n## 1.0.0\n\n- F\xfcr alle\n";
    assert_eq!(fs::read(&log).unwrap(), after);
    assert_eq!(project.report(&BUMP, 0).verdict(), "unchanged");
    fs::write(&log, b"\xff\xfe#\0 \0A\0\n\0").unwrap();
    assert_eq!(project.report(&BUMP, 2).codes(), ["file-not-text"]);
}

#[test]
fn what_leads_out_of_the_repository_is_neither_read_nor_written() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let outside = project.home.path().join("outside");
    fs::write(&outside, "1.0.0\n").unwrap();
    fs::remove_file(project.repo.dir().join("VERSION")).unwrap();
    symlink(&outside, project.repo.dir().join("VERSION")).unwrap();
    symlink(project.home.path(), project.repo.dir().join("folder")).unwrap();
    assert_eq!(project.report(&BUMP, 2).codes(), ["path-outside"]);
    let refused = |args: &[&'static str], code: &str| {
        assert_eq!(project.report(&with(args), 2).codes(), [code], "{args:?}");
    };
    refused(&["--versions", "folder/outside#~(.+)"], "path-outside");
    fs::remove_file(project.repo.dir().join("VERSION")).unwrap();
    refused(&["--file", "folder/new.md"], "path-outside");
    refused(&["--file", ".git/hooks/new.md"], "path-outside");
    refused(&["--file", "folder"], "path-outside");
    project.repo.write("docs/a", "").unwrap();
    refused(&["--file", "docs"], "file-not-text");
    assert_eq!(fs::read_to_string(&outside).unwrap(), "1.0.0\n");
    assert!(!project.home.path().join("new.md").exists());
}

#[test]
fn two_names_of_one_file_are_asked_back() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    symlink("VERSION", project.repo.dir().join("version.txt")).unwrap();
    assert_eq!(project.report(&with(&["--versions", "VERSION,version.txt"]), 2).codes(), ["file-twice"]);
    assert_eq!(project.read("VERSION"), "1.0.0\n");
}

#[test]
fn a_read_only_file_is_left_alone_and_so_are_the_others() {
    let project = Project::released();
    project.commits(&["feat: a"]);
    let version = project.repo.dir().join("VERSION");
    fs::set_permissions(&version, fs::Permissions::from_mode(0o444)).unwrap();
    let answer = project.report(&BUMP, 1);
    assert_eq!(answer.codes(), ["write-failed"]);
    assert_eq!(answer.help("write-failed"), "check the disk and the permissions");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
    fs::set_permissions(&version, fs::Permissions::from_mode(0o640)).unwrap();
    project.report(&BUMP, 0);
    assert_eq!(fs::metadata(&version).unwrap().permissions().mode() & 0o777, 0o640);
}

/// Runs the tool after some commands in a world of mounts of its own; `None` where nobody may have that.
fn mounted(project: &Project, before: &str) -> Option<Outcome> {
    let script = format!("{before} && shift 0 && exec \"$0\" bump --date 2026-03-01");
    let unshare = ["--user", "--map-root-user", "--mount", "--", "sh", "-c", &script];
    let binary = env!("CARGO_BIN_EXE_changelog-bump");
    let run = Run::new("unshare").args(unshare).arg(binary).dir(project.repo.dir()).env("HOME", "/dev/null");
    match run.run() {
        Ok(outcome) if outcome.stdout.contains("changelog-bump: ") => Some(outcome),
        refused => {
            let outcome = refused.map_or_else(|error| error.to_string(), |outcome| outcome.to_string());
            let said = format!("SKIPPED: no mounts of our own here: {outcome}");
            drop(writeln!(std::io::stderr(), "{said}"));
            None
        }
    }
}

#[test]
fn on_a_full_disk_nothing_is_changed() {
    let project = Project::released();
    project.repo.write("docs/CHANGELOG.md", "# Changelog\n\n## 1.0.0\n").unwrap();
    project.repo.write(".github/shiplane.yml", "changelog: { file: docs/CHANGELOG.md }\n").unwrap();
    project.commits(&["feat: a"]);
    // Room for the file, and not for another one beside it.
    let before = "mount -t tmpfs -o size=8k,nr_inodes=20 none docs && \
                  { printf '## 1.0.0\\n'; head -c 5000 /dev/zero | tr '\\0' 'x'; } > docs/CHANGELOG.md";
    let Some(outcome) = mounted(&project, before) else { return };
    outcome.expect(1);
    assert!(
        outcome.stdout.contains("write-failed") && outcome.stdout.contains("nothing was changed"),
        "{outcome}"
    );
    assert_eq!(project.read("VERSION"), "1.0.0\n");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn on_a_read_only_disk_nothing_is_changed() {
    let project = Project::released();
    project.repo.write("docs/CHANGELOG.md", "# Changelog\n\n## 1.0.0\n").unwrap();
    project.repo.write(".github/shiplane.yml", "changelog: { file: docs/CHANGELOG.md }\n").unwrap();
    project.commits(&["feat: a"]);
    let before = "mount --bind docs docs && mount -o remount,bind,ro docs";
    let Some(outcome) = mounted(&project, before) else { return };
    outcome.expect(1);
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

/// The first file can be put back without any room on the disk, because it was never taken away.
#[test]
fn when_a_file_cannot_be_replaced_the_others_go_back_on_a_full_disk_too() {
    let project = Project::released();
    project.repo.write("docs/CHANGELOG.md", "# Changelog\n\n## 1.0.0\n").unwrap();
    project.repo.write(".github/shiplane.yml", "changelog: { file: docs/CHANGELOG.md }\n").unwrap();
    project.commits(&["feat: a"]);
    // Two pages: one for the file, one for the new text; VERSION is a mount, which no rename replaces.
    let before = "cp docs/CHANGELOG.md kept && mount -t tmpfs -o size=8k,nr_inodes=20 none docs && \
                  cp kept docs/CHANGELOG.md && rm kept && mount --bind VERSION VERSION";
    let Some(outcome) = mounted(&project, before) else { return };
    outcome.expect(11);
    assert!(outcome.stdout.contains("all files are as they were"), "{outcome}");
    assert_eq!(project.repo.git(&["status", "--porcelain"]).unwrap(), "");
}

#[test]
fn a_changelog_of_five_megabytes_keeps_them_all() {
    let project = Project::released();
    let entry = "- An entry of some words that tell of a change (#12)\n".repeat(8);
    let sections: String = (0..10_000)
        .rev()
        .map(|number| format!("## [0.{number}.0] - 2020-01-01\n\n### Added\n\n{entry}\n"))
        .collect();
    let links: String = (0..10_000)
        .rev()
        .map(|number| format!("[0.{number}.0]: https://github.com/example/shop/releases/tag/v0.{number}.0\n"))
        .collect();
    let text = format!("# Changelog\n\n## [Unreleased]\n\n{sections}{links}");
    assert!(text.len() > 5_000_000);
    project.repo.write("CHANGELOG.md", &text).unwrap();
    project.commits(&["feat: a"]);
    project.report(&BUMP, 0);
    let after = project.read("CHANGELOG.md");
    let section = "## [1.1.0] - 2026-03-01\n\n### Added\n\n- a\n\n";
    let link = "[1.1.0]: https://github.com/example/shop/releases/tag/v1.1.0\n";
    assert_eq!(after.replace(section, "").replace(link, ""), text);
}

#[test]
fn a_pattern_finds_the_version_in_any_file() {
    let project = Project::released();
    let code = "#!/usr/bin/env python\r\n__version__ = '1.0.0'  # {1,2}\r\nOLD = '1.0.0'\r\n";
    project.repo.write("src/app.py", code).unwrap();
    let config = "changelog:\n  versions:\n    - VERSION\n    - { file: src/app.py, pattern: \"^__version__ = '(.+)'\" }\n";
    project.repo.write(".github/shiplane.yml", config).unwrap();
    project.commits(&["feat: a"]);
    project.report(&BUMP, 0);
    assert_eq!(project.read("src/app.py"), code.replacen("1.0.0", "1.1.0", 1));
    project.repo.write("src/app.py", code).unwrap();
    let by_flag = with(&["--versions", "VERSION,src/app.py#~^__version__ = '(.{1,20})'"]);
    project.report(&by_flag, 0);
    assert_eq!(project.read("src/app.py"), code.replacen("1.0.0", "1.1.0", 1));
    let refused = |name: &'static str, code: &str| {
        assert_eq!(project.report(&with(&["--versions", name]), 2).codes(), [code], "{name}");
    };
    refused("src/app.py#~'(1.+)'", "version-ambiguous");
    refused("src/app.py#~nothing (.+)", "version-missing");
    refused("src/app.py#~(", "version-pattern");
    refused("src/app.py#~__version__", "version-pattern");
    refused("src/app.py#~^__version__ = (.+)$", "version-invalid");
    refused("src/app.py", "version-file-unknown");
}
