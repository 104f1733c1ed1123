//! Lock, lease, fence, stop and budget, by the worker alone.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use shiplane_core::deploy::holder::{Released, Unlock};
use shiplane_core::deploy::journal::What;
use shiplane_core::deploy::{Plan, Result as Ending};
use shiplane_core::duration::Span;
use shiplane_testkit::process::{Run, wait_until};

use super::desk::{Desk, PATIENCE, codes, end, events};

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

/// A desk with a live release, and a run that builds until it is ended.
fn building() -> (Desk, Plan) {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let pid = desk.path("pid").display().to_string();
    desk.build = shell(&format!("sleep 600 & echo $! > {pid}; wait"));
    let plan = desk.plan(&desk.commit(), "1.1.0");
    (desk, plan)
}

/// Begins such a run and waits until it builds.
fn begun(desk: &Desk, plan: &Plan) -> std::process::Child {
    let follower = desk.spawn(plan);
    desk.wait_for(plan, r#"{"began":"build release"}"#);
    wait_until("the build", PATIENCE, || desk.path("pid").exists().then_some(())).unwrap();
    follower
}

fn signal(pid: u32, name: &str) {
    Run::new("kill").args([name, &pid.to_string()]).ok().unwrap();
}

/// Whether the process in that file lives.
fn lives(file: &Path) -> bool {
    let pid = fs::read_to_string(file).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn stop(desk: &Desk, plan: &Plan) -> Value {
    let state = desk.state().display().to_string();
    let said = desk.worker(&["stop", &state, &plan.run]).ok().unwrap();
    serde_json::from_str(&said.stdout).unwrap()
}

fn unlock(desk: &Desk, run: &str, force: bool) -> Released {
    let ask = Unlock {
        site: desk.place(),
        run: run.to_owned(),
        force,
        actor: Some("grace".to_owned()),
        run_url: None,
    };
    let said = desk.worker(&["unlock"]).stdin(serde_json::to_vec(&ask).unwrap()).ok().unwrap();
    serde_json::from_str(&said.stdout).unwrap()
}

/// Nothing was heard of the holder for ten minutes.
fn end_lease(desk: &Desk) {
    let long_ago = SystemTime::now() - Duration::from_secs(600);
    File::open(desk.state().join("lock")).unwrap().set_modified(long_ago).unwrap();
}

#[test]
fn the_note_names_process_programs_phase_and_lease() {
    let (desk, plan) = building();
    let mut follower = begun(&desk, &plan);
    let facts = desk.facts();
    let holder = facts.lock.unwrap();
    assert_eq!((holder.run.as_str(), holder.phase.as_deref()), (plan.run.as_str(), Some("build release")));
    assert_eq!(holder.worker.unwrap().pid, desk.process_of(&plan));
    assert_eq!(holder.groups.len(), 1, "{holder:?}");
    let left = holder.lease.unwrap().0 - facts.now.0;
    assert!((60_000..=120_000).contains(&left), "{left}");
    stop(&desk, &plan);
    follower.wait().unwrap();
    assert_eq!((desk.facts().lock, desk.facts().left), (None, None));
}

#[test]
fn a_word_to_stop_ends_the_build_and_frees_the_lock() {
    let (desk, plan) = building();
    let mut follower = begun(&desk, &plan);
    let started = Instant::now();
    assert_eq!(stop(&desk, &plan), json!({ "begun": true }));
    follower.wait().unwrap();
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    let done = end(desk.follow(&plan.run, 0).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["interrupted"]));
    assert!(done.findings[0].fact.contains("at `build release`"), "{done:?}");
    assert!(!lives(&desk.path("pid")), "the whole group is ended");
    assert!(!desk.state().join("releases").join(&plan.run).join("tree").exists());
    assert_eq!((desk.live().as_str(), desk.facts().lock), ("1.0.0", None));
}

#[test]
fn a_run_that_was_stopped_before_it_began_never_begins() {
    let (desk, plan) = building();
    assert_eq!(stop(&desk, &plan), json!({ "begun": false }));
    let started = desk.start(&plan);
    assert!(started.expect(1).stderr.contains("exists already"), "{started}");
    assert_eq!((desk.live().as_str(), desk.journal().len()), ("1.0.0", 2));
}

#[test]
fn a_stop_after_the_switch_takes_it_back_and_blames_nobody() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let heard = events(&desk.start(&plan)).len();
    stop(&desk, &plan);
    let done = end(desk.follow(&plan.run, heard).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Restored, vec!["interrupted", "restored"]));
    assert_eq!(desk.live(), "1.0.0");
    assert_eq!(desk.history().quarantined, Vec::<String>::new(), "the commit may be deployed again");
}

