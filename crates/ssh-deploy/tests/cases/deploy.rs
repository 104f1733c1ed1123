//! A deploy from end to end over SSH, with a plain process on the server.

use std::fs;

use shiplane_testkit::app::{AppRelease, sample_app_static};
use shiplane_testkit::process::Run;

use shiplane_testkit::ground::{Ground, finding, report, verdict};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

#[test]
fn a_good_release_proves_itself_and_the_journal_has_it() {
    let Some(ground) = Ground::new("deploy::good", PROGRAM) else { return };
    let commit = ground.head();
    let first = ground.deploy(&commit, "1.0.0").run().unwrap();
    first.expect(0);
    assert_eq!(verdict(&first), ("deployed".to_owned(), vec![]), "{first}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    let outputs = &report(&first)["outputs"];
    assert_eq!((&outputs["commit"], &outputs["version"]), (&commit.as_str().into(), &"1.0.0".into()));
    assert_eq!(outputs["previous"], "");
    let second = ground.release(&AppRelease::good("1.1.0"));
    let run = ground.deploy(&second, "1.1.0").run().unwrap();
    run.expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
    assert_eq!(report(&run)["outputs"]["previous"], outputs["release"]);
    let journal = ground.journal();
    let whats: Vec<bool> = journal.iter().map(|entry| entry["what"]["began"].is_object()).collect();
    assert_eq!(whats, [true, false, true, false]);
    let fences: Vec<u64> = journal.iter().map(|entry| entry["fence"].as_u64().unwrap()).collect();
    assert_eq!(fences, [1, 1, 2, 2]);
    let link = fs::read_link(ground.site().join("current")).unwrap();
    assert!(link.starts_with(".shiplane/releases"), "{}", link.display());
}

#[test]
fn a_part_of_a_commit_is_recorded_as_the_whole_commit() {
    let Some(ground) = Ground::new("deploy::short", PROGRAM) else { return };
    ground.live("1.0.0");
    let commit = ground.release(&AppRelease::stale("1.1.0", "1.0.0"));
    // A branch of that very name must not be taken for the commit.
    Run::new("git").args(["branch", &commit[..7], "HEAD"]).dir(ground.site()).ok().unwrap();
    let run = ground.deploy(&commit[..7], "1.1.0").run().unwrap();
    run.expect(11);
    assert_eq!(ground.journal().pop().unwrap()["what"]["ended"]["release"]["commit"], commit.as_str());
    let again = ground.deploy(&commit, "1.1.0").run().unwrap();
    again.expect(10);
    assert_eq!(verdict(&again).1, ["commit-quarantined"], "the whole name means the same commit");
}

#[test]
fn a_release_that_still_answers_as_the_old_one_is_taken_back() {
    let Some(ground) = Ground::new("deploy::stale", PROGRAM) else { return };
    ground.live("1.0.0");
    let stale = ground.release(&AppRelease::stale("1.1.0", "1.0.0"));
    let run = ground.deploy(&stale, "1.1.0").run().unwrap();
    run.expect(11);
    assert_eq!(verdict(&run).0, "restored");
    assert_eq!(verdict(&run).1, ["wrong-version", "proof-failed", "restored"], "{run}");
    let fact = finding(&run, "wrong-version")["fact"].as_str().unwrap().to_owned();
    assert!(fact.contains("version 1.0.0 answers, expected 1.1.0"), "{fact}");
    assert_eq!((ground.answers().as_deref(), ground.last_result().as_str()), (Some("1.0.0"), "restored"));
    let again = ground.deploy(&stale, "1.1.0").run().unwrap();
    again.expect(10);
    assert_eq!(verdict(&again).1, ["commit-quarantined"]);
    let forced = ground.deploy(&stale, "1.0.0").arg("--force").run().unwrap();
    forced.expect(0);
}

#[test]
fn a_release_that_dies_at_once_is_taken_back() {
    let Some(ground) = Ground::new("deploy::crash", PROGRAM) else { return };
    ground.live("1.0.0");
    let crash = ground.release(&AppRelease::crashing("1.1.0"));
    let run = ground.deploy(&crash, "1.1.0").run().unwrap();
    run.expect(11);
    assert_eq!(verdict(&run).1, ["restart-failed", "restored"], "{run}");
    assert!(report(&run)["excerpts"].to_string().contains("the server ended with"), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn when_the_way_back_fails_too_the_steps_by_hand_bring_the_old_release_back() {
    let Some(ground) = Ground::new("deploy::broken", PROGRAM) else { return };
    ground.live("1.0.0");
    let script = ground.sshd.home().join("restart.sh");
    let allowed = ground.sshd.home().join("allowed");
    fs::write(&script, format!("test -e {} && exec \"$@\"\nexit 9\n", allowed.display())).unwrap();
    let words: Vec<String> =
        ["sh".to_owned(), script.display().to_string()].into_iter().chain(ground.restart()).collect();
    let (old, new) =
        (serde_json::to_string(&ground.restart()).unwrap(), serde_json::to_string(&words).unwrap());
    ground.config(&ground.config_text().replace(&old, &new));
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let run = ground.deploy(&commit, "1.1.0").run().unwrap();
    run.expect(12);
    assert_eq!(verdict(&run), ("broken".to_owned(), vec!["restart-failed".to_owned()]), "{run}");
    let report = report(&run);
    let excerpts = report["excerpts"].as_array().unwrap();
    let steps = excerpts.iter().find(|it| it["title"].as_str().unwrap().starts_with("by hand")).unwrap();
    let steps: Vec<&str> =
        steps["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    Run::new(sample_app_static().unwrap())
        .args(["stop", "--pid-file"])
        .arg(ground.sshd.home().join("app.pid"))
        .ok()
        .unwrap();
    fs::write(&allowed, "").unwrap();
    ground.sshd.ssh(&format!("set -e; {}", steps.join("; "))).ok().unwrap();
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"), "{steps:?}");
    let next = ground.release(&AppRelease::good("1.2.0"));
    let run = ground.deploy(&next, "1.2.0").run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run).1, ["unsettled"], "the next deploy knows, and goes on: {run}");
}

#[test]
fn a_build_that_fails_leaves_the_old_release_serving() {
    let Some(ground) = Ground::new("deploy::build", PROGRAM) else { return };
    ground.live("1.0.0");
    let head = ground.site().join(".git/HEAD");
    let before = fs::read_to_string(&head).unwrap();
    let text = ground
        .config_text()
        .replace("    command:\n", "    command:\n      build: [sh, -c, \"echo no compiler; exit 3\"]\n");
    ground.config(&text);
    let commit = ground.release(&AppRelease::good("1.1.0"));
    let run = ground.deploy(&commit, "1.1.0").run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run), ("refused".to_owned(), vec!["build-failed".to_owned()]), "{run}");
    assert!(report(&run)["excerpts"].to_string().contains("no compiler"), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    assert_eq!(fs::read_to_string(&head).unwrap(), before);
    let trees = fs::read_dir(ground.state().join("releases")).unwrap().flatten();
    assert_eq!(trees.filter(|release| release.path().join("tree").exists()).count(), 1, "its tree is gone");
}

#[test]
fn a_commit_that_is_live_already_is_deployed_again_with_a_word() {
    let Some(ground) = Ground::new("deploy::again", PROGRAM) else { return };
    let commit = ground.live("1.0.0");
    let run = ground.deploy(&commit, "1.0.0").run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run), ("deployed".to_owned(), vec!["already-live".to_owned()]), "{run}");
}

