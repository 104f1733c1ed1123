//! A client that is told to stop, one that waits for another's run, and locks that are freed on demand.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::{Ground, PATIENCE, finding, report, verdict};
use shiplane_testkit::process::{Run, wait_until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// GitHub's first signal, and its second 7.5 s later.
const BEFORE_THE_SECOND: Duration = Duration::from_millis(7500);

/// A ground whose builds wait until they may go on.
fn gated(test: &str) -> Option<Ground> {
    let ground = Ground::new(test, PROGRAM)?;
    ground.live("1.0.0");
    let gate = ground.sshd.home().join("gate").display().to_string();
    let build = serde_json::to_string(&["sh", "-c", &format!("until test -e {gate}; do sleep 0.02; done")]);
    let with_gate = format!("    command:\n      build: {}\n", build.unwrap());
    ground.config(&ground.config_text().replace("    command:\n", &with_gate));
    Some(ground)
}

/// Begins a deploy and waits until its run says this.
fn deploying(ground: &Ground, release: &AppRelease, wanted: &str) -> Child {
    let (commit, before) = (ground.release(release), ground.runs());
    let client = ground.spawn(&ground.deploy(&commit, release.version()));
    ground.wait_for_event(&before, wanted);
    client
}

fn signal(pid: u32, name: &str) {
    Run::new("kill").args([name, &pid.to_string()]).ok().unwrap();
}

/// Waits for the client's end; answers its exit code and its report.
fn ended(client: Child) -> (i32, Value) {
    let output = client.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().expect("an exit code"), serde_json::from_str(&text).unwrap())
}

fn codes(report: &Value) -> Vec<&str> {
    report["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
}

fn unlock(ground: &Ground, args: &[&str]) -> Run {
    ground.tool(&[&["unlock"], args].concat())
}

/// The worker of the newest run.
fn worker(ground: &Ground) -> u32 {
    let run = ground.runs().pop().unwrap().display().to_string();
    process(|line| line.ends_with(&format!("worker\0run\0{run}\0"))).expect("the worker")
}

/// A process whose command line is like that.
fn process(is_it: impl Fn(&str) -> bool) -> Option<u32> {
    processes(is_it).into_iter().next()
}

/// All processes whose command line is like that.
fn processes(is_it: impl Fn(&str) -> bool) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let like_that = |pid: &u32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        is_it(&String::from_utf8_lossy(&line))
    };
    pids.filter(like_that).collect()
}

