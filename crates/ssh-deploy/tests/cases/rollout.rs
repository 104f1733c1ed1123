//! A rollout on this machine: two places, real journals, and a driver that is only a file or a script.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;
use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::ground::{finding, report, verdict};
use shiplane_testkit::process::{Outcome, Run};
use shiplane_testkit::program::write_program;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// Stages that need no time.
const STAGES: &str = "stages: [{ at: 0, hold: 0s..1h }, { at: 10, hold: 0s..1h }, { at: 25, hold: 0s..1h }, \
                      { at: 50, hold: 0s..1h }, { at: 100, hold: 0s..48h }]";

/// Two clones of a repository on this machine, to which releases go without any program.
pub(crate) struct Yard {
    dir: TempDir,
    work: GitRepo,
}

impl Yard {
    /// `rollout` is what the config says besides the stages.
    pub(crate) fn new(rollout: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let origin = Origin::create(dir.path().join("origin.git")).unwrap();
        let work = GitRepo::init(dir.path().join("work")).unwrap();
        work.git(&["remote", "add", "origin", &origin.dir().display().to_string()]).unwrap();
        work.write("file", "1").unwrap();
        work.commit("feat: begin").unwrap();
        work.push().unwrap();
        for name in ["stable", "canary"] {
            origin.clone_to(dir.path().join(name)).unwrap();
        }
        let yard = Self { dir, work };
        yard.configure(rollout);
        yard
    }