#[test]
fn an_older_commit_is_a_rollback_or_a_mistake() {
    let Some(ground) = Ground::new("deploy::older", PROGRAM) else { return };
    let (old, _) = (ground.head(), ground.live("1.0.0"));
    let run = ground.deploy(&old, "1.0.0").run().unwrap();
    run.expect(10);
    assert_eq!(verdict(&run).1, ["older-commit"], "{run}");
    assert!(finding(&run, "older-commit")["help"].as_str().unwrap().contains("rollback to"), "{run}");
    ground.deploy(&old, "1.0.0").arg("--force").run().unwrap().expect(0);
}

#[test]
fn the_binary_is_brought_along_when_the_server_does_not_have_it() {
    let Some(ground) = Ground::new("deploy::upload", PROGRAM) else { return };
    fs::remove_dir_all(ground.worker_folder()).unwrap();
    ground.deploy(&ground.head(), "1.0.0").run().unwrap().expect(0);
    let brought = ground.worker_folder().join("ssh-deploy");
    assert_eq!(fs::read(brought).unwrap(), fs::read(PROGRAM).unwrap());
}

#[test]
fn this_machine_is_a_host_like_any_other() {
    let Some(ground) = Ground::new("deploy::local", PROGRAM) else { return };
    let local =
        || ground.deploy(&ground.head(), "1.0.0").env("SSH_HOST", "local").env("HOME", ground.sshd.home());
    local().run().unwrap().expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn a_dry_run_shows_the_plan_and_changes_nothing() {
    let Some(ground) = Ground::new("deploy::dry", PROGRAM) else { return };
    let run = ground.deploy(&ground.head(), "1.0.0").arg("--dry-run").run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run).0, "planned");
    let plan = report(&run)["excerpts"].to_string();
    assert!(plan.contains("switch over (undo: switch back to the release that was live)"), "{plan}");
    assert!(!ground.state().exists() && ground.answers().is_none());
}

#[test]
fn history_tells_the_story_newest_first() {
    let Some(ground) = Ground::new("deploy::history", PROGRAM) else { return };
    ground.live("1.0.0");
    ground.live("1.1.0");
    let run = ground.tool(&["history"]).run().unwrap();
    run.expect(0);
    let report = report(&run);
    assert_eq!(report["outputs"]["version"], "1.1.0");
    let lines = &report["drawings"][0]["lines"];
    assert!(lines[0].as_str().unwrap().starts_with("run "), "{lines}");
    for (line, version) in [(1, "1.1.0"), (2, "1.0.0")] {
        let line = lines[line].as_str().unwrap();
        assert!(line.contains("deploy") && line.contains(version) && line.contains("good"), "{lines}");
    }
    assert_eq!(lines.as_array().unwrap().len(), 3);
}
