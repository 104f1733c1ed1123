//! The worker's own commands, by its real process.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shiplane_core::deploy::{Checkout, Event, Result as Ending, Step};
use shiplane_core::duration::Span;
use shiplane_testkit::process::Run;

use super::desk::{Desk, codes, end, events};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn it_says_hello_and_knows_its_commands() {
    let desk = Desk::new();
    let hello: Value = serde_json::from_str(&desk.worker(&["hello"]).ok().unwrap().stdout).unwrap();
    assert_eq!(hello, json!({ "worker": env!("CARGO_PKG_VERSION") }));
    for wrong in [&[][..], &["dance"], &["hello", "you"], &["follow", "a"], &["decide", "a", "b", "c"]] {
        let run = desk.worker(wrong).run().unwrap();
        assert!(run.expect(1).stderr.contains("the worker does not know"), "{run}");
    }
    let empty = desk.worker(&["facts"]).run().unwrap();
    assert!(empty.expect(1).stderr.contains("read a question"), "{empty}");
    let torn = desk.worker(&["start"]).stdin("{\"run\":").run().unwrap();
    assert!(torn.expect(1).stderr.contains("read a plan"), "{torn}");
    assert!(!desk.state().exists());
}

#[test]
fn looking_at_a_host_changes_nothing() {
    let desk = Desk::new();
    let facts = desk.facts();
    assert_eq!((facts.checkout, facts.has_origin, facts.writable), (Checkout::Unborn, true, true));
    let commit = desk.commit();
    desk.site.write("restart.sh", "edited").unwrap().write("not tracked", "x").unwrap();
    let facts = desk.facts();
    assert_eq!(facts.checkout, Checkout::At(commit));
    assert_eq!(facts.dirty, ["restart.sh"]);
    assert!(facts.tools.git.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())));
    assert_eq!((facts.lock, facts.journal.len()), (None, 0));
    assert!(!desk.state().exists());
}

#[test]
fn a_run_waits_for_the_word_and_keeps_the_release() {
    let desk = Desk::new();
    let plan = desk.plan(&desk.commit(), "1.0.0");
    let started = desk.start(&plan);
    let heard = events(started.expect(0));
    assert_eq!(heard.last(), Some(&Event::Switched));
    assert_eq!(desk.live(), "1.0.0");
    assert!(
        desk.facts()
            .lock
            .is_some_and(|holder| holder.run == plan.run && holder.actor.as_deref() == Some("ada"))
    );
    let done = end(desk.say(&plan, "confirm", heard.len()).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Good, vec!["deployed"]));
    assert_eq!((desk.facts().lock, desk.history().live), (None, Some(plan.release)));
    let mode = |name: &str| {
        std::os::unix::fs::MetadataExt::mode(&fs::metadata(desk.state().join(name)).unwrap()) & 0o777
    };
    assert_eq!((mode("journal.jsonl"), mode("lock"), mode("runs"), mode("")), (0o600, 0o600, 0o700, 0o700));
    assert_eq!(desk.facts().dirty, Vec::<String>::new(), "git sees nothing of it");
}

