//! A site on this machine with a shelf for backups, and programs that stand where pg_dump and psql would.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shiplane_testkit::ground::report;
use shiplane_testkit::process::{Outcome, Run};
use shiplane_testkit::program::write_program;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// What a dump ends with.
pub(crate) const END: &str = "--\\n-- PostgreSQL database dump complete\\n--\\n\\n";

pub(crate) struct Yard {
    pub(crate) dir: TempDir,
    path: Option<PathBuf>,
}

impl Yard {
    /// A site whose backup is as this line of the config says.
    pub(crate) fn new(backup: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["site", "programs", "home", ".github"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        let yard = Self { path: Some(dir.path().join("programs")), dir };
        yard.config(backup);
        yard.program("psql", "exit 0");
        yard
    }

    /// The machine's own programs in place of ours.
    pub(crate) fn with_real_programs(self) -> Self {
        Self { path: None, ..self }
    }

    pub(crate) fn config(&self, backup: &str) {
        let site = self.site();
        let text = format!(
            "version: 1\nproject: shop\nenvironments:\n  production:\n    hosts: [local]\n    path: {}\n    \
             command: {{ restart: [\"true\"] }}\n    backup: {backup}\n",
            site.display()
        );
        fs::write(self.dir.path().join(".github/shiplane.yml"), text).unwrap();
    }

    /// A program that is found before the machine's own.
    pub(crate) fn program(&self, name: &str, script: &str) {
        let file = self.dir.path().join("programs").join(name);
        write_program(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    }

    /// A pg_dump that works.
    pub(crate) fn dumps(&self, text: &str) {
        self.program("pg_dump", &format!("printf '{text}\\n{END}'"));
    }

    pub(crate) fn site(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    /// Where backups are by default.
    pub(crate) fn shelf(&self) -> PathBuf {
        self.dir.path().join("backups")
    }

    /// Names on the shelf, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.shelf()).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// A backup that is there already, from so many days ago; with its hash or without.
    pub(crate) fn aged(&self, days: u32, signed: bool) -> String {
        let moment = format!("{days} days ago");
        let date = Run::new("date").args(["-u", "-d", &moment, "+%Y%m%dT%H%M%SZ"]).ok().unwrap().stdout;
        let name = format!("shop_db_{}.sql.gz", date.trim());
        fs::create_dir_all(self.shelf()).unwrap();
        let file = self.shelf().join(&name);
        let packed = Run::new("sh").args(["-c", &format!("printf 'SELECT 1;\\n{END}' | gzip -c > \"$0\"")]);
        packed.arg(&file).ok().unwrap();
        if signed {
            sign(&file);
        }
        name
    }

    pub(crate) fn tool(&self, args: &[&str]) -> Run {
        let run = Run::new(PROGRAM)
            .args(args)
            .dir(self.dir.path())
            .env("HOME", self.dir.path().join("home"))
            .env("SHIPLANE_FORMAT", "json")
            .env("GITHUB_ACTOR", "ada");
        match &self.path {
            Some(path) => run.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", path.display())),
            None => run,
        }
    }

    pub(crate) fn backup(&self, args: &[&str]) -> Outcome {
        self.tool(&[&["backup"], args].concat()).run().unwrap()
    }

    /// The journal, a line an entry.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.site().join(".shiplane/journal.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Writes the hash beside a file, as `sha256sum` does.
pub(crate) fn sign(file: &Path) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let sum = Run::new("sha256sum").arg(&name).dir(file.parent().unwrap()).ok().unwrap().stdout;
    fs::write(file.with_file_name(format!("{name}.sha256")), sum).unwrap();
}

/// An output of a run.
#[track_caller]
pub(crate) fn output(outcome: &Outcome, name: &str) -> String {
    report(outcome)["outputs"][name].as_str().unwrap_or_default().to_owned()
}
