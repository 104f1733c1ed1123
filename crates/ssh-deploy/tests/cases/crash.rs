//! What a crash leaves behind: the old state or the new one, and the next run knows which.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use shiplane_core::deploy::Result as Ending;
use shiplane_testkit::process::{Run, wait_until};

use super::desk::{Desk, PATIENCE, codes, end, events};

/// A commit whose restart waits until it may go on.
fn waiting(desk: &Desk) -> String {
    let gate = desk.path("gate").display().to_string();
    desk.commit_with(&format!(
        "until test -e {gate}; do sleep 0.02; done\necho \"$SHIPLANE_VERSION\" > \"$1\"\n"
    ))
}

/// Kills the run once it has said this; then the next deploy must know, and must work.
fn killed_at(desk: &mut Desk, wanted: &str, commit: &str) {
    let plan = desk.plan(commit, "1.1.0");
    let mut follower = desk.spawn(&plan);
    desk.wait_for(&plan, wanted);
    desk.kill(&plan);
    assert_eq!(follower.wait().unwrap().code(), if wanted == "\"switched\"" { Some(0) } else { Some(3) });
    desk.follow(&plan.run, 0);
    let cut = desk.follow(&plan.run, desk.events_of(&plan.run).lines().count());
    assert_eq!(cut.code(), 3, "cut off is told as such: {cut}");
    let facts = desk.facts();
    assert_eq!(facts.lock, None, "{wanted}");
    let history = desk.history();
    assert_eq!(history.unsettled.map(|left| left.id), Some(plan.release.id), "{wanted}");
    assert_eq!(history.live.and_then(|live| live.version).as_deref(), Some("1.0.0"), "{wanted}");
    fs::write(desk.path("gate"), "").unwrap();
    desk.build = Vec::new();
    desk.deploy("1.2.0");
    assert_eq!(desk.history().unsettled, None, "{wanted}");
}

#[test]
fn a_worker_that_dies_while_it_builds() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let gate = desk.path("gate").display().to_string();
    let script = format!("until test -e {gate}; do sleep 0.02; done");
    desk.build = vec!["sh".to_owned(), "-c".to_owned(), script];
    let commit = desk.commit();
    killed_at(&mut desk, r#"{"began":"build release"}"#, &commit);
}

#[test]
fn a_worker_that_dies_while_it_switches() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let commit = waiting(&desk);
    killed_at(&mut desk, r#"{"began":"switch over"}"#, &commit);
}

#[test]
fn a_worker_that_dies_while_it_waits_for_the_word() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let commit = desk.commit();
    killed_at(&mut desk, "\"switched\"", &commit);
}

#[test]
fn a_run_that_was_cut_off_is_not_forgotten_by_one_that_is_refused() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let mut follower = desk.spawn(&plan);
    desk.wait_for(&plan, "\"switched\"");
    desk.kill(&plan);
    follower.wait().unwrap();
    desk.build = vec!["false".to_owned()];
    let refused = desk.carry_out(&desk.plan(&desk.commit(), "1.2.0"));
    assert_eq!(refused.result, Ending::Refused, "{refused:?}");
    assert_eq!(desk.history().unsettled.map(|left| left.id), Some(plan.release.id));
}

#[test]
fn the_second_run_learns_who_holds_the_lock() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let (first, second) = (desk.plan(&waiting(&desk), "1.1.0"), desk.plan(&desk.commit(), "1.2.0"));
    let mut follower = desk.spawn(&first);
    desk.wait_for(&first, r#"{"began":"switch over"}"#);
    let done = end(desk.start(&second).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["lock-held"]));
    let fact = &done.findings[0].fact;
    assert!(fact.contains(&first.run) && fact.contains("ada"), "{fact}");
    assert_eq!(done.live.and_then(|live| live.version).as_deref(), Some("1.0.0"));
    fs::write(desk.path("gate"), "").unwrap();
    follower.wait().unwrap();
    assert_eq!(end(&desk.say(&first, "confirm", 0)).result, Ending::Good);
    assert_eq!(desk.live(), "1.1.0");
}

