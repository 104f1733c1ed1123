//! Going back, from end to end over SSH, with a plain process on the server.

use std::fs;

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::Run;

use super::server::{break_restarts, kill_newest_run, put, trees, with_history};
use shiplane_testkit::ground::{finding, report, verdict};

#[test]
fn without_a_target_it_goes_to_the_good_release_before_the_live_one() {
    let Some((ground, commits)) = with_history("back::previous", &["1.0.0", "1.1.0"]) else { return };
    put(&ground, &AppRelease::unhealthy("1.2.0"), "revert");
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run), ("rolled-back".to_owned(), vec![]), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    let outputs = report(&run)["outputs"].clone();
    assert_eq!((&outputs["version"], &outputs["commit"]), (&"1.0.0".into(), &commits[0].as_str().into()));
    assert!(outputs["left"].as_str().unwrap().ends_with(&commits[1][..8]), "{outputs}");
    assert!(finding(&run, "proven")["fact"].as_str().unwrap().contains("web"), "{run}");
    assert!(ground.outputs().contains("left<<") && ground.summary().contains("rolled-back"));
}

#[test]
fn it_needs_neither_the_origin_nor_git_objects_nor_a_build() {
    let Some((ground, _)) = with_history("back::offline", &["1.0.0", "1.1.0"]) else { return };
    fs::remove_dir_all(ground.origin.dir()).unwrap();
    fs::rename(ground.site().join(".git"), ground.dir.path().join("git-is-gone")).unwrap();
    ground.tool(&["to"]).run().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn a_version_a_commit_or_a_release_id_names_the_target() {
    let Some((ground, commits)) = with_history("back::named", &["1.0.0", "1.1.0", "1.2.0"]) else { return };
    let to = |target: &str| ground.tool(&["to", target]).run().unwrap();
    to("1.0.0").expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    to("v1.2.0").expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
    let by_commit = to(&commits[1][..7]);
    by_commit.expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
    let id = report(&by_commit)["outputs"]["left"].as_str().unwrap().to_owned();
    let input = ground.tool(&["to"]).env("SHIPLANE_TARGET", &id).run().unwrap();
    input.expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
}

#[test]
fn two_in_a_row_go_back_two() {
    let Some((ground, _)) = with_history("back::twice", &["1.0.0", "1.1.0", "1.2.0"]) else { return };
    ground.tool(&["to"]).run().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
    ground.tool(&["to"]).run().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    let third = ground.tool(&["to"]).run().unwrap();
    third.expect(10);
    assert_eq!(verdict(&third).1, ["no-previous"], "{third}");
    assert_eq!((ground.answers().as_deref(), trees(&ground)), (Some("1.0.0"), 3));
    put(&ground, &AppRelease::good("1.3.0"), "confirm");
    ground.tool(&["to"]).run().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"), "what was left on purpose is left out");
}

#[test]
fn a_rollback_that_does_not_prove_itself_changes_nothing() {
    let Some((ground, _)) = with_history("back::unproven", &["1.0.0", "1.1.0"]) else { return };
    let tree =
        fs::read_dir(ground.state().join("releases")).unwrap().flatten().map(|it| it.path()).min().unwrap();
    let text = AppRelease::stale("1.0.0", "0.9.0").env_text();
    fs::write(tree.join("tree/release.env"), text).unwrap();
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(11);
    assert_eq!(verdict(&run).0, "unchanged");
    assert_eq!(verdict(&run).1, ["wrong-version", "proof-failed", "restored"], "{run}");
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.1.0"), "restored"));
    assert_eq!(report(&run)["outputs"]["version"], "1.1.0");
}

#[test]
fn when_nothing_starts_any_more_the_steps_by_hand_are_told() {
    let Some((ground, _)) = with_history("back::broken", &["1.0.0", "1.1.0"]) else { return };
    break_restarts(&ground);
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(12);
    assert_eq!(verdict(&run).0, "broken");
    let excerpts = report(&run)["excerpts"].to_string();
    assert!(excerpts.contains("by hand, to bring 1.1.0") && excerpts.contains("ln -sfn"), "{excerpts}");
    ground.config(&ground.config_text());
    let after = ground.tool(&["to"]).run().unwrap();
    after.expect(0);
    assert_eq!(verdict(&after).1, ["unsettled"], "{after}");
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"), "first back to what was good last");
}

#[test]
fn after_a_run_that_was_cut_off_it_starts_the_last_good_release_again() {
    let Some((ground, _)) = with_history("back::cut-off", &["1.0.0"]) else { return };
    put(&ground, &AppRelease::unhealthy("1.1.0"), "none");
    kill_newest_run(&ground);
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run).1, ["unsettled", "took-over"], "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let Some((ground, _)) = with_history("back::dry", &["1.0.0", "1.1.0"]) else { return };
    let journal = ground.journal();
    let run = ground.tool(&["to", "--dry-run", "--save-facts", "facts.json"]).run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run).0, "planned");
    assert_eq!((ground.answers().as_deref(), ground.journal()), (Some("1.1.0"), journal));
    let away =
        ground.tool(&["to", "--facts", "facts.json"]).env("SSH_HOST", "deploy@127.0.0.1:1").run().unwrap();
    away.expect(0);
    assert_eq!((verdict(&away), &report(&away)["title"]), (verdict(&run), &report(&run)["title"]));
}

#[test]
fn a_cancelled_rollback_is_taken_back_and_says_so() {
    let Some((ground, _)) = with_history("back::cancelled", &["1.0.0", "1.1.0"]) else { return };
    // Nothing answers there, so the proof goes on until its time is over.
    ground.config(
        &ground.config_text().replace("/version\"\n", "/nowhere\"\n").replace("within: 5s", "within: 60s"),
    );
    let before = ground.runs();
    let client = ground.spawn(&ground.tool(&["to"]));
    ground.wait_for_event(&before, "\"switched\"");
    Run::new("kill").args(["-INT", &client.id().to_string()]).ok().unwrap();
    let output = client.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), report["verdict"].as_str()),
        (Some(11), Some("unchanged")),
        "{report:#}"
    );
    assert_eq!(report["codes"], serde_json::json!(["interrupted", "restored", "lock-freed"]), "{report:#}");
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.1.0"), "restored"));
}
