//! `actions/run.sh`: which binary it becomes, what it builds, what it refuses, what it leaves alone.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Programs that the script may use; nothing else is on its PATH.
const PROGRAMS: [&str; 17] = [
    "bash",
    "cat",
    "chmod",
    "cp",
    "curl",
    "env",
    "find",
    "gzip",
    "mkdir",
    "mv",
    "rm",
    "sed",
    "sha256sum",
    "sort",
    "tar",
    "touch",
    "uname",
];

/// A checkout of version 9.9.9, a workspace, and a PATH of our own.
pub(super) struct Stage {
    dir: TempDir,
    variables: Vec<(String, String)>,
}

/// How a call ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Stage {
    pub(super) fn new() -> Self {
        let stage = Self { dir: tempfile::tempdir().unwrap(), variables: Vec::new() };
        for dir in ["checkout/actions", "checkout/crates", "workspace", "bin", "cache"] {
            fs::create_dir_all(stage.path(dir)).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../actions/run.sh");
        fs::copy(script, stage.path("checkout/actions/run.sh")).unwrap();
        fs::write(stage.path("checkout/Cargo.toml"), "[workspace.package]\nversion = \"9.9.9\"\n").unwrap();
        fs::write(stage.path("checkout/Cargo.lock"), "").unwrap();
        fs::write(stage.path("checkout/actions/assets.sha256"), "").unwrap();
        for name in PROGRAMS {
            let found =
                ["/usr/bin", "/bin"].iter().map(|dir| Path::new(dir).join(name)).find(|file| file.is_file());
            symlink(
                found.unwrap_or_else(|| panic!("no {name} on this machine")),
                stage.path("bin").join(name),
            )
            .unwrap();
        }
        stage
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A program on PATH.
    fn program(&self, name: &str, script: &str) {
        // Another process writes it: nobody can run what a child of ours still has open for writing (execve(2)).
        let mut install = Command::new("install");
        install.args(["-m", "755", "/dev/stdin"]).arg(self.path("bin").join(name)).stdin(Stdio::piped());
        let mut install = install.spawn().unwrap();
        let text = format!("#!{}\n{script}", self.path("bin/bash").display());
        install.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(install.wait().unwrap().success());
    }

    /// A tool that says its version, or what it is called with.
    fn tool(&self, name: &str, version: &str) {
        self.program(name, &tool(name, version));
    }

    /// A cargo that writes down its environment and "builds" the tool of the checkout.
    pub(super) fn cargo(&self) {
        let script = format!(
            "env >'{log}'; echo \"cwd $PWD\" >>'{log}'\nwhile [[ $# -gt 0 ]]; do case $1 in --package) p=$2;; --target-dir) t=$2;; esac; shift; done\n\
             mkdir -p \"$t/release\"; cat >\"$t/release/$p\" <<'END'\n#!{bash}\n{tool}END\n/bin/chmod +x \"$t/release/$p\"\n",
            log = self.path("cargo.log").display(),
            bash = self.path("bin/bash").display(),
            tool = tool("built", "9.9.9"),
        );
        self.program("cargo", &script);
    }

    /// The script as an action calls it.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bash();
        command.arg("-p").arg(self.path("checkout/actions/run.sh")).args(args);
        command
    }

    fn bash(&self) -> Command {
        let mut command = Command::new(self.path("bin/bash"));
        command.env_clear().env("PATH", self.path("bin")).env("RUNNER_TOOL_CACHE", self.path("cache"));
        command.envs(self.variables.iter().cloned()).current_dir(self.path("workspace"));
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Ended {
        let done = self.command(args).output().unwrap();
        assert_eq!(fs::read_dir(self.path("workspace")).unwrap().count(), 0, "the workspace was written to");
        Ended {
            code: done.status.code(),
            stdout: String::from_utf8(done.stdout).unwrap(),
            stderr: String::from_utf8(done.stderr).unwrap(),
        }
    }
}

pub(super) fn tool(name: &str, version: &str) -> String {
    format!(
        "if [[ ${{1:-}} == --version ]]; then echo '{name} {version}'; else echo \"{name} $$ ran with $# words: $*\"; fi\n"
    )
}

#[test]
fn a_tool_of_this_version_on_path_is_what_it_becomes() {
    let stage = Stage::new();
    stage.tool("smoke-check", "9.9.9");
    let child = stage.command(&["smoke-check", "run", "a b"]).stdout(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let done = child.wait_with_output().unwrap();
    // The same process: a signal to the step reaches the tool.
    assert_eq!(
        String::from_utf8(done.stdout).unwrap(),
        format!("smoke-check {id} ran with 2 words: run a b\n")
    );
}

#[test]
fn its_exit_code_is_the_tools_own() {
    let stage = Stage::new();
    stage.program("rollback", "[[ ${1:-} == --version ]] && echo 'rollback 9.9.9' && exit; exit 12\n");
    assert_eq!(stage.run(&["rollback"]).code, Some(12));
}

#[test]
fn another_version_on_path_is_passed_over_and_this_one_is_built_once() {
    let stage = Stage::new();
    stage.tool("smoke-check", "9.9.8");
    stage.cargo();
    let first = stage.run(&["smoke-check", "run"]);
    assert!(
        first.stdout.starts_with("built ") && first.stdout.ends_with(" ran with 1 words: run\n"),
        "{first:?}"
    );
    assert!(
        first.stderr.contains("shiplane: smoke-check 9.9.9 is not on PATH; building it from "),
        "{first:?}"
    );
    fs::remove_file(stage.path("bin/cargo")).unwrap();
    let second = stage.run(&["smoke-check", "run"]);
    assert!(second.stdout.starts_with("built ") && second.stderr.is_empty(), "{second:?}");
}

#[test]
fn a_changed_checkout_never_gets_the_binary_of_another_one() {
    let stage = Stage::new();
    stage.cargo();
    stage.run(&["smoke-check"]);
    fs::write(stage.path("checkout/crates/lib.rs"), "// changed\n").unwrap();
    assert!(stage.run(&["smoke-check"]).stderr.contains("building it from"));
}

#[test]
fn a_crates_own_tests_are_no_part_of_its_binary_and_all_else_is() {
    let stage = Stage::new();
    stage.cargo();
    for (file, built) in [
        ("crates/lib.rs", true),
        ("crates/a/tests/cases.rs", false),
        ("crates/a/src/tests/mod.rs", true),
        ("crates/a/tests.rs", true),
    ] {
        let file = stage.path("checkout").join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "// new\n").unwrap();
        let done = stage.run(&["smoke-check"]);
        assert_eq!(done.stderr.contains("building it from"), built, "{}: {done:?}", file.display());
    }
}

#[test]
fn a_build_runs_in_the_checkout_and_sees_no_secret() {
    let stage = Stage::new()
        .variable("SHIPLANE_TOKEN", "s3cret")
        .variable("SSH_PRIVATE_KEY", "s3cret")
        .variable("GITHUB_TOKEN", "s3cret")
        .variable("ACTIONS_RUNTIME_TOKEN", "s3cret");
    stage.cargo();
    assert_eq!(stage.run(&["ssh-deploy"]).code, Some(0));
    let log = fs::read_to_string(stage.path("cargo.log")).unwrap();
    assert!(!log.contains("s3cret"), "{log}");
    let checkout = fs::canonicalize(stage.path("checkout")).unwrap();
    assert!(log.contains(&format!("cwd {}", checkout.display())), "{log}");
}

#[test]
fn a_build_that_fails_is_one_line_and_leaves_nothing_to_be_found() {
    let stage = Stage::new().variable("GITHUB_ACTIONS", "true");
    stage.program("cargo", "echo 'error: no' >&2; exit 101\n");
    for _ in 0..2 {
        let left = stage.run(&["smoke-check"]);
        assert_eq!(left.code, Some(1));
        assert!(
            left.stderr.contains("::error title=binary-missing::smoke-check 9.9.9 could not be built\n"),
            "{left:?}"
        );
    }
}

#[test]
fn without_cargo_it_says_what_is_missing() {
    let left = Stage::new().run(&["smoke-check"]);
    assert_eq!((left.code, left.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        left.stderr,
        "shiplane: smoke-check 9.9.9 is not on PATH, and there is no cargo to build it: https://rustup.rs\n"
    );
}

#[test]
fn a_name_that_is_no_tool_is_refused() {
    for name in ["rm", "", "smoke-check rollback", "../x", "*"] {
        let left = Stage::new().run(&[name]);
        assert_eq!(left.code, Some(1), "{name}");
        assert!(left.stderr.starts_with("shiplane: there is no tool "), "{left:?}");
    }
}

#[test]
fn functions_from_outside_are_refused_or_not_let_in() {
    let stage = Stage::new().variable("BASH_FUNC_cargo%%", "() { echo forged; }");
    let kept_out = stage.run(&["smoke-check"]);
    assert!(kept_out.stderr.contains("there is no cargo"), "{kept_out:?}");
    let open = stage.bash().arg(stage.path("checkout/actions/run.sh")).output().unwrap();
    let said = String::from_utf8(open.stderr).unwrap();
    assert!(said.contains("this shell was started with functions from outside; refused"), "{said}");
}

#[test]
fn install_puts_the_chosen_tools_on_path_and_all_when_none_is_chosen() {
    let all = ["branch-gate", "changelog-bump", "rollback", "smoke-check", "ssh-deploy"];
    for (chosen, count) in [("", 5), (" \n", 5), ("rollback, smoke-check", 2), ("rollback\nssh-deploy\n", 2)]
    {
        let stage = Stage::new().variable("SHIPLANE_TOOLS", chosen);
        all.iter().for_each(|name| stage.tool(name, "9.9.9"));
        let file = stage.path("github-path");
        fs::write(&file, "/before\n").unwrap();
        let stage = stage.variable("GITHUB_PATH", file.to_str().unwrap());
        assert_eq!(stage.run(&["--install"]).code, Some(0));
        let text = fs::read_to_string(&file).unwrap();
        let wanted = format!("/before\n{}", format!("{}\n", stage.path("bin").display()).repeat(count));
        assert_eq!(text, wanted, "{chosen:?}");
    }
}

#[test]
fn install_refuses_a_name_that_is_no_tool() {
    let stage = Stage::new().variable("SHIPLANE_TOOLS", "rollback; touch /tmp/x");
    stage.tool("rollback", "9.9.9");
    assert_eq!(stage.run(&["--install"]).code, Some(1));
}

#[test]
fn it_stays_small() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../actions/run.sh")).unwrap();
    assert!(text.lines().count() <= 60, "{} lines", text.lines().count());
    assert!(text.starts_with("#!/usr/bin/env bash\n"));
}