#[test]
fn a_budget_ends_a_build_and_takes_a_slow_switch_back() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    desk.limits.budget = Span::millis(700);
    let slow = "test \"$SHIPLANE_VERSION\" = 1.0.0 || sleep 600\necho \"$SHIPLANE_VERSION\" > \"$1\"\n";
    let restored = end(&desk.start(&desk.plan(&desk.commit_with(slow), "1.1.0")));
    assert_eq!((restored.result, codes(&restored)), (Ending::Restored, vec!["budget-exceeded", "restored"]));
    assert!(restored.findings[0].fact.contains("700ms was over at `switch over`, after 0."), "{restored:?}");
    assert_eq!(desk.live(), "1.0.0");
    desk.build = shell("sleep 600");
    let refused = end(&desk.start(&desk.plan(&desk.commit(), "1.2.0")));
    assert_eq!((refused.result, codes(&refused)), (Ending::Refused, vec!["budget-exceeded"]));
    assert_eq!((desk.live().as_str(), desk.facts().lock), ("1.0.0", None));
}

#[test]
fn a_run_that_stands_still_is_ended_by_the_next() {
    let (mut desk, plan) = building();
    let mut follower = begun(&desk, &plan);
    signal(desk.process_of(&plan), "-STOP");
    desk.build = Vec::new();
    let early = end(&desk.start(&desk.plan(&desk.commit(), "1.2.0")));
    assert_eq!(codes(&early), ["lock-held"], "its lease is not over yet");
    end_lease(&desk);
    let late = desk.carry_out(&desk.plan(&desk.commit(), "1.3.0"));
    assert_eq!((late.result, codes(&late)), (Ending::Good, vec!["took-over", "deployed"]));
    let fact = &late.findings[0].fact;
    assert!(
        fact.contains(&plan.run) && fact.contains("stood still") && fact.contains("left running"),
        "{fact}"
    );
    assert!(!lives(&desk.path("pid")));
    follower.wait().unwrap();
    assert_eq!(desk.live(), "1.3.0");
}

#[test]
fn a_run_that_wakes_up_late_writes_nothing() {
    let (mut desk, plan) = building();
    desk.build = shell(&format!("until test -e {}; do sleep 0.02; done", desk.path("go").display()));
    let plan = Plan { runtime: desk.plan(&plan.release.commit, "1.1.0").runtime, ..plan };
    let mut follower = desk.spawn(&plan);
    desk.wait_for(&plan, r#"{"began":"build release"}"#);
    let worker = desk.process_of(&plan);
    signal(worker, "-STOP");
    // As if the file had been replaced under a holder that hangs in the kernel.
    let lock = desk.state().join("lock");
    let mut note: Value = serde_json::from_str(&fs::read_to_string(&lock).unwrap()).unwrap();
    (note["run"], note["fence"]) = ("another".into(), (note["fence"].as_u64().unwrap() + 1).into());
    fs::remove_file(&lock).unwrap();
    fs::write(&lock, note.to_string()).unwrap();
    let journal = fs::read(desk.state().join("journal.jsonl")).unwrap();
    signal(worker, "-CONT");
    fs::write(desk.path("go"), "").unwrap();
    follower.wait().unwrap();
    let done = end(desk.follow(&plan.run, 0).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["lock-lost"]));
    assert_eq!(fs::read(desk.state().join("journal.jsonl")).unwrap(), journal);
    assert!(fs::read_to_string(&lock).unwrap().contains("another"), "the other's note stays");
    assert_eq!(desk.live(), "1.0.0");
}