    pub(crate) fn configure(&self, rollout: &str) {
        let place = |name: &str| format!("hosts: [local], path: {}", self.path(name).display());
        let command = "command: { restart: [\"true\"] }";
        let (stable, canary) = (place("stable"), place("canary"));
        let config = format!(
            "version: 1\nenvironments:\n  production: {{ {stable}, {command}, rollout: {{ {STAGES}, {rollout} }} }}\n  \
             canary: {{ {canary}, {command} }}\n"
        );
        fs::create_dir_all(self.path(".github")).unwrap();
        fs::write(self.path(".github/shiplane.yml"), config).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn tool(&self, args: &[&str]) -> Run {
        Run::new(PROGRAM)
            .args(args)
            .dir(self.dir.path())
            .env("HOME", self.dir.path())
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("SHIPLANE_FORMAT", "json")
    }

    /// A step of the rollout, its exit code and its verdict.
    #[track_caller]
    pub(crate) fn step(&self, words: &[&str], code: i32) -> Outcome {
        fs::remove_file(self.path("output")).ok();
        let args = [&["rollout"], words, &["--environment", "production"]].concat();
        let outcome = self.tool(&args).run().unwrap();
        outcome.expect(code);
        outcome
    }

    /// What the last step left for later ones.
    pub(crate) fn output(&self, name: &str) -> String {
        let text = fs::read_to_string(self.path("output")).unwrap_or_default();
        let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{name}<<")));
        lines.nth(1).unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn tick(&self, heard: &str, wanted: &str) {
        let run = self.step(&["tick", "--verdict", heard], 0);
        assert_eq!(verdict(&run).0, wanted, "{run}");
    }

    /// A new commit, deployed to an environment under that version.
    pub(crate) fn deploy(&self, environment: &str, version: &str) -> String {
        self.work.write("file", version).unwrap();
        let commit = self.work.commit(&format!("feat: {version}")).unwrap();
        self.work.push().unwrap();
        self.deploy_commit(environment, (&commit, version));
        commit
    }

    pub(crate) fn deploy_commit(&self, environment: &str, (commit, version): (&str, &str)) {
        let args = ["deploy", "--environment", environment, "--commit", commit, "--release-version", version];
        self.tool(&args).run().unwrap().expect(0);
    }

    /// What is live there.
    pub(crate) fn live(&self, environment: &str) -> String {
        let run = self.tool(&["history", "--environment", environment]).run().unwrap();
        report(&run)["outputs"]["version"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn state(&self) -> Value {
        let text = fs::read_to_string(self.path("stable/.shiplane/rollout.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn script(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        write_program(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        path.display().to_string()
    }

    /// A splitter that is a file with a number.
    fn with_script() -> Self {
        let yard = Self::new("driver: env-file");
        fs::write(yard.path("share"), "0\n").unwrap();
        let share = yard.path("share").display().to_string();
        let set = yard.script(
            "set.sh",
            &format!("test ! -e {share}.broken || {{ cat .env; exit 1; }}\necho \"$1\" > {share}"),
        );
        yard.configure(&format!(
            "driver: command, canary: canary, set: [{set}, \"{{percent}}\"], get: [cat, {share}]"
        ));
        yard.deploy("production", "1.0.0");
        yard.deploy("canary", "1.0.1");
        yard
    }

    fn share(&self) -> String {
        fs::read_to_string(self.path("share")).unwrap().trim().to_owned()
    }
}

#[test]
fn a_version_gets_everybody_and_the_stable_place_in_the_end() {
    let yard = Yard::with_script();
    let refused = yard.step(&["start", "--release-version", "1.0.9"], 10);
    assert_eq!(verdict(&refused), ("refused".to_owned(), vec!["not-deployed".to_owned()]));
    let started = yard.step(&["start", "--release-version", "1.0.1"], 0);
    assert_eq!(verdict(&started).0, "started");
    assert_eq!((yard.output("percent"), yard.output("state")), ("0".to_owned(), "observing".to_owned()));
    assert_eq!(verdict(&yard.step(&["start"], 10)).1, ["rollout-going-on"]);
    yard.step(&["tick"], 1);
    yard.step(&["tick", "--verdict", "looks fine"], 1);
    assert_eq!(yard.share(), "0");
    for percent in ["10", "25", "50", "100"] {
        yard.tick("ok", "promoted");
        assert_eq!((yard.share(), yard.output("percent")), (percent.to_owned(), percent.to_owned()));
    }
    yard.tick("ok", "complete");
    assert_eq!(yard.output("state"), "complete");
    let early = yard.step(&["finish"], 10);
    assert_eq!(verdict(&early).1, ["stable-not-deployed"]);
    let commit = yard.output("rollout-commit");
    yard.deploy_commit("production", (&commit, &yard.output("rollout-version")));
    assert_eq!(verdict(&yard.step(&["finish"], 0)).0, "finished");
    assert_eq!((yard.share().as_str(), yard.live("production").as_str()), ("0", "1.0.1"));
    yard.tick("rollback", "none");
    let status = yard.tool(&["status", "--environment", "production"]).run().unwrap();
    assert!(status.stdout.contains("rollout"), "{status}");
}

#[test]
fn bad_numbers_take_users_away_and_the_canary_goes_back() {
    let yard = Yard::with_script();
    yard.deploy("canary", "1.0.2");
    yard.step(&["start"], 0);
    yard.tick("ok", "promoted");
    yard.tick("warning", "paused");
    yard.tick("ok", "held");
    yard.step(&["resume"], 0);
    yard.tick("ok", "promoted");
    let back = yard.step(&["tick", "--verdict", "rollback"], 11);
    assert_eq!(verdict(&back).0, "rolled-back", "{back}");
    assert_eq!((yard.share().as_str(), yard.live("canary").as_str()), ("0", "1.0.1"), "{back}");
    yard.tick("rollback", "none");
    let again = yard.tool(&["deploy", "--environment", "production", "--commit", &yard.work.head().unwrap()]);
    assert_eq!(verdict(&again.run().unwrap()).1.last().map(String::as_str), Some("commit-quarantined"));
}

#[test]
fn a_share_that_cannot_be_set_leaves_the_one_that_was() {
    let yard = Yard::with_script();
    yard.step(&["start"], 0);
    yard.tick("ok", "promoted");
    fs::write(yard.path("share.broken"), "").unwrap();
    fs::write(yard.path("stable/.env"), "DB_PASSWORD=only-the-host-knows\n").unwrap();
    let before = yard.state();
    let failed = yard.step(&["tick", "--verdict", "ok"], 11);
    assert_eq!(verdict(&failed), ("unchanged".to_owned(), vec!["share-not-set".to_owned()]));
    assert_eq!((yard.state(), yard.share().as_str()), (before, "10"));
    assert!(failed.stdout.contains("DB_PASSWORD=***"), "{failed}");
    let broken = yard.step(&["tick", "--verdict", "rollback"], 12);
    assert_eq!(verdict(&broken).0, "broken");
    assert_eq!(yard.state()["phase"], "rolled-back", "nobody gives users back to what is bad");
    fs::remove_file(yard.path("share.broken")).unwrap();
    yard.tick("ok", "none");
    assert_eq!(yard.share(), "0", "the next look does it");
}

#[test]
fn two_ticks_at_once_are_one_promotion() {
    let yard = Yard::with_script();
    yard.step(&["start"], 0);
    // With no time to wait, each tick that follows another promotes; of two that decide on the same, one is heard.
    let before = yard.state()["generation"].as_u64().unwrap();
    let ticks: Vec<_> = (0..4)
        .map(|_| {
            let mut command = yard.tool(&["rollout", "tick", "--verdict", "ok"]).command();
            command.stdout(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut tick in ticks {
        assert!(tick.wait().unwrap().success());
    }
    let state = yard.state();
    assert_eq!((state["generation"].as_u64(), state["percent"].as_u64()), (Some(before + 4), Some(100)));
    assert_eq!(yard.share(), "100");
}

#[test]
fn a_crash_between_record_and_deed_is_mended_by_the_next_look() {
    let yard = Yard::with_script();
    yard.step(&["start"], 0);
    yard.tick("ok", "promoted");
    fs::write(yard.path("share"), "0\n").unwrap();
    let mended = yard.step(&["tick", "--verdict", "ok"], 0);
    assert_eq!(verdict(&mended), ("held".to_owned(), vec!["rollout-drift".to_owned()]));
    assert_eq!(yard.share(), "10");
}

#[test]
fn by_hand_and_only_looked_at() {
    let yard = Yard::with_script();
    yard.step(&["set", "30"], 2);
    yard.step(&["set", "101", "--reason", "x"], 2);
    assert_eq!(verdict(&yard.step(&["set", "30", "--reason", "x"], 10)).1, ["no-rollout"]);
    yard.step(&["start", "--dry-run"], 0);
    assert!(!yard.path("stable/.shiplane/rollout.json").exists());
    yard.step(&["start"], 0);
    let set = yard.step(&["set", "30", "--reason", "a\nfriend"], 0);
    assert_eq!(verdict(&set).0, "set");
    assert_eq!((yard.share().as_str(), yard.output("state").as_str()), ("30", "paused"));
    let status = yard.step(&["status"], 0);
    assert!(status.stdout.contains("a⏎friend"), "{status}");
    let plan = yard.step(&["plan"], 0);
    assert!(finding(&plan, "rollout-plan")["fact"].as_str().unwrap().contains("5 stages"), "{plan}");
    let back = yard.step(&["rollback", "--reason", "enough"], 0);
    assert_eq!((verdict(&back).0.as_str(), yard.share().as_str()), ("rolled-back", "0"));
    assert!(verdict(&back).1.contains(&"canary-left-running".to_owned()), "{back}");
}

#[test]
fn an_application_that_splits_its_users_by_itself() {
    let yard = Yard::new("driver: env-file, reload: [cp, .env, seen]");
    let env = yard.path("stable/.env");
    fs::write(&env, "SECRET=a\nROLLOUT=77 \n# end").unwrap();
    fs::set_permissions(&env, fs::Permissions::from_mode(0o640)).unwrap();
    yard.deploy("production", "1.0.0");
    yard.deploy("production", "1.0.1");
    yard.step(&["start"], 0);
    assert_eq!(fs::read_to_string(&env).unwrap(), "SECRET=a\nROLLOUT=0\n# end");
    yard.tick("ok", "promoted");
    assert_eq!(fs::read_to_string(yard.path("stable/seen")).unwrap(), "SECRET=a\nROLLOUT=10\n# end");
    assert_eq!(fs::metadata(&env).unwrap().permissions().mode() & 0o777, 0o640);
    let back = yard.step(&["tick", "--verdict", "rollback"], 11);
    assert_eq!(yard.live("production"), "1.0.0", "{back}");
    assert!(fs::read_to_string(&env).unwrap().contains("ROLLOUT=0\n"));
    yard.configure("driver: env-file, reload: [\"false\"]");
    yard.deploy("production", "1.0.2");
    let before = fs::read(&env).unwrap();
    yard.step(&["start"], 11);
    assert_eq!(fs::read(&env).unwrap(), before);
    assert_eq!(yard.state()["phase"], "rolled-back", "the record of before is there again");
}
