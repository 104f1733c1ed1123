//! Writing fails in the middle: with a library before libc that refuses to rename from a chosen call on.

use std::path::PathBuf;
use std::process::Command;

use shiplane_testkit::process::Outcome;

use super::run::{Project, binary};

const BEFORE: &str = "# Changelog\n\n## [Unreleased]\n\n- by hand, and not committed\n";

const SHIM: &str = "#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
static int count;
int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, \"rename\");
  int n = count++;
  if (!(REFUSED)) return real(from, to);
  errno = EIO;
  return -1;
}
";

/// Two files to write; `refused` says of the call `n`, from 0, whether it fails.
fn bump(refused: &str) -> (Project, Outcome) {
    let project = Project::released();
    project.commits(&["feat: a"]);
    project.repo.write("CHANGELOG.md", BEFORE).unwrap();
    let (source, shim) = (project.home.path().join("shim.c"), project.home.path().join("shim.so"));
    std::fs::write(&source, SHIM).unwrap();
    // What links Rust programs is a C compiler.
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC"]).arg(format!("-DREFUSED={refused}")).arg("-o").arg(&shim).arg(&source);
    assert!(cc.arg("-ldl").status().unwrap().success());
    let run = binary(&["bump", "--date", "2026-03-01", "--format", "json"]).dir(project.repo.dir());
    let outcome = run.env("LD_PRELOAD", shim.to_str().unwrap()).run().unwrap();
    (project, outcome)
}

/// What a run left beside the files.
fn leftovers(project: &Project) -> Vec<PathBuf> {
    let all = std::fs::read_dir(project.repo.dir()).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.display().to_string().contains(".shiplane-")).collect()
}

#[test]
fn what_was_written_is_put_back() {
    for refused in ["n==0", "n==1"] {
        let (project, outcome) = bump(refused);
        outcome.expect(11);
        assert!(outcome.stdout.contains("\"restored\""), "{outcome}");
        assert_eq!(
            (project.read("CHANGELOG.md").as_str(), project.read("VERSION").as_str()),
            (BEFORE, "1.0.0\n")
        );
        assert!(leftovers(&project).is_empty(), "{:?}", leftovers(&project));
    }
}

#[test]
fn what_cannot_be_put_back_is_named_and_its_text_is_kept() {
    let (project, outcome) = bump("n>=1");
    outcome.expect(12);
    let kept = leftovers(&project);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read_to_string(&kept[0]).unwrap(), BEFORE);
    assert!(project.read("CHANGELOG.md").contains("## [1.1.0] - 2026-03-01"));
    assert_eq!(project.read("VERSION"), "1.0.0\n");
    let name = kept[0].file_name().unwrap().to_str().unwrap();
    assert!(outcome.stdout.contains(name) && outcome.stdout.contains("write-failed"), "{outcome}");
}