#[test]
fn unlock_leaves_a_living_run_alone_unless_forced() {
    let (desk, plan) = building();
    assert_eq!(unlock(&desk, "any", false), Released::Free);
    let mut follower = begun(&desk, &plan);
    assert!(matches!(unlock(&desk, &plan.run, false), Released::Held(holder) if holder.run == plan.run));
    assert!(matches!(unlock(&desk, "an older one", true), Released::Held(_)));
    assert!(lives(&desk.path("pid")));
    assert!(matches!(unlock(&desk, &plan.run, true), Released::Freed(count) if count >= 2));
    follower.wait().unwrap();
    assert!(!lives(&desk.path("pid")));
    assert_eq!((desk.facts().lock, desk.facts().left), (None, None));
    let last = desk.journal().pop().unwrap();
    assert_eq!(last.what, What::Unlocked { holder: plan.run.clone(), forced: true });
    assert_eq!(last.actor.as_deref(), Some("grace"));
    assert_eq!(desk.history().unsettled.map(|left| left.id), Some(plan.release.id), "half a state is told");
    assert_eq!(unlock(&desk, &plan.run, false), Released::Free);
}

#[test]
fn unlock_cleans_up_behind_a_dead_run() {
    let (desk, plan) = building();
    let mut follower = begun(&desk, &plan);
    desk.kill(&plan);
    follower.wait().unwrap();
    assert!(lives(&desk.path("pid")));
    assert!(matches!(unlock(&desk, &plan.run, false), Released::Freed(2)));
    assert!(!lives(&desk.path("pid")));
    assert_eq!(desk.facts().left, None);
}

#[test]
fn what_a_finished_restart_left_running_is_no_leftover() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let pid = desk.path("daemon").display().to_string();
    let restart =
        format!("sleep 600 > /dev/null 2>&1 &\necho $! > {pid}\necho \"$SHIPLANE_VERSION\" > \"$1\"\n");
    let plan = desk.plan(&desk.commit_with(&restart), "1.1.0");
    desk.start(&plan);
    desk.kill(&plan);
    let next = desk.carry_out(&desk.plan(&desk.commit(), "1.2.0"));
    assert_eq!(codes(&next), ["took-over", "deployed"]);
    assert!(next.findings[0].fact.contains("nothing running"), "{next:?}");
    assert!(lives(&desk.path("daemon")), "the release itself may be such a process");
    signal(fs::read_to_string(&pid).unwrap().trim().parse().unwrap(), "-KILL");
}

#[test]
fn of_two_that_begin_at_once_one_is_refused_and_changes_nothing() {
    let (mut desk, first) = building();
    desk.build = shell("true");
    let commit = desk.commit();
    let plans: Vec<Plan> = ["a", "b", "c"]
        .iter()
        .map(|name| Plan { run: format!("{}-{name}", first.run), ..desk.plan(&commit, "1.1.0") })
        .collect();
    let results: Vec<(Ending, Vec<String>)> = std::thread::scope(|scope| {
        let runs: Vec<_> = plans.iter().map(|plan| scope.spawn(|| desk.start(plan))).collect();
        let outcomes = runs.into_iter().map(|run| run.join().unwrap());
        outcomes
            .filter(|outcome| outcome.stdout.contains("\"finished\""))
            .map(|outcome| {
                let done = end(&outcome);
                (done.result, done.findings.into_iter().map(|finding| finding.code).collect())
            })
            .collect()
    });
    assert_eq!(results, vec![(Ending::Refused, vec!["lock-held".to_owned()]); 2]);
    let begun = desk.journal().into_iter().filter(|entry| matches!(entry.what, What::Began { .. })).count();
    assert_eq!(begun, 2, "the one before and the one that has the lock");
    let switched = plans.iter().find(|plan| desk.events_of(&plan.run).contains("\"switched\"")).unwrap();
    assert_eq!(end(&desk.say(switched, "confirm", 0)).result, Ending::Good);
}

