//! Starts the real binary in a repository, with nothing in its environment.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shiplane_testkit::git::GitRepo;
use shiplane_testkit::process::{Outcome, Run};
use tempfile::TempDir;

/// A repository with a release `v1.0.0`, in a directory of its own.
pub(super) struct Project {
    pub(super) home: TempDir,
    pub(super) repo: GitRepo,
}

impl Project {
    /// A repository without commits.
    pub(super) fn empty() -> Self {
        let home = TempDir::new().unwrap();
        let repo = GitRepo::init(home.path().join("repo")).unwrap();
        Self { home, repo }
    }

    /// A repository whose `VERSION` says 1.0.0, and its tag.
    pub(super) fn released() -> Self {
        let project = Self::empty();
        project.repo.write("VERSION", "1.0.0\n").unwrap();
        project.commits(&["feat: begin"]);
        project.repo.tag("v1.0.0").unwrap();
        project
    }

    pub(super) fn commits(&self, messages: &[&str]) {
        for message in messages {
            self.repo.commit(message).unwrap();
        }
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.repo.dir().join(path)).unwrap()
    }

    /// Runs the tool here.
    pub(super) fn run(&self, args: &[&str]) -> Outcome {
        run(self.repo.dir(), args)
    }

    /// Runs the tool here and reads its report.
    pub(super) fn report(&self, args: &[&str], code: i32) -> Answer {
        Answer::of(&[&["--format", "json"], args].concat(), |args| self.run(args), code)
    }
}

pub(super) fn run(directory: &Path, args: &[&str]) -> Outcome {
    binary(args).dir(directory).run().unwrap()
}

pub(super) fn binary(args: &[&str]) -> Run {
    let settings = [("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("HOME", "/dev/null")];
    let run = Run::new(env!("CARGO_BIN_EXE_changelog-bump")).args(args);
    settings.iter().fold(run, |run, (name, value)| run.env(name, value))
}

/// A report, by its parts.
pub(super) struct Answer {
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) json: Value,
}

impl Answer {
    pub(super) fn of(args: &[&str], run: impl FnOnce(&[&str]) -> Outcome, code: i32) -> Self {
        // The command stands first.
        let (shared, rest) = args.split_at(2);
        let outcome = run(&[rest, shared].concat());
        outcome.expect(code);
        let json: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome}"));
        let outputs = serde_json::from_value(json["outputs"].clone()).unwrap_or_default();
        Self { outputs, json }
    }

    pub(super) fn get(&self, name: &str) -> &str {
        &self.outputs[name]
    }

    pub(super) fn verdict(&self) -> String {
        let verdict = &self.json["verdict"];
        verdict["word"].as_str().or(verdict.as_str()).unwrap_or_default().to_owned()
    }

    /// Codes of everything that is not in order.
    pub(super) fn codes(&self) -> Vec<String> {
        let findings = self.json["findings"].as_array().cloned().unwrap_or_default();
        let not_ok = findings.iter().filter(|finding| finding["level"] != "ok");
        not_ok.map(|finding| finding["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub(super) fn help(&self, code: &str) -> String {
        let findings = self.json["findings"].as_array().cloned().unwrap_or_default();
        let found = findings.iter().find(|finding| finding["code"] == code).cloned().unwrap_or_default();
        found["help"].as_str().unwrap_or_default().to_owned()
    }
}
