//! `init`: files of a preset, written once, recognised, brought up to date, and never over what people wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shiplane_core::config::{self, yaml};
use shiplane_testkit::process::Run;

use super::setting::{Setting, expect};

const PRESETS: [&str; 5] = ["develop-main-hotfix", "staged", "preview", "canary", "server"];

const CONFIG: &str = ".github/shiplane.yml";

/// A repository of that name, and nothing in it.
fn repository(setting: &Setting, name: &str) -> PathBuf {
    let top = setting.path(name);
    fs::create_dir_all(top.join(".git")).unwrap();
    top
}

fn init(setting: &Setting, top: &Path, args: &[&str]) -> Run {
    let args: Vec<&str> = [&["init"], args].concat();
    setting.bare(&args).dir(top).env("GITHUB_OUTPUT", setting.path("output"))
}

/// Every file of the repository, by path.
fn files(top: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![top.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

/// A workflow of those that were written.
fn workflow(top: &Path) -> PathBuf {
    let name = files(top).into_keys().find(|name| name.starts_with(".github/workflows/")).unwrap();
    top.join(name)
}

#[test]
fn every_preset_is_written_can_be_read_and_is_the_same_the_second_time() {
    let setting = Setting::new();
    for (name, letter) in PRESETS.iter().zip(["a", "b", "c", "d", "e"]) {
        let top = repository(&setting, &format!("Shop.{letter}"));
        let first = expect(0, &init(&setting, &top, &["--preset", name, "--ref", &"0123456789".repeat(4)]));
        let outputs = setting.outputs();
        assert_eq!(
            (outputs["verdict"].as_str(), outputs["codes"].as_str()),
            ("written", ""),
            "{}",
            first.stdout
        );
        assert!(first.stdout.contains("To set in GitHub"), "{}", first.stdout);
        let written = files(&top);
        let config = config::parse(&written[CONFIG]).unwrap();
        assert_eq!(config.project, Some(format!("shop-{letter}")), "{name}");
        assert!(!config.branches.is_empty() && !config.environments.is_empty(), "{name}");
        assert!(written.len() > 1, "{name} has no workflow");
        for (path, text) in &written {
            assert!(text.starts_with("# Written by `branch-gate init`"), "{name}: {path}");
            let root = yaml::read(text).unwrap().unwrap();
            assert!(path == CONFIG || root.get("jobs").is_some(), "{name}: {path}");
            assert!(!text.contains("@COMMIT") && !text.contains("vX.Y.Z"), "{name}: {path}");
        }
        expect(0, &init(&setting, &top, &["--preset", letter, "--ref", &"0123456789".repeat(4)]));
        assert_eq!(setting.outputs()["verdict"], "same");
        // Which preset and which answers is remembered.
        expect(0, &init(&setting, &top, &[]));
        assert_eq!(setting.outputs()["verdict"], "same");
        assert_eq!(files(&top), written);
    }
    assert_eq!(setting.github.requests().len(), 0);
}

#[test]
fn previews_get_the_secrets_of_the_repository() {
    let setting = Setting::new();
    let top = repository(&setting, "Shop");
    let said = expect(0, &init(&setting, &top, &["--preset", "preview"])).stdout;
    for part in
        ["previews at staging, whose jobs name no environment", "secrets of the repository: SSH_PRIVATE_KEY"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
fn a_dry_run_shows_all_and_writes_nothing() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    let outcome = expect(0, &init(&setting, &top, &["--preset", "server", "--dry-run"]));
    let outputs = setting.outputs();
    assert_eq!(
        (outputs["verdict"].as_str(), outputs["codes"].as_str()),
        ("planned", "init-tag"),
        "{}",
        outcome.stdout
    );
    assert!(outputs["diff"].contains("--- /dev/null\n+++ b/.github/shiplane.yml\n"), "{}", outputs["diff"]);
    assert!(outcome.stdout.contains("+project: shop"), "{}", outcome.stdout);
    assert!(files(&top).is_empty());
}

#[test]
fn a_repository_of_a_hostile_name_gets_a_project_of_a_harmless_one() {
    let setting = Setting::new();
    let top = repository(&setting, "\"; $(id) #: {x}\n::error::y");
    expect(0, &init(&setting, &top, &["--preset", "server"]));
    let config = config::parse(&files(&top)[CONFIG]).unwrap();
    assert_eq!(config.project.as_deref(), Some("id-x-error-y"));
    for name in ["\"; rm -rf / #", "a\nb: c", "${{ secrets.X }}", "-x", ""] {
        let project = format!("--project={name}");
        expect(2, &init(&setting, &top, &[&project]));
        assert_eq!(setting.outputs()["codes"], "project-invalid", "{name}");
    }
}

#[test]
fn a_workflow_that_people_changed_is_shown_and_stays_until_force() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    expect(0, &init(&setting, &top, &["--preset", "staged"]));
    let written = files(&top);
    let changed = workflow(&top);
    fs::write(&changed, fs::read_to_string(&changed).unwrap() + "# mine\n").unwrap();
    fs::remove_file(top.join(CONFIG)).unwrap();
    let before = files(&top);
    let outcome = expect(10, &init(&setting, &top, &[]));
    let outputs = setting.outputs();
    assert_eq!(outputs["codes"], "init-changed-by-hand,init-tag", "{}", outcome.stdout);
    assert!(outputs["diff"].contains("\n-# mine"), "{}", outputs["diff"]);
    assert_eq!(files(&top), before, "another file was written");
    expect(0, &init(&setting, &top, &["--force"]));
    assert_eq!(setting.outputs()["codes"], "init-forced,init-tag");
    assert_eq!(files(&top), written);
}

#[test]
fn the_config_is_theirs_once_it_is_written() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    expect(0, &init(&setting, &top, &["--preset", "staged"]));
    let mine = files(&top)[CONFIG].clone() + "# mine\n";
    fs::write(top.join(CONFIG), &mine).unwrap();
    let gone = workflow(&top);
    fs::remove_file(&gone).unwrap();
    let outcome = expect(0, &init(&setting, &top, &["-v"]));
    assert!(outcome.stdout.contains("has your settings and stays as it is"), "{}", outcome.stdout);
    assert!(gone.is_file());
    assert_eq!(files(&top)[CONFIG], mine);
    // What only the config can carry is not dropped in silence.
    expect(10, &init(&setting, &top, &["--project", "other"]));
    assert_eq!(files(&top)[CONFIG], mine);
}

#[test]
fn a_file_of_somebody_else_is_refused_and_nothing_is_written_beside_it() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    fs::create_dir(top.join(".github")).unwrap();
    fs::write(top.join(CONFIG), "version: 1\nproject: theirs\n").unwrap();
    let outcome = expect(10, &init(&setting, &top, &["--preset", "canary"]));
    assert!(outcome.stdout.contains("init-file-exists"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("-project: theirs"), "{}", outcome.stdout);
    assert_eq!(files(&top).len(), 1);
    fs::write(top.join(CONFIG), b"\xff\xfe").unwrap();
    expect(2, &init(&setting, &top, &["--preset", "canary", "--force"]));
    assert_eq!(setting.outputs()["codes"], "file-unreadable");
}

#[test]
fn what_an_older_version_wrote_is_brought_up_to_date() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    expect(0, &init(&setting, &top, &["--preset", "preview", "--project", "tea"]));
    let written = files(&top);
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    for (path, text) in &written {
        fs::write(top.join(path), text.replace(&version, "\"version\":\"0.0.1\"")).unwrap();
    }
    expect(0, &init(&setting, &top, &[]));
    assert_eq!(setting.outputs()["verdict"], "written");
    assert_eq!(files(&top), written);
    for (path, text) in &written {
        fs::write(top.join(path), text.replace(&version, "\"version\":\"99.0.0\"")).unwrap();
    }
    expect(10, &init(&setting, &top, &[]));
    assert_eq!(setting.outputs()["codes"], "init-newer,init-tag");
}