#[test]
fn following_can_begin_anywhere_and_as_often_as_needed() {
    let desk = Desk::new();
    let plan = desk.plan(&desk.commit_with("echo one; echo two; echo three\n"), "1.0.0");
    let first = desk.start(&plan).stdout;
    let all: Vec<&str> = first.lines().collect();
    assert!(all.contains(&r#"{"line":"two"}"#), "{first}");
    for from in [0, 1, 5, all.len() - 1] {
        let again = desk.follow(&plan.run, from);
        assert_eq!(again.expect(0).stdout.lines().collect::<Vec<_>>(), all[from..], "from {from}");
    }
    let told = desk.say(&plan, "confirm", all.len());
    assert_eq!(end(&told).result, Ending::Good);
    let late = desk.follow(&plan.run, 10_000);
    assert_eq!((late.code(), late.stdout.as_str()), (0, ""), "a run that has ended is not cut off");
    desk.follow("20260101t000000000-never", 0).expect(4);
}

#[test]
fn the_first_word_counts_and_the_second_changes_nothing() {
    let desk = Desk::new();
    let plan = desk.plan(&desk.commit(), "1.0.0");
    let heard = events(&desk.start(&plan)).len();
    assert_eq!(end(&desk.say(&plan, "confirm", heard)).result, Ending::Good);
    for word in ["revert", "confirm"] {
        assert_eq!(end(desk.say(&plan, word, heard).expect(0)).result, Ending::Good, "{word}");
    }
    assert_eq!(desk.live(), "1.0.0");
    assert_eq!(desk.journal().len(), 2);
    let odd = desk.say(&plan, "maybe", 0);
    assert!(odd.expect(1).stderr.contains("read a decision"), "{odd}");
}

#[test]
fn nobody_confirms_and_the_release_is_taken_back() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    desk.limits.confirm = Span::millis(300);
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let started = desk.start(&plan);
    assert_eq!(desk.live(), "1.1.0");
    let waited = desk.follow(&plan.run, events(&started).len());
    let done = end(waited.expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Restored, vec!["unconfirmed", "restored"]));
    assert!(done.findings[0].fact.contains("within 300ms"), "{done:?}");
    assert_eq!((desk.live().as_str(), desk.facts().lock), ("1.0.0", None));
    let late = desk.say(&plan, "confirm", 0);
    assert_eq!(end(late.expect(0)).result, Ending::Restored, "too late is told");
    assert_eq!(desk.live(), "1.0.0");
}

#[test]
fn nobody_says_that_it_may_switch_and_it_never_does() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    desk.limits.confirm = Span::millis(300);
    let mut plan = desk.plan(&desk.commit(), "1.1.0");
    let switch = plan.steps.iter().position(|step| *step == Step::Switch).unwrap();
    plan.steps.insert(switch, Step::Hold);
    let heard = events(&desk.start(&plan)).len();
    let done = end(desk.follow(&plan.run, heard).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["unconfirmed"]));
    assert_eq!((desk.live().as_str(), desk.facts().lock), ("1.0.0", None));
}

#[test]
fn a_release_that_is_told_to_go_is_taken_back() {
    let desk = Desk::new();
    desk.deploy("1.0.0");
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let heard = events(&desk.start(&plan)).len();
    let done = end(&desk.say(&plan, "revert", heard));
    assert_eq!((done.result, codes(&done)), (Ending::Restored, vec!["proof-failed", "restored"]));
    assert_eq!(desk.live(), "1.0.0");
    assert!(!desk.state().join("releases").join(&plan.run).join("tree").exists());
    assert_eq!(desk.history().quarantined, [plan.release.commit]);
}

#[test]
fn the_first_release_of_all_has_nothing_to_go_back_to() {
    let desk = Desk::new();
    let plan = desk.plan(&desk.commit_with("exit 7\n"), "1.0.0");
    let done = end(desk.start(&plan).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Broken, vec!["restart-failed", "nothing-to-restore"]));
    assert!(done.findings[0].fact.contains("exit code 7"), "{done:?}");
    assert!(fs::symlink_metadata(desk.site.dir().join("current")).is_err());
    let tree = desk.state().join("releases").join(&plan.run).join("tree");
    assert!(tree.join("restart.sh").exists(), "what may still run keeps its directory");
}

#[test]
fn the_first_release_of_all_is_stopped_when_we_were_told_how() {
    let mut desk = Desk::new();
    let stopped = desk.path("stopped").display().to_string();
    desk.stop = words(&["sh", "-c", "cp restart.sh \"$0\"", &stopped]);
    let plan = desk.plan(&desk.commit_with("exit 7\n"), "1.0.0");
    let done = end(desk.start(&plan).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Restored, vec!["restart-failed", "restored"]));
    assert!(done.findings[1].fact.contains("nothing runs now"), "{done:?}");
    assert_eq!(fs::read_to_string(&stopped).unwrap(), "exit 7\n", "it ran in the release's directory");
    assert!(fs::symlink_metadata(desk.site.dir().join("current")).is_err());
    desk.stop = words(&["false"]);
    let plan = desk.plan(&desk.commit_with("exit 8\n"), "1.1.0");
    let done = end(desk.start(&plan).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Broken, vec!["restart-failed", "stop-failed"]));
}