#[test]
fn a_cancelled_deploy_before_the_switch_changes_nothing_and_frees_the_lock() {
    for name in ["-INT", "-TERM"] {
        let Some(ground) = gated("interrupt::before") else { return };
        let client = deploying(&ground, &AppRelease::good("1.1.0"), r#"{"began":"build release"}"#);
        let started = Instant::now();
        signal(client.id(), name);
        let (code, report) = ended(client);
        assert!(started.elapsed() < BEFORE_THE_SECOND, "{:?}", started.elapsed());
        assert_eq!((code, report["verdict"].as_str()), (1, Some("interrupted")), "{report:#}");
        assert_eq!(codes(&report), ["interrupted", "lock-freed"], "{report:#}");
        assert_eq!(report["outputs"]["version"], "1.0.0");
        assert!(ground.outputs().contains("1.0.0") && !ground.summary().is_empty());
        assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.0.0"), "refused"));
        let free = unlock(&ground, &[]).run().unwrap();
        assert_eq!(verdict(free.expect(0)).0, "free");
        fs::write(ground.sshd.home().join("gate"), "").unwrap();
        ground.live("1.2.0");
    }
}

#[test]
fn a_cancelled_deploy_after_the_switch_is_taken_back() {
    let Some(ground) = Ground::new("interrupt::after", PROGRAM) else { return };
    ground.live("1.0.0");
    let client = deploying(&ground, &AppRelease::stale("1.1.0", "0.9.0"), "\"switched\"");
    let started = Instant::now();
    signal(client.id(), "-INT");
    let (code, report) = ended(client);
    assert!(started.elapsed() < BEFORE_THE_SECOND, "{:?}", started.elapsed());
    assert_eq!((code, report["verdict"].as_str()), (11, Some("restored")), "{report:#}");
    assert_eq!(codes(&report), ["interrupted", "restored", "lock-freed"], "{report:#}");
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.0.0"), "restored"));
    let again = ground.deploy(&ground.head(), "0.9.0").run().unwrap();
    again.expect(0);
}

#[test]
fn a_run_that_does_not_hear_the_word_is_named_and_the_second_signal_ends_at_once() {
    for second in [false, true] {
        let Some(ground) = gated("interrupt::deaf") else { return };
        let client = deploying(&ground, &AppRelease::good("1.1.0"), r#"{"began":"build release"}"#);
        let worker = worker(&ground);
        signal(worker, "-STOP");
        let started = Instant::now();
        signal(client.id(), "-INT");
        if second {
            let stop = ground.runs().pop().unwrap().join("stop");
            wait_until("the word to stop", PATIENCE, || stop.exists().then_some(())).unwrap();
            signal(client.id(), "-TERM");
        }
        let (code, report) = ended(client);
        let within = if second { Duration::from_secs(3) } else { BEFORE_THE_SECOND };
        assert!(started.elapsed() < within, "{:?}", started.elapsed());
        assert_eq!((code, codes(&report)), (1, vec!["left-running"]), "{report:#}");
        let run = ground.runs().pop().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        assert!(report["findings"][0]["fact"].as_str().unwrap().contains(&run), "{report:#}");
        assert!(ground.outputs().contains("release"), "outputs are written all the same");
        signal(worker, "-CONT");
        let refused = || (ground.last_result() == "refused").then_some(());
        wait_until("the run to hear the word at last", PATIENCE, refused).unwrap();
        assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    }
}

#[test]
fn a_deploy_that_waits_for_the_lock_shows_the_other_and_goes_on() {
    let Some(ground) = gated("interrupt::wait") else { return };
    let first = deploying(&ground, &AppRelease::good("1.1.0"), r#"{"began":"build release"}"#);
    let commit = ground.release(&AppRelease::good("1.2.0"));
    let short = ground.deploy(&commit, "1.2.0").args(["--wait-for-lock", "300ms"]).run().unwrap();
    short.expect(10);
    assert_eq!(verdict(&short).1, ["lock-held"], "{short}");
    let fact = finding(&short, "lock-held")["fact"].as_str().unwrap().to_owned();
    assert!(fact.contains("now in `build release`"), "{fact}");
    let run = ground.runs().pop().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    // The one that was refused may still have a follower there.
    let followers = || processes(|line| line.contains("worker\0follow\0") && line.contains(&run));
    let before = followers();
    let second = ground.deploy(&commit, "1.2.0").env("SHIPLANE_WAIT_FOR_LOCK", "60s");
    let waiting = std::thread::spawn(move || second.run().unwrap());
    let follows = || followers().iter().any(|pid| !before.contains(pid)).then_some(());
    wait_until("the second to follow the first", PATIENCE, follows).unwrap();
    fs::write(ground.sshd.home().join("gate"), "").unwrap();
    assert_eq!(ended(first).0, 0);
    let second = waiting.join().unwrap();
    second.expect(0);
    assert!(second.stderr.contains("wait for run") && second.stderr.contains(": build release"), "{second}");
    assert_eq!(report(&second)["outputs"]["version"], "1.2.0");
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
}

#[test]
fn unlock_says_who_holds_the_lock_and_frees_it_on_demand() {
    let Some(ground) = gated("interrupt::unlock") else { return };
    let client = deploying(&ground, &AppRelease::good("1.1.0"), r#"{"began":"build release"}"#);
    let held = unlock(&ground, &[]).run().unwrap();
    held.expect(10);
    assert_eq!(verdict(&held), ("held".to_owned(), vec!["lock-held".to_owned()]), "{held}");
    let screen = report(&held)["excerpts"][0]["lines"].to_string();
    for word in ["run ", "since", "phase    build release", "process", "lease    until"] {
        assert!(screen.contains(word), "{word} in {screen}");
    }
    let forced = unlock(&ground, &["--force"]).env("GITHUB_ACTOR", "ada").run().unwrap();
    forced.expect(0);
    assert_eq!(verdict(&forced).0, "unlocked", "{forced}");
    let (code, report) = ended(client);
    assert_eq!((code, codes(&report)), (1, vec!["run-cut-off"]), "{report:#}");
    let free = unlock(&ground, &[]).run().unwrap();
    assert_eq!(verdict(free.expect(0)).0, "free");
    let history = ground.tool(&["history"]).run().unwrap();
    assert!(history.expect(0).stdout.contains("unlocked by ada"), "{history}");
    fs::write(ground.sshd.home().join("gate"), "").unwrap();
    let next = ground.deploy(&ground.head(), "1.1.0").run().unwrap();
    next.expect(0);
    assert_eq!(verdict(&next).1, ["unsettled"], "{next}");
}

#[test]
fn a_dead_run_is_named_by_the_next_deploy() {
    let Some(ground) = gated("interrupt::dead") else { return };
    let client = deploying(&ground, &AppRelease::good("1.1.0"), r#"{"began":"build release"}"#);
    signal(worker(&ground), "-KILL");
    assert_eq!(ended(client).0, 1);
    fs::write(ground.sshd.home().join("gate"), "").unwrap();
    let next = ground.deploy(&ground.head(), "1.1.0").run().unwrap();
    next.expect(0);
    assert_eq!(verdict(&next).1, ["unsettled", "took-over"], "{next}");
}
