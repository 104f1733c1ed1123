//! Programs run with an empty environment and a deadline.

use std::time::Duration;

use shiplane_testkit::clock::FakeClock;
use shiplane_testkit::process::{Run, free_port, wait_until};

#[test]
fn the_environment_is_emptied_then_filled() {
    let outcome = Run::new("env").env("SHIP", "sails").ok().unwrap();
    let names: Vec<&str> = outcome.stdout.lines().filter_map(|line| line.split('=').next()).collect();
    assert_eq!(names, ["PATH", "SHIP"]);
}

#[test]
fn output_input_and_status_are_kept() {
    let outcome = Run::new("sh").args(["-c", "cat; echo bad >&2; exit 3"]).stdin("in").run().unwrap();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("in", "bad\n"));
    outcome.expect(3);
    let error = Run::new("sh").args(["-c", "echo why; exit 3"]).ok().unwrap_err().to_string();
    assert!(error.contains("exit code 3") && error.contains("why"), "{error}");
    assert_eq!(Run::new("sh").args(["-c", "kill -TERM $$"]).run().unwrap().code(), 143);
}

#[test]
fn past_the_deadline_the_whole_group_is_killed() {
    let run =
        Run::new("sh").args(["-c", "echo begun; sleep 600 & sleep 600"]).within(Duration::from_millis(200));
    let error = run.run().unwrap_err().to_string();
    assert!(error.contains("it was killed") && error.contains("begun"), "{error}");
}

#[test]
fn a_child_that_keeps_the_output_open_is_named() {
    let run = Run::new("setsid").args(["-f", "sleep", "2"]).within(Duration::from_millis(200));
    let error = run.run().unwrap_err().to_string();
    assert!(error.contains("keeps its output open"), "{error}");
}

#[test]
fn waiting_in_vain_says_for_what() {
    let error = wait_until("the tide", Duration::ZERO, || None::<()>).unwrap_err();
    assert_eq!(error.to_string(), "waited 0ns in vain for the tide");
    assert_ne!(free_port(), 0);
}

#[test]
fn a_fake_clock_moves_when_told() {
    let mut clock = FakeClock::at(1_767_607_200);
    assert_eq!(clock.rfc3339(), "2026-01-05T10:00:00Z");
    clock.advance(Duration::from_secs(54 * 86_400 + 3_661));
    assert_eq!(clock.rfc3339(), "2026-02-28T11:01:01Z");
    assert_eq!(FakeClock::at(1_709_164_800).rfc3339(), "2024-02-29T00:00:00Z");
}