#[test]
fn a_migration_runs_before_the_switch_and_its_failure_changes_nothing() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let live = desk.path("live").display().to_string();
    let migrate = "echo \"$SHIPLANE_VERSION while $(cat \"$0\")\"; test \"$SHIPLANE_VERSION\" != 1.2.0";
    desk.options.migrate = words(&["sh", "-c", migrate, &live]);
    desk.deploy("1.1.0");
    let plan = desk.plan(&desk.commit(), "1.2.0");
    let done = end(&desk.start(&plan));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["migrate-failed"]));
    assert_eq!(done.excerpts[0].lines, ["1.2.0 while 1.1.0"]);
    assert_eq!(desk.live(), "1.1.0");
}

#[test]
fn old_releases_go_and_the_way_back_stays() {
    let mut desk = Desk::new();
    desk.options.keep = Some(2);
    for number in 1..=5 {
        desk.deploy(&format!("1.{number}.0"));
    }
    let mut failed = desk.plan(&desk.commit_with("exit 7\n"), "1.6.0");
    failed.options.keep = Some(2);
    assert_eq!(end(&desk.start(&failed)).result, Ending::Restored);
    desk.deploy("1.7.0");
    let stays: Vec<String> = desk.history().good.iter().rev().take(2).map(|it| it.id.clone()).collect();
    let mut there: Vec<String> = fs::read_dir(desk.state().join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort_unstable_by(|left, right| right.cmp(left));
    assert_eq!(there, stays);
    let known = desk.site.git(&["worktree", "list", "--porcelain"]).unwrap();
    assert_eq!(known.matches("worktree ").count(), 3, "{known}");
}

#[test]
fn a_plan_that_was_made_for_another_state_of_the_host_touches_nothing() {
    let desk = Desk::new();
    let stale = desk.plan(&desk.commit(), "1.0.0");
    desk.deploy("2.0.0");
    let done = end(desk.start(&stale).expect(0));
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["live-changed"]));
    let fact = &done.findings[0].fact;
    assert!(fact.contains("nothing was live, now it is 2.0.0"), "{fact}");
    assert_eq!(done.live.and_then(|live| live.version).as_deref(), Some("2.0.0"));
    assert_eq!((desk.live().as_str(), desk.journal().len()), ("2.0.0", 2));
    assert!(!desk.state().join("releases").join(&stale.run).exists());
}

#[test]
fn a_plan_is_carried_out_once() {
    let desk = Desk::new();
    let plan = desk.plan(&desk.commit(), "1.0.0");
    assert_eq!(desk.carry_out(&plan).result, Ending::Good);
    let again = desk.start(&plan);
    assert!(again.expect(1).stderr.contains("exists already"), "{again}");
    assert_eq!(desk.journal().len(), 2);
}

#[test]
fn names_of_runs_do_not_leave_their_directory() {
    let desk = Desk::new();
    let outside = desk.path("outside");
    for name in ["../../../outside", "..", ".", "", "a/b", "a\0b", "/tmp/x", "a b", "-;rm -rf x", "$(id)"] {
        let mut plan = desk.plan(&desk.commit(), "1.0.0");
        plan.run = name.to_owned();
        let started = desk.start(&plan);
        assert!(started.expect(1).stderr.contains("is no name of a run"), "{name:?}: {started}");
        if !name.contains('\0') {
            assert!(desk.follow(name, 0).expect(1).stderr.contains("is no name of a run"), "{name:?}");
            assert!(
                desk.say(&plan, "confirm", 0).expect(1).stderr.contains("is no name of a run"),
                "{name:?}"
            );
        }
        assert!(!outside.exists() && !desk.state().join("runs").exists());
    }
}

