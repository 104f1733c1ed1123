//! The commands themselves, on this repository and on a copy with something planted.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A command with nothing in its environment but what finds git and cargo.
#[expect(clippy::disallowed_methods, reason = "a test finds its programs by the variables of the machine")]
fn command(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env_clear()
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// The parts of this repository that tidy and generate read, as a repository of its own.
fn copy() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let listed = command("git", &root()).args(["ls-files", "-z", "-co", "--exclude-standard"]).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    for file in listed.split_terminator('\0').filter(|file| root().join(file).is_file()) {
        let to = dir.path().join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(root().join(file), to).unwrap();
    }
    let made = command("git", dir.path()).args(["init", "--quiet"]).status().unwrap();
    assert!(made.success());
    dir
}

/// Whether the chore passes in that directory, and what it prints.
fn xtask(dir: &Path, args: &[&str]) -> (bool, String) {
    let done = command(env!("CARGO_BIN_EXE_xtask"), dir).args(args).output().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap())
}

fn append(dir: &TempDir, file: &str, text: &str) {
    let path = dir.path().join(file);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(path, before + text).unwrap();
}

#[test]
fn tidy_names_every_planted_offence_at_once() {
    let dir = copy();
    let manifest = std::fs::read_to_string(dir.path().join("crates/smoke-check/Cargo.toml")).unwrap();
    let planted = manifest.replace(
        "[dependencies]\n",
        "[dependencies]\nshiplane-github.workspace = true\noctocrab.workspace = true\n",
    );
    std::fs::write(dir.path().join("crates/smoke-check/Cargo.toml"), planted).unwrap();
    append(&dir, "crates/smoke-check/src/lib.rs", "#[allow(dead_code)]\nfn planted() {}\n");
    append(&dir, "crates/smoke-check/src/helpers.rs", "fn planted() {}\n");
    append(
        &dir,
        ".github/workflows/planted.yml",
        "jobs: { a: { steps: [{ run: 'echo ${{ github.ref }}' }, { uses: a/b@v1 }] } }\n",
    );
    let (passed, said) = xtask(dir.path(), &["tidy"]);
    assert!(!passed, "{said}");
    let wanted = [
        "crates/smoke-check/Cargo.toml:1: smoke-check imports shiplane-github",
        "crates/smoke-check/Cargo.toml:1: octocrab enters by smoke-check",
        "a lint is switched off for good",
        "crates/smoke-check/src/helpers.rs:1: a file for everything",
        "crates/smoke-check/src/helpers.rs:1: the module does not say",
        ".github/workflows/planted.yml:1: an expression inside a script",
        ".github/workflows/planted.yml:1: a tag or branch can be moved",
    ];
    for words in wanted {
        assert!(said.contains(words), "{words} is missing in:\n{said}");
    }
}

#[test]
fn generate_notices_a_stale_file_names_it_and_writes_it_anew() {
    let dir = copy();
    append(&dir, "actions/smoke-check/action.yml", "# planted\n");
    let (passed, said) = xtask(dir.path(), &["generate", "--check"]);
    assert!(!passed);
    assert!(said.contains("actions/smoke-check/action.yml is stale; run `cargo xtask generate`\n"), "{said}");
    assert!(xtask(dir.path(), &["generate"]).0);
    let (passed, said) = xtask(dir.path(), &["generate", "--check"]);
    assert!(passed, "{said}");
}

#[test]
fn a_place_that_is_not_the_repository_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (passed, said) = xtask(dir.path(), &["tidy"]);
    assert!(!passed);
    assert!(said.contains("is not inside this repository"), "{said}");
}