#[test]
fn a_good_release_that_cannot_be_recorded_does_not_stay_unsaid() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let heard = events(&desk.start(&plan)).len();
    let journal = desk.state().join("journal.jsonl");
    fs::rename(&journal, desk.path("journal")).unwrap();
    fs::create_dir(&journal).unwrap();
    let done = end(&desk.say(&plan, "confirm", heard));
    assert_eq!((done.result, desk.live().as_str()), (Ending::Restored, "1.0.0"), "{done:?}");
    assert_eq!(codes(&done)[..2], ["not-recorded", "restored"], "{done:?}");
    fs::remove_dir(&journal).unwrap();
    fs::rename(desk.path("journal"), &journal).unwrap();
    assert_eq!(desk.history().live.and_then(|live| live.version).as_deref(), Some("1.0.0"));
    desk.deploy("1.2.0");
}

#[test]
fn a_run_that_cannot_be_recorded_does_not_begin() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let journal = desk.state().join("journal.jsonl");
    fs::rename(&journal, desk.path("journal")).unwrap();
    fs::create_dir(&journal).unwrap();
    let done = end(&desk.start(&plan));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["host-error"]));
    assert!(!desk.state().join("releases").join(&plan.run).exists());
    assert_eq!(desk.live(), "1.0.0");
}

#[test]
fn directories_of_old_runs_go_and_those_that_matter_stay() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let cut = desk.plan(&desk.commit(), "1.1.0");
    desk.start(&cut);
    desk.kill(&cut);
    let runs = desk.state().join("runs");
    for number in 0..70 {
        fs::create_dir(runs.join(format!("30260101t000000{number:03}-x"))).unwrap();
    }
    // A run that is refused settles nothing.
    let desk = Desk { build: shell("false"), ..desk };
    let refused = end(&desk.start(&desk.plan(&desk.commit(), "1.2.0")));
    assert_eq!(refused.result, Ending::Refused, "{refused:?}");
    let count = || fs::read_dir(&runs).unwrap().count();
    wait_until("the old runs to go", PATIENCE, || (count() <= 52).then_some(())).unwrap();
    assert!(runs.join(&cut.run).exists(), "the journal has no end for it");
    assert!(runs.join("30260101t000000069-x").exists() && !runs.join("30260101t000000019-x").exists());
}

#[test]
fn workers_that_nobody_used_for_a_month_go() {
    let desk = Desk::new();
    let all = desk.path("home/.cache/shiplane");
    let folder = |letter: &str| all.join(letter.repeat(64));
    for letter in ["a", "b", "c"] {
        fs::create_dir_all(folder(letter)).unwrap();
    }
    fs::create_dir_all(all.join("not-ours")).unwrap();
    let own = folder("a").join("ssh-deploy");
    fs::copy(env!("CARGO_BIN_EXE_ssh-deploy"), &own).unwrap();
    let old = SystemTime::now() - Duration::from_secs(31 * 24 * 60 * 60);
    for name in [folder("a"), folder("b"), all.join("not-ours")] {
        File::open(name).unwrap().set_modified(old).unwrap();
    }
    let plan = desk.plan(&desk.commit_with("exit 7\n"), "1.0.0");
    Run::new(&own).args(["worker", "start"]).stdin(serde_json::to_vec(&plan).unwrap()).ok().unwrap();
    wait_until("the old worker to go", PATIENCE, || (!folder("b").exists()).then_some(())).unwrap();
    assert!(own.exists() && folder("c").exists() && all.join("not-ours").exists());
    assert!(fs::metadata(folder("a")).unwrap().modified().unwrap() > old, "the one in use counts as used");
}