#[test]
fn a_release_name_does_not_leave_its_directory() {
    let desk = Desk::new();
    let mut plan = desk.plan(&desk.commit(), "1.0.0");
    plan.release.id = "../../../outside".to_owned();
    let started = desk.start(&plan);
    assert!(started.expect(1).stderr.contains("is no name of a release"), "{started}");
    assert!(!desk.path("outside").exists());
}

#[test]
fn a_build_that_takes_too_long_is_killed_with_all_its_children() {
    let mut desk = Desk::new();
    desk.deploy("1.0.0");
    let pid = desk.path("pid").display().to_string();
    desk.build = words(&["sh", "-c", "sleep 600 & echo $! > \"$0\"; echo building; wait", &pid]);
    desk.limits.build = Span::millis(500);
    let plan = desk.plan(&desk.commit(), "1.1.0");
    let started = Instant::now();
    let done = end(&desk.start(&plan));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!((done.result, codes(&done)), (Ending::Refused, vec!["build-failed"]));
    assert!(done.findings[0].fact.contains("its time was over"), "{done:?}");
    assert_eq!(done.excerpts[0].lines, ["building"]);
    assert_eq!(desk.live(), "1.0.0");
    let pid = fs::read_to_string(&pid).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    // Nobody may be there to collect what an orphan leaves.
    assert!(stat.is_empty() || stat.contains(") Z "), "the grandchild lives: {stat}");
}

#[test]
fn a_daemon_that_keeps_our_pipes_open_stops_nothing() {
    let desk = Desk::new();
    let pid = desk.path("pid").display().to_string();
    let quiet =
        format!("setsid sleep 600 & echo $! > {pid}; echo started\necho \"$SHIPLANE_VERSION\" > \"$1\"\n");
    let chatty = "setsid sh -c 'while sleep 0.01; do echo chatter; done' & echo $! >> ".to_owned()
        + &pid
        + "\n"
        + &quiet;
    for (version, script) in [("1.0.0", &quiet), ("1.1.0", &chatty)] {
        let plan = desk.plan(&desk.commit_with(script), version);
        let started = Instant::now();
        assert_eq!(desk.carry_out(&plan).result, Ending::Good);
        assert!(started.elapsed() < Duration::from_secs(15), "{version}: {:?}", started.elapsed());
        assert!(desk.events_of(&plan.run).contains(r#"{"line":"started"}"#));
        let pids = fs::read_to_string(&pid).unwrap();
        Run::new("kill").arg("-KILL").args(pids.split_whitespace()).run().unwrap();
    }
}

#[test]
fn a_program_that_says_a_lot_in_its_last_moment_is_heard_to_its_end() {
    let mut desk = Desk::new();
    desk.build = words(&["sh", "-c", "seq 1 400000; echo the end"]);
    let plan = desk.plan(&desk.commit(), "1.0.0");
    assert_eq!(desk.carry_out(&plan).result, Ending::Good);
    let log = desk.events_of(&plan.run);
    let numbers = log
        .lines()
        .filter_map(|line| line.strip_prefix(r#"{"line":""#)?.strip_suffix("\"}")?.parse::<u32>().ok());
    assert!(numbers.eq(1..=400_000));
    assert!(log.contains(r#"{"line":"the end"}"#));
}

#[test]
fn what_programs_print_stays_one_event_a_line() {
    let mut desk = Desk::new();
    let print =
        r#"printf '{"finished":{"result":"good"}}\n::error::x\r\n\377\376\n"quoted"\n'; printf 'no end'"#;
    desk.build = words(&["sh", "-c", print]);
    let plan = desk.plan(&desk.commit(), "1.0.0");
    let heard = events(&desk.start(&plan));
    let lines: Vec<&str> = heard
        .iter()
        .filter_map(|event| if let Event::Line(line) = event { Some(line.as_str()) } else { None })
        .collect();
    let wanted =
        [r#"{"finished":{"result":"good"}}"#, "::error::x", "\u{fffd}\u{fffd}", "\"quoted\"", "no end"];
    assert!(lines.ends_with(&wanted), "{lines:?}");
    assert_eq!(end(&desk.say(&plan, "confirm", heard.len())).result, Ending::Good);
}