#[test]
fn the_torn_line_of_a_crash_counts_as_never_written() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let journal = desk.state().join("journal.jsonl");
    for torn in
        [&b"{\"at\":17676"[..], "{\"actor\":\"Zo\u{eb}".as_bytes().split_last().unwrap().1, &[0, 0, 0]]
    {
        let whole = fs::read(&journal).unwrap();
        OpenOptions::new().append(true).open(&journal).unwrap().write_all(torn).unwrap();
        let version = format!("1.0.{}", whole.len());
        assert!(desk.history().live.is_some(), "{torn:?}");
        desk.deploy(&version);
        let text = fs::read(&journal).unwrap();
        assert!(text.starts_with(&whole) && String::from_utf8(text).unwrap().ends_with('\n'));
    }
    assert_eq!(desk.journal().len(), 8);
}

#[test]
fn a_damaged_line_in_the_middle_is_somebodys_to_look_at() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let journal = desk.state().join("journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("not json\n{text}")).unwrap();
    let plan_file = desk.path("question.json");
    let site = serde_json::json!({ "path": desk.site.dir(), "state_dir": desk.state() });
    let question = serde_json::json!({ "site": site, "strategy": "git", "runtime": { "command": { "restart": ["true"] } } });
    fs::write(&plan_file, question.to_string()).unwrap();
    let asked = desk.worker(&["facts"]).stdin(question.to_string()).run().unwrap();
    assert!(asked.expect(1).stderr.contains("journal.jsonl: line 1"), "{asked}");
}

/// A small disk of its own, as long as this value lives.
pub(crate) struct SmallDisk<'a>(pub(crate) &'a Path);

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        drop(Run::new("umount").arg(self.0).run());
    }
}

#[test]
fn a_full_disk_is_told_and_leaves_the_old_release() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let state = desk.state();
    let kept = fs::read(state.join("journal.jsonl")).unwrap();
    fs::rename(&state, desk.path("kept")).unwrap();
    fs::create_dir(&state).unwrap();
    let mount = Run::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(&state).run();
    if !mount.is_ok_and(|mounted| mounted.status.success()) {
        let missing = "SKIPPED crash::full_disk: only root may mount a small disk\n";
        drop(std::io::stderr().write_all(missing.as_bytes()));
        return;
    }
    let _disk = SmallDisk(&state);
    fs::write(state.join("journal.jsonl"), &kept).unwrap();
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let mut fill = OpenOptions::new().create(true).append(true).open(state.join("fill")).unwrap();
    while fill.write_all(&[0; 512]).is_ok() {}
    let started = desk.start(&plan);
    assert!(started.expect(1).stderr.contains("No space left on device"), "{started}");
    assert_eq!((desk.live().as_str(), desk.journal().len()), ("1.0.0", 2));
    drop(fill);
    fs::remove_file(state.join("fill")).unwrap();
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let heard = events(desk.start(&plan).expect(0)).len();
    assert_eq!(end(&desk.say(&plan, "confirm", heard)).result, Ending::Good);
}

#[test]
fn a_run_outlives_the_process_group_that_started_it() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&waiting(&desk), "1.1.0");
    let mut follower = desk.spawn(&plan);
    desk.wait_for(&plan, r#"{"began":"switch over"}"#);
    let group = format!("-{}", follower.id());
    Run::new("kill").args(["-KILL", "--", &group]).ok().unwrap();
    follower.wait().unwrap();
    fs::write(desk.path("gate"), "").unwrap();
    let switched = || desk.events_of(&plan.run).contains("\"switched\"").then_some(());
    wait_until("the run to go on", PATIENCE, switched).unwrap();
    assert_eq!(end(&desk.say(&plan, "confirm", 0)).result, Ending::Good);
}