#[test]
fn another_preset_says_what_the_first_one_left() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    expect(0, &init(&setting, &top, &["--preset", "staged", "--project", "tea"]));
    let outcome = expect(0, &init(&setting, &top, &["--preset", "server"]));
    assert_eq!(
        config::parse(&files(&top)[CONFIG]).unwrap().project.as_deref(),
        Some("tea"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn outside_a_repository_and_without_a_preset_nothing_is_written() {
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    for (args, code) in [
        (&["--directory", "/"][..], "not-a-repository"),
        (&["--directory", "gone"], "directory-unreadable"),
        (&[], "preset-missing"),
        (&["--preset", "f"], "preset-unknown"),
        (&["--preset", "a", "--ref", "v0.1.0"], "commit-invalid"),
    ] {
        let outcome = expect(2, &init(&setting, &top, args));
        assert_eq!(setting.outputs()["codes"], code, "{}", outcome.stdout);
    }
    assert!(files(&top).is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_outside_is_refused_and_one_that_stays_inside_is_followed() {
    use std::os::unix::fs::symlink;
    let setting = Setting::new();
    let outside = setting.path("elsewhere");
    fs::create_dir_all(outside.join("workflows")).unwrap();
    for link in [".github", ".github/workflows", CONFIG] {
        let top = repository(&setting, &link.replace('/', "_"));
        fs::create_dir_all(top.join(link).parent().unwrap()).unwrap();
        let to = if link == CONFIG { setting.path("shiplane.yml") } else { outside.clone() };
        symlink(to, top.join(link)).unwrap();
        for force in [&["--preset", "server"][..], &["--preset", "server", "--force"]] {
            expect(2, &init(&setting, &top, force));
            assert_eq!(setting.outputs()["codes"], "path-outside", "{link}");
        }
    }
    assert!(files(&outside).is_empty());
    let top = repository(&setting, "inside");
    fs::create_dir(top.join("real")).unwrap();
    symlink("real", top.join(".github")).unwrap();
    expect(0, &init(&setting, &top, &["--preset", "server"]));
    assert!(fs::symlink_metadata(top.join(".github")).unwrap().is_symlink());
    assert!(top.join("real/shiplane.yml").is_file());
    let dangling = repository(&setting, "dangling");
    symlink("nowhere", dangling.join(".github")).unwrap();
    expect(2, &init(&setting, &dangling, &["--preset", "server"]));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_leaves_all_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let setting = Setting::new();
    let top = repository(&setting, "shop");
    fs::write(top.join(".github"), "a file\n").unwrap();
    expect(1, &init(&setting, &top, &["--preset", "server"]));
    assert_eq!(files(&top).len(), 1);
    fs::remove_file(top.join(".github")).unwrap();
    fs::create_dir(top.join(".github")).unwrap();
    fs::create_dir(top.join(".github/workflows")).unwrap();
    fs::set_permissions(top.join(".github/workflows"), fs::Permissions::from_mode(0o555)).unwrap();
    // Permissions bind nobody who is root.
    if fs::write(top.join(".github/workflows/probe"), "").is_ok() {
        fs::remove_file(top.join(".github/workflows/probe")).unwrap();
        return;
    }
    let outcome = expect(1, &init(&setting, &top, &["--preset", "server"]));
    assert_eq!(
        setting.outputs()["codes"],
        "write-failed,init-tag".replace(",init-tag", ""),
        "{}",
        outcome.stdout
    );
    fs::set_permissions(top.join(".github/workflows"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(files(&top).is_empty());
}

#[test]
fn tests_run_by_what_the_repository_suggests() {
    let setting = Setting::new();
    for (file, text, command) in [
        ("Cargo.toml", "", "cargo test"),
        ("package.json", "{ \"scripts\": { \"test\": \"vitest\" } }", "npm test"),
        ("go.mod", "", "go test ./..."),
        ("pyproject.toml", "", "pip install . pytest && python -m pytest"),
        ("Makefile", "all:\ntest: all\n", "make test"),
    ] {
        let top = repository(&setting, file);
        fs::write(top.join(file), text).unwrap();
        expect(0, &init(&setting, &top, &["--preset", "server"]));
        let config = &files(&top)[CONFIG];
        assert!(config.contains(&format!("\"suggested-test\":\"{command}\"")), "{file}\n{config}");
    }
}
