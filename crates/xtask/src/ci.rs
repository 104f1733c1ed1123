//! `ci`: what CI runs, in the same order, here.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::process::Run;
use crate::repo::Repo;
use crate::{count_yaml, examples, generate, machine, python, say, test, tidy};

/// Options of `ci`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Only these steps; all by default
    #[arg(value_parser = PossibleValuesParser::new(STEPS.map(|step| step.name)))]
    steps: Vec<String>,
}

/// One step, and the command that runs it alone.
struct Step {
    name: &'static str,
    alone: &'static str,
    run: fn(&Repo) -> anyhow::Result<()>,
}

const STEPS: [Step; 7] = [
    Step {
        name: "fmt",
        alone: "cargo fmt --all --check",
        run: |repo| cargo(repo, &["fmt", "--all", "--check"]),
    },
    Step {
        name: "clippy",
        alone: "cargo clippy --workspace --all-targets --locked -- -D warnings",
        run: |repo| {
            cargo(repo, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        },
    },
    Step { name: "test", alone: "cargo xtask test", run: |repo| test::run(repo, &test::Options::default()) },
    Step { name: "tidy", alone: "cargo xtask tidy", run: tidy::run },
    Step { name: "generate", alone: "cargo xtask generate --check", run: generate::check },
    Step { name: "deny", alone: "cargo xtask ci deny", run: deny },
    Step { name: "workflows", alone: "cargo xtask ci workflows", run: workflows },
];

/// Runs the steps until one fails.
pub(crate) fn run(repo: &Repo, options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let wanted =
        |step: &&Step| options.steps.is_empty() || options.steps.iter().any(|name| name == step.name);
    for step in STEPS.iter().filter(wanted) {
        say::heading(step.name);
        let began = Instant::now();
        let done = (step.run)(repo);
        let seconds = began.elapsed().as_secs_f64();
        done.with_context(|| {
            format!("step {} failed after {seconds:.1} s; run it alone: {}", step.name, step.alone)
        })?;
        say::line(&format!("{} passed in {seconds:.1} s", step.name));
    }
    say::heading(&format!("passed in {:.1} s", started.elapsed().as_secs_f64()));
    Ok(())
}

fn cargo(repo: &Repo, args: &[&str]) -> anyhow::Result<()> {
    Run::new("cargo").args(args).dir(repo.root()).run()
}

/// Licences, bans and sources. Advisories need a database from the network, so dependabot watches them.
fn deny(repo: &Repo) -> anyhow::Result<()> {
    let program = cargo_deny(repo)?;
    Run::new(program).args(["--locked", "check", "licenses", "bans", "sources"]).dir(repo.root()).run()
}

/// The version that the results were checked with, built once per machine.
fn cargo_deny(repo: &Repo) -> anyhow::Result<PathBuf> {
    const VERSION: &str = "0.20.2";
    let root = machine::tools_dir()?.join(format!("cargo-deny-{VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        say::line(&format!("build cargo-deny {VERSION}, once on this machine"));
        let install =
            ["install", "--locked", "--debug", "--quiet", "cargo-deny", "--version", VERSION, "--root"];
        Run::new("cargo").args(install).args([&root]).dir(repo.root()).run()?;
    }
    Ok(program)
}

/// Security and schema of workflows and actions, also of those that people copy, and the one shell script.
fn workflows(repo: &Repo) -> anyhow::Result<()> {
    let bin = python::programs(&python::LINTERS)?;
    let yaml = |file: &&String| {
        file.ends_with(".yml") && !file.starts_with("crates/") && !file.starts_with("tests/")
    };
    let files = repo.files()?;
    let (workflows, rest): (Vec<&String>, Vec<&String>) =
        files.iter().filter(yaml).partition(|file| file.starts_with(".github/workflows/"));
    let actions: Vec<&String> = rest.iter().copied().filter(|file| file.ends_with("action.yml")).collect();
    let run = |program: &str| Run::new(bin.join(program)).dir(repo.root());
    run("zizmor").args(["--offline", "--persona=auditor", "--no-progress", "."]).run()?;
    schema(run("check-jsonschema"), "vendor.github-workflows", &workflows)?;
    schema(run("check-jsonschema"), "custom.github-workflows-require-timeout", &workflows)?;
    schema(run("check-jsonschema"), "vendor.github-actions", &actions)?;
    schema(run("check-jsonschema"), "vendor.dependabot", &[&".github/dependabot.yml".to_owned()])?;
    let (about, forms): (Vec<&String>, Vec<&String>) = rest
        .iter()
        .copied()
        .filter(|file| file.starts_with(".github/ISSUE_TEMPLATE/"))
        .partition(|file| file.ends_with("/config.yml"));
    schema(run("check-jsonschema"), "vendor.github-issue-config", &about)?;
    schema(run("check-jsonschema"), "vendor.github-issue-forms", &forms)?;
    run("shellcheck").args(["actions/run.sh", ".ci/run"]).run()?;
    shown(repo, &bin)?;
    count_yaml::run(repo)
}

/// Workflows that people copy from READMEs and presets. A name for each job would be noise in them, so what is of
/// no severity is not asked for.
fn shown(repo: &Repo, bin: &Path) -> anyhow::Result<()> {
    let dir = tempfile::tempdir().context("make a directory")?;
    let files = examples::lay_out(repo, dir.path())?;
    let files: Vec<&String> = files.iter().collect();
    let run = |program: &str| Run::new(bin.join(program)).dir(dir.path());
    let severity = ["--offline", "--persona=auditor", "--min-severity=low", "--no-progress", ".github"];
    run("zizmor").args(severity).run()?;
    schema(run("check-jsonschema"), "vendor.github-workflows", &files)?;
    schema(run("check-jsonschema"), "custom.github-workflows-require-timeout", &files)
}

fn schema(check: Run, name: &str, files: &[&String]) -> anyhow::Result<()> {
    check.args(["--builtin-schema", name]).args(files).run()
}
