//! `rehearse`, `list` and `manual`: they look, and leave everything as it is.

use std::fs;

use shiplane_testkit::ground::{Ground, finding, report, verdict};

use super::server::with_history;

fn state(ground: &Ground) -> (Vec<serde_json::Value>, usize, Option<String>) {
    (ground.journal(), ground.runs().len(), ground.answers())
}

#[test]
fn a_rehearsal_tells_each_part_and_the_seconds_and_changes_nothing() {
    let Some((ground, _)) = with_history("looks::rehearse", &["1.0.0", "1.1.0"]) else { return };
    let before = state(&ground);
    let run = ground.tool(&["rehearse"]).run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run), ("ready".to_owned(), vec![]), "{run}");
    assert!(report(&run)["outputs"]["seconds"].as_str().unwrap().parse::<f64>().is_ok(), "{run}");
    assert!(finding(&run, "time")["fact"].as_str().unwrap().contains(" s of 2m are expected"), "{run}");
    assert_eq!(state(&ground), before);
}

#[test]
fn a_target_whose_parts_are_missing_is_not_called_good() {
    let Some((ground, _)) = with_history("looks::missing", &["1.0.0", "1.1.0"]) else { return };
    let oldest =
        fs::read_dir(ground.state().join("releases")).unwrap().flatten().map(|it| it.path()).min().unwrap();
    fs::remove_file(oldest.join("tree/release.env")).unwrap();
    let mendable = ground.tool(&["rehearse"]).run().unwrap();
    mendable.expect(0);
    assert_eq!(verdict(&mendable).1, ["part-mendable"], "{mendable}");
    fs::remove_dir_all(ground.site().join(".git")).unwrap();
    let run = ground.tool(&["rehearse"]).run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run), ("not-ready".to_owned(), vec!["part-missing".to_owned()]), "{run}");
    let listed = ground.tool(&["list"]).run().unwrap();
    listed.expect(0);
    assert_eq!(verdict(&listed).1, ["release-incomplete"], "{listed}");
}

#[test]
fn a_hopeless_target_is_refused_as_by_the_real_thing() {
    let Some((ground, _)) = with_history("looks::hopeless", &["1.0.0"]) else { return };
    let none = ground.tool(&["rehearse"]).run().unwrap();
    none.expect(10);
    assert!(verdict(&none).1.contains(&"no-previous".to_owned()), "{none}");
    ground.tool(&["manual", "9.9.9"]).run().unwrap().expect(10);
    let short = ground.tool(&["rehearse", "--budget", "1ms"]).run().unwrap();
    short.expect(10);
}

#[test]
fn the_list_says_what_is_live_and_what_would_be_next() {
    let Some((ground, _)) = with_history("looks::list", &["1.0.0", "1.1.0", "1.2.0"]) else { return };
    let before = state(&ground);
    ground.tool(&["to"]).run().unwrap().expect(0);
    let run = ground.tool(&["list"]).run().unwrap();
    run.expect(0);
    let lines = report(&run)["excerpts"][0]["lines"].as_array().unwrap().clone();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines[0].contains("1.2.0") && lines[0].ends_with("complete [quarantined]"), "{lines:?}");
    assert!(lines[1].contains("1.1.0") && lines[1].ends_with("complete [live]"), "{lines:?}");
    assert!(lines[2].contains("1.0.0") && lines[2].ends_with("complete [previous]"), "{lines:?}");
    assert_ne!(before, state(&ground));
}

#[test]
fn the_steps_by_hand_are_told_offline_from_a_record() {
    let Some((ground, _)) = with_history("looks::manual", &["1.0.0", "1.1.0"]) else { return };
    let run = ground.tool(&["manual", "--save-facts", "facts.json"]).run().unwrap();
    run.expect(0);
    let steps = report(&run)["excerpts"].clone();
    assert!(steps.to_string().contains("ln -sfn"), "{run}");
    let away = ["manual", "--facts", "facts.json"];
    let away = ground.tool(&away).env("SSH_HOST", "deploy@127.0.0.1:1").run().unwrap();
    away.expect(0);
    assert_eq!(report(&away)["excerpts"], steps);
}
