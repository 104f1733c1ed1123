//! A rollback that is not begun: a clear error, its exit code, nothing changed.

use std::fs;

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::Outcome;

use super::server::{PROGRAM, put, with_history};
use shiplane_testkit::ground::{Ground, finding, verdict};

#[track_caller]
fn refused(ground: &Ground, run: &Outcome, wanted: (i32, &[&str])) {
    run.expect(wanted.0);
    assert_eq!(verdict(run).1, wanted.1, "{run}");
    assert!(ground.outputs().contains(wanted.1[0]) && ground.summary().contains(wanted.1[0]));
}

#[test]
fn a_target_that_was_never_good_here_is_refused_with_those_that_were() {
    let Some((ground, _)) = with_history("refused::unknown", &["1.0.0", "1.1.0"]) else { return };
    let bad = put(&ground, &AppRelease::unhealthy("1.2.0"), "revert");
    for target in ["9.9.9", "1.2.0", &bad, "1.0", "HEAD~1", "--", "1.0.0; reboot"] {
        let run = ground.tool(&["to"]).env("SHIPLANE_TARGET", target).run().unwrap();
        refused(&ground, &run, (10, &["target-unknown"]));
        let help = finding(&run, "target-unknown")["help"].as_str().unwrap().to_owned();
        assert!(help.starts_with("good here, newest first: 1.1.0 ("), "{help}");
    }
    refused(&ground, &ground.tool(&["to", "1.1.0"]).run().unwrap(), (10, &["target-live"]));
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
}

#[test]
fn a_host_without_a_history_has_nowhere_to_go() {
    let Some(ground) = Ground::new("refused::empty", PROGRAM) else { return };
    refused(&ground, &ground.tool(&["to"]).run().unwrap(), (10, &["no-previous"]));
    let nowhere = ground.tool(&["to", "--deploy-path", "/no/such/place"]).run().unwrap();
    refused(&ground, &nowhere, (10, &["path-missing", "no-previous"]));
    assert!(!ground.state().exists());
}

#[test]
fn a_release_whose_files_are_gone_is_refused_before_anything_stops() {
    let Some((ground, _)) = with_history("refused::gone", &["1.0.0", "1.1.0"]) else { return };
    let oldest = fs::read_dir(ground.state().join("releases")).unwrap().flatten().map(|it| it.path()).min();
    fs::remove_dir_all(oldest.unwrap()).unwrap();
    fs::rename(ground.site().join(".git"), ground.dir.path().join("git-is-gone")).unwrap();
    refused(&ground, &ground.tool(&["to"]).run().unwrap(), (10, &["release-missing"]));
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
}

#[test]
fn a_run_at_work_is_not_disturbed() {
    let Some((ground, _)) = with_history("refused::busy", &["1.0.0", "1.1.0"]) else { return };
    put(&ground, &AppRelease::good("1.2.0"), "none");
    let run = ground.tool(&["to"]).run().unwrap();
    refused(&ground, &run, (10, &["lock-held"]));
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
}

#[test]
fn the_way_to_the_host_is_checked_as_for_a_deploy() {
    let Some(ground) = Ground::new("refused::way", PROGRAM) else { return };
    let unknown = ground.tool(&["to"]).env("SHIPLANE_KNOWN_HOSTS", "").run().unwrap();
    refused(&ground, &unknown, (1, &["host-key-unknown"]));
    let none = ground.tool(&["to"]).env("SSH_PRIVATE_KEY", "").run().unwrap();
    refused(&ground, &none, (2, &["key-missing"]));
    let typed = ground.tool(&["to", "--ssh-private-key", "s3cret-words"]).run().unwrap();
    refused(&ground, &typed, (2, &["secret-in-argv"]));
    assert!(!format!("{}{}", typed.stdout, typed.stderr).contains("s3cret-words"), "{typed}");
    let wrong = ground.tool(&["to", "--environment", "staging"]).run().unwrap();
    refused(&ground, &wrong, (2, &["unknown-environment"]));
}
