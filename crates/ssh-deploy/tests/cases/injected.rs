//! At every step the worker is killed, the step fails, or the disk runs full: what is live is old or new, the journal
//! says which, and the next deploy works.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use shiplane_core::deploy::{Outcome as End, Plan, Result as Ending};
use shiplane_testkit::need::{Missing, need};
use shiplane_testkit::process::{Run, wait_until};
use shiplane_testkit::program::write_program;

use super::crash::SmallDisk;
use super::desk::{Desk, PATIENCE, codes, end};

/// Where it happens: the step, and the word in git's command line that the step has; the others have own scripts.
const STEPS: [(&str, &str); 5] = [
    ("fetch commit", "--disambiguate"),
    ("unpack release", "worktree"),
    ("build release", ""),
    ("switch over", ""),
    ("await proof", ""),
];

/// What a program does once it is at the step.
const WAIT: &str = "echo $$ > at; until test -e go; do sleep 0.02; done";
const FAIL: &str = "exit 9";

/// A desk whose programs do as they are told at one step.
struct Rigged {
    desk: Desk,
    step: &'static str,
    /// Where the scripts look.
    room: PathBuf,
}

impl Rigged {
    /// With a release that is live, and a plan for the next one.
    fn new((step, word): (&'static str, &str), script: &str) -> (Self, Plan) {
        let mut desk = Desk::new();
        desk.deploy("1.0.0");
        let room = desk.path("room");
        fs::create_dir(&room).unwrap();
        let script = format!("cd {} && {{ {script}; }}", room.display());
        let mut restart = "echo \"$SHIPLANE_VERSION\" > \"$1\"\n".to_owned();
        match step {
            "build release" => desk.build = ["sh", "-c", &script].map(str::to_owned).to_vec(),
            "switch over" => restart = format!("({script}) || exit 9\n{restart}"),
            "await proof" => {}
            _ => desk.programs = Some(git(&desk, word, &script)),
        }
        let commit = desk.commit_with(&restart);
        let plan = desk.plan(&commit, "1.1.0");
        fs::write(room.join("armed"), "").unwrap();
        (Self { desk, step, room }, plan)
    }

    /// Waits until the run is in the middle of the step.
    fn arrive(&self, plan: &Plan) {
        match self.step {
            "await proof" => self.desk.wait_for(plan, "\"switched\""),
            step => {
                self.desk.wait_for(plan, &format!(r#"{{"began":"{step}"}}"#));
                let at = || self.room.join("at").exists().then_some(());
                wait_until(&format!("the program of {step}"), PATIENCE, at).unwrap();
            }
        }
    }

    /// What waits at the step, if it lives.
    fn waiting(&self) -> Option<String> {
        let pid = fs::read_to_string(self.room.join("at")).ok()?;
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).ok()?;
        (!stat.contains(") Z ")).then_some(stat)
    }

    /// Everything is as it should be again.
    fn repair(&mut self) {
        self.desk.programs = None;
        self.desk.build = Vec::new();
        fs::remove_file(self.room.join("armed")).ok();
    }

    /// What serves is what the journal says, and it is the old release or the new one.
    fn is_old_or_new(&self, why: &str) {
        let live = self.desk.live();
        let recorded = self.desk.history().live.and_then(|live| live.version).unwrap();
        assert!(["1.0.0", "1.1.0"].contains(&live.as_str()), "{why}: {live}");
        assert_eq!(live, recorded, "{why}");
    }
}

/// A git that does something else first when its command line has the word in it.
fn git(desk: &Desk, word: &str, script: &str) -> PathBuf {
    let dir = desk.path("programs");
    fs::create_dir(&dir).unwrap();
    let armed = desk.path("room").join("armed").display().to_string();
    let text = format!(
        "#!/bin/sh\nif test -e {armed}; then case \"$*\" in *{word}*) ({script}) || exit 9;; esac; fi\n\
         exec /usr/bin/git \"$@\"\n"
    );
    write_program(&dir.join("git"), text).unwrap();
    dir
}

/// Deploys once more, which must work whatever came before; answers what the run found on the way.
fn next_deploy(desk: &Desk) -> End {
    let commit = desk.commit();
    let end = desk.carry_out(&desk.plan(&commit, "1.2.0"));
    assert_eq!((end.result, desk.live().as_str()), (Ending::Good, "1.2.0"), "{end:?}");
    assert_eq!(desk.history().unsettled, None);
    end
}

#[test]
fn a_worker_that_is_killed_at_any_step() {
    for step in STEPS {
        let (mut rigged, plan) = Rigged::new(step, WAIT);
        let mut follower = rigged.desk.spawn(&plan);
        rigged.arrive(&plan);
        rigged.desk.kill(&plan);
        follower.wait().unwrap();
        let facts = rigged.desk.facts();
        assert_eq!(facts.lock, None, "{}", rigged.step);
        let left = facts.left.expect("who left the lock");
        assert_eq!((left.run.as_str(), left.phase.as_deref()), (plan.run.as_str(), Some(rigged.step)));
        let history = rigged.desk.history();
        assert_eq!(history.unsettled.map(|left| left.id), Some(plan.release.id.clone()));
        assert_eq!(history.live.and_then(|live| live.version).as_deref(), Some("1.0.0"), "{}", rigged.step);
        if rigged.step != "await proof" {
            assert_eq!(rigged.desk.live(), "1.0.0", "{}", rigged.step);
            assert!(rigged.waiting().is_some(), "{}: what it left goes on by itself", rigged.step);
        }
        rigged.repair();
        let end = next_deploy(&rigged.desk);
        assert_eq!(codes(&end), ["took-over", "deployed"], "{}", rigged.step);
        let fact = &end.findings[0].fact;
        assert!(fact.contains(&plan.run) && fact.contains("by ada") && fact.contains(rigged.step), "{fact}");
        assert_eq!(rigged.waiting(), None, "{}: and was ended", rigged.step);
        if rigged.step != "await proof" {
            assert!(fact.contains("that it had left running"), "{fact}");
        }
    }
}

#[test]
fn a_step_that_fails() {
    for step in &STEPS[..4] {
        let (mut rigged, plan) = Rigged::new(*step, FAIL);
        let done = end(&rigged.desk.start(&plan));
        // The old release's own restart has no fault.
        let wanted = if rigged.step == "switch over" { Ending::Restored } else { Ending::Refused };
        assert_eq!(done.result, wanted, "{}: {done:?}", rigged.step);
        rigged.is_old_or_new(rigged.step);
        assert_eq!(rigged.desk.live(), "1.0.0");
        assert_eq!((rigged.desk.facts().lock, rigged.desk.facts().left), (None, None));
        assert_eq!(rigged.desk.history().unsettled, None, "{}", rigged.step);
        rigged.repair();
        assert_eq!(codes(&next_deploy(&rigged.desk)), ["deployed"]);
    }
}

/// A state directory on a disk of its own; `None` where nobody may mount one.
fn small_disk(desk: &Desk) -> Option<PathBuf> {
    let (state, aside) = (desk.state(), desk.path("aside"));
    fs::rename(&state, &aside).unwrap();
    fs::create_dir(&state).unwrap();
    let mount = Run::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&state).run();
    let mounted = mount.is_ok_and(|mounted| mounted.status.success());
    let missing = Missing { what: "no small disk".to_owned(), remedy: "run as root".to_owned() };
    need("injected::full_disk", mounted.then_some(()).ok_or(missing))?;
    Run::new("cp").arg("-a").arg(aside.join(".")).arg(&state).ok().unwrap();
    Some(state)
}

#[test]
fn a_disk_that_runs_full_at_any_step() {
    for step in STEPS {
        let (mut rigged, plan) = Rigged::new(step, WAIT);
        let Some(state) = small_disk(&rigged.desk) else { return };
        let _disk = SmallDisk(&state);
        let before = fs::read(state.join("journal.jsonl")).unwrap();
        let mut follower = rigged.desk.spawn(&plan);
        rigged.arrive(&plan);
        let fill = state.join("fill");
        let mut file = OpenOptions::new().create(true).append(true).open(&fill).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
        fs::write(rigged.room.join("go"), "").unwrap();
        follower.wait().unwrap();
        let said = rigged.desk.say(&plan, "confirm", 0);
        let done = end(said.expect(0));
        rigged.is_old_or_new(&format!("{}: {done:?}", rigged.step));
        assert_ne!(done.result, Ending::Broken, "{}: {done:?}", rigged.step);
        let after = fs::read(state.join("journal.jsonl")).unwrap();
        assert!(after.starts_with(&before) && after.ends_with(b"\n"), "no entry is lost");
        assert_eq!(rigged.desk.history().unsettled, None, "{}: the end is written", rigged.step);
        drop(file);
        fs::remove_file(fill).unwrap();
        rigged.repair();
        assert_eq!(codes(&next_deploy(&rigged.desk)), ["deployed"], "{}", rigged.step);
    }
}
