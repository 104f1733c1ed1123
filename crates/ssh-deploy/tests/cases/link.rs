//! What happens when the line breaks, the client dies, or two come at once.

use std::fs;
use std::process::Child;
use std::time::Duration;

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::{Outcome, Run, wait_until};

use shiplane_testkit::ground::{Ground, PATIENCE, finding, report, verdict};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// A ground whose builds wait until they may go on.
fn gated(test: &str) -> Option<Ground> {
    let ground = Ground::new(test, PROGRAM)?;
    ground.live("1.0.0");
    let gate = ground.sshd.home().join("gate").display().to_string();
    let script = format!("until test -e {gate}; do sleep 0.02; done");
    let build = serde_json::to_string(&["sh", "-c", &script]).unwrap();
    let with_gate = format!("    command:\n      build: {build}\n");
    ground.config(&ground.config_text().replace("    command:\n", &with_gate));
    Some(ground)
}

fn open_gate(ground: &Ground) {
    fs::write(ground.sshd.home().join("gate"), "").unwrap();
}

/// Runs a deploy in the background; answers once its build waits at the gate.
fn at_the_gate(ground: &Ground, run: Run) -> std::thread::JoinHandle<Outcome> {
    let before = ground.runs();
    let running = std::thread::spawn(move || run.run().unwrap());
    ground.wait_for_event(&before, r#"{"began":"build release"}"#);
    running
}

fn killed(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_cut_line_stops_nothing_and_the_client_comes_back() {
    let Some(ground) = gated("link::cut") else { return };
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let running = at_the_gate(&ground, ground.deploy(&commit, "1.1.0"));
    ground.sshd.cut();
    open_gate(&ground);
    let outcome = running.join().unwrap();
    outcome.expect(0);
    assert_eq!(verdict(&outcome), ("deployed".to_owned(), vec![]), "{outcome}");
    assert!(outcome.stderr.contains("broke; going there again"), "{outcome}");
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.1.0"), "good"));
    let phases = report(&outcome)["phases"].clone();
    let names: Vec<&str> =
        phases.as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    let once =
        ["fetch commit", "unpack release", "build release", "switch over", "prove release", "await proof"];
    for name in once {
        assert_eq!(names.iter().filter(|it| **it == name).count(), 1, "{name} in {names:?}");
    }
}

#[test]
fn a_line_that_is_cut_during_the_proof_does_not_lose_the_word() {
    let Some(ground) = Ground::new("link::proof", PROGRAM) else { return };
    ground.live("1.0.0");
    let commit = ground.release(&AppRelease::good("1.1.0").slow_by(Duration::from_millis(300)));
    let (run, before) = (ground.deploy(&commit, "1.1.0"), ground.runs());
    let running = std::thread::spawn(move || run.run().unwrap());
    ground.wait_for_event(&before, "\"switched\"");
    ground.sshd.cut();
    let outcome = running.join().unwrap();
    outcome.expect(0);
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.1.0"), "good"));
}

#[test]
fn the_second_of_two_deploys_learns_who_is_at_work() {
    let Some(ground) = gated("link::two") else { return };
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let first = ground.deploy(&commit, "1.1.0").env("GITHUB_ACTOR", "ada").env("GITHUB_RUN_ID", "41");
    let first = first.env("GITHUB_SERVER_URL", "https://git.example").env("GITHUB_REPOSITORY", "org/shop");
    let running = at_the_gate(&ground, first);
    let second = ground.deploy(&commit, "1.1.0").run().unwrap();
    second.expect(10);
    assert_eq!(verdict(&second), ("refused".to_owned(), vec!["lock-held".to_owned()]), "{second}");
    let fact = finding(&second, "lock-held")["fact"].as_str().unwrap().to_owned();
    assert!(
        fact.contains("by ada") && fact.contains("https://git.example/org/shop/actions/runs/41"),
        "{fact}"
    );
    assert_eq!(report(&second)["outputs"]["version"], "1.0.0", "what is live is told all the same");
    open_gate(&ground);
    running.join().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
}

#[test]
fn two_that_saw_the_same_facts_do_not_both_go_on() {
    let Some(ground) = gated("link::race") else { return };
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let before = ground.runs();
    let runs = [ground.deploy(&commit, "1.1.0"), ground.deploy(&commit, "1.1.0")];
    let running = runs.map(|run| std::thread::spawn(move || run.run().unwrap()));
    ground.wait_for_event(&before, r#"{"began":"build release"}"#);
    let refused = || running.iter().any(|one| one.is_finished()).then_some(());
    wait_until("one of the two to be refused", PATIENCE, refused).unwrap();
    open_gate(&ground);
    let outcomes = running.map(|one| one.join().unwrap());
    let mut codes: Vec<i32> = outcomes.iter().map(Outcome::code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 10], "{}\n{}", outcomes[0], outcomes[1]);
    let refused = outcomes.iter().find(|one| one.code() == 10).unwrap();
    assert_eq!(verdict(refused).1, ["lock-held"], "{refused}");
}

/// That the worker takes it back by itself when its time is over, `worker::nobody_confirms` shows with a short time.
#[test]
fn a_client_that_is_killed_leaves_the_old_release_and_a_free_lock() {
    let Some(ground) = Ground::new("link::killed", PROGRAM) else { return };
    ground.config(&ground.config_text().replace("within: 5s", "within: 3s"));
    ground.live("1.0.0");
    let stale = ground.release(&AppRelease::stale("1.1.0", "0.9.0"));
    let before = ground.runs();
    let client = ground.spawn(&ground.deploy(&stale, "1.1.0"));
    ground.wait_for_event(&before, "\"switched\"");
    killed(client);
    assert_eq!(ground.answers().as_deref(), Some("0.9.0"), "the new release has taken over");
    let busy = ground.deploy(&ground.head(), "1.1.0").run().unwrap();
    busy.expect(10);
    assert!(verdict(&busy).1.contains(&"lock-held".to_owned()), "{busy}");
    let (state, run) = (ground.site().join(".shiplane"), ground.runs().pop().unwrap());
    let run = run.file_name().unwrap();
    Run::new(PROGRAM).args(["worker", "stop"]).arg(&state).arg(run).ok().unwrap();
    let back = || (ground.last_result() == "restored").then_some(());
    wait_until("the worker to take the switch back", PATIENCE, back).unwrap();
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    ground.live("1.2.0");
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
}
