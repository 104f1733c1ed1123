//! Going back while a new version is rolled out beside the one that is live.

use std::fs;

use serde_json::Value;
use shiplane_core::deploy::{Release, Stamp};
use shiplane_core::rollout::{Phase, State, defaults};
use shiplane_testkit::ground::{Ground, verdict};

use super::server::with_history;

/// Half of the users have 1.1.0; a file says so, and takes another number unless it may not be written.
fn half_way(ground: &Ground) {
    let home = ground.sshd.home();
    fs::write(home.join("share"), "50\n").unwrap();
    fs::write(home.join("set.sh"), "echo \"$1\" > \"$HOME/share\"\n").unwrap();
    let driver = format!(
        "driver: command, set: [sh, {h}/set.sh, \"{{percent}}\"], get: [cat, {h}/share]",
        h = home.display()
    );
    let config = ground
        .config_text()
        .replace("    smoke: [web]\n", &format!("    smoke: [web]\n    rollout: {{ {driver} }}\n"));
    ground.config(&config);
    let release = Release { id: "new".to_owned(), commit: "b".repeat(40), version: Some("1.1.0".to_owned()) };
    let state = State {
        format: 1,
        generation: 7,
        release,
        stages: defaults(),
        stage: 3,
        percent: 50,
        phase: Phase::Observing,
        began: Stamp(1),
        changed: Stamp(1),
        window: Stamp(1),
        watched: 0,
        since: Some(Stamp(1)),
        reason: None,
    };
    fs::write(ground.state().join("rollout.json"), serde_json::to_string(&state).unwrap()).unwrap();
}

fn state(ground: &Ground) -> Value {
    serde_json::from_str(&fs::read_to_string(ground.state().join("rollout.json")).unwrap()).unwrap()
}

#[test]
fn it_takes_the_users_of_a_rollout_with_it() {
    let Some((ground, _)) = with_history("rollout::ends", &["1.0.0", "1.0.1"]) else { return };
    half_way(&ground);
    let run = ground.tool(&["to", "1.0.0", "--reason", "an issue was found"]).run().unwrap();
    run.expect(0);
    assert_eq!(fs::read_to_string(ground.sshd.home().join("share")).unwrap(), "0\n");
    assert_eq!((&state(&ground)["phase"], &state(&ground)["percent"]), (&"rolled-back".into(), &0.into()));
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    let told = ground.journal().into_iter().find(|entry| entry["what"]["rollout"].is_object()).unwrap();
    assert_eq!(told["what"]["rollout"]["word"], "rolled-back", "{told}");
    assert_eq!(told["reason"], "an issue was found", "{told}");
}

#[test]
fn a_splitter_that_does_not_answer_does_not_stop_it() {
    let Some((ground, _)) = with_history("rollout::stuck", &["1.0.0", "1.1.0"]) else { return };
    half_way(&ground);
    fs::write(ground.sshd.home().join("set.sh"), "exit 3\n").unwrap();
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(0);
    assert!(verdict(&run).1.contains(&"share-not-set".to_owned()), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    assert_eq!(state(&ground)["phase"], "rolled-back", "the next look tries again");
}
