//! Whatever is broken on the server, the way back takes less than two minutes, without the origin and without GitHub.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::{Ground, finding, report, verdict};
use shiplane_testkit::process::Run;

use super::server::{kill_newest_run, put, run_process, with_history};

/// A way to break a server on which 1.0.0 and 1.1.0 were live, the version to come back to, and what must be told.
type State = (&'static str, fn(&Ground), &'static str, &'static [&'static str]);

const STATES: [State; 11] = [
    ("the clone is damaged", damage, "1.0.0", &[]),
    ("a stale index.lock", |ground| write(&ground.site().join(".git/index.lock")), "1.0.0", &[]),
    ("the clone is gone", |ground| fs::remove_dir_all(ground.site().join(".git")).unwrap(), "1.0.0", &[]),
    ("edits on the server", |ground| write(&ground.site().join("release.env")), "1.0.0", &[]),
    ("the service is dead", kill_app, "1.0.0", &[]),
    ("a torn line in the journal", tear, "1.0.0", &[]),
    ("a deploy that was killed", dead_deploy, "1.1.0", &["unsettled", "took-over"]),
    ("a deploy that stands still", stalled_deploy, "1.1.0", &["unsettled", "taken-over"]),
    (
        "a deploy at work",
        |ground| drop(put(ground, &AppRelease::good("1.2.0"), "none")),
        "1.0.0",
        &["taken-over"],
    ),
    ("the release's directory is gone", lose_tree, "1.0.0", &["rebuilt"]),
    ("leftovers of a crash", leftovers, "1.0.0", &[]),
];

#[test]
fn from_every_broken_state_it_comes_back_in_less_than_two_minutes() {
    for (state, break_it, version, told) in STATES {
        let Some((ground, _)) = with_history("broken::states", &["1.0.0", "1.1.0"]) else { return };
        break_it(&ground);
        fs::remove_dir_all(ground.origin.dir()).unwrap();
        let started = Instant::now();
        let words = ["to", "--take-over", "--reason", "checkout fails"];
        let run = ground.tool(&words).env("GITHUB_API_URL", "http://127.0.0.1:1").run().unwrap();
        assert_eq!(run.code(), 0, "{state}: {run}");
        assert!(started.elapsed() < Duration::from_secs(120), "{state}");
        assert_eq!(ground.answers().as_deref(), Some(version), "{state}");
        assert_eq!(verdict(&run).0, "rolled-back", "{state}");
        assert_eq!(verdict(&run).1, told, "{state}: {run}");
        let last = ground.journal().pop().unwrap();
        assert_eq!(
            (last["what"]["ended"]["result"].as_str(), &last["reason"]),
            (Some("good"), &"checkout fails".into()),
            "{state}"
        );
        assert!(finding(&run, "time")["fact"].as_str().unwrap().ends_with(" s of 2m"), "{run}");
    }
}

#[test]
fn a_full_disk_does_not_keep_the_way_back_from_being_written_down() {
    let test = "broken::full";
    let Some(ground) = Ground::new(test, super::server::PROGRAM) else { return };
    fs::create_dir(ground.state()).unwrap();
    let mount = Run::new("mount").args(["-t", "tmpfs", "-o", "size=96m", "tmpfs"]).arg(ground.state()).run();
    if !mount.is_ok_and(|mounted| mounted.code() == 0) {
        println!("{test}: no file system can be mounted here");
        return;
    }
    let _unmount = Unmount(ground.state());
    put(&ground, &AppRelease::good("1.0.0"), "confirm");
    put(&ground, &AppRelease::good("1.1.0"), "confirm");
    assert_eq!(fs::read_dir(ground.state().join("spare")).unwrap().count(), 16);
    fill(&ground.state());
    let run = ground.tool(&["to"]).run().unwrap();
    run.expect(0);
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
    assert_eq!(ground.last_result(), "good", "the journal has the end of it");
}

#[test]
fn a_living_run_is_left_alone_unless_somebody_says_take_over() {
    let Some((ground, _)) = with_history("broken::living", &["1.0.0", "1.1.0"]) else { return };
    put(&ground, &AppRelease::good("1.2.0"), "none");
    let refused = ground.tool(&["to"]).run().unwrap();
    refused.expect(10);
    assert_eq!(verdict(&refused).1, ["lock-held"]);
    assert!(finding(&refused, "lock-held")["help"].as_str().unwrap().contains("--take-over"));
    assert_eq!(ground.answers().as_deref(), Some("1.2.0"));
    let run = ground.tool(&["to", "1.0.0", "--take-over"]).run().unwrap();
    run.expect(0);
    assert!(finding(&run, "taken-over")["fact"].as_str().unwrap().contains("was told to give way and did"));
    assert_eq!(ground.answers().as_deref(), Some("1.0.0"));
}

#[test]
fn the_budget_ends_what_takes_too_long_and_the_old_release_is_live_again() {
    let Some((ground, _)) = with_history("broken::budget", &["1.0.0", "1.1.0"]) else { return };
    let text = ground.config_text();
    let words = ground.restart();
    let slow = ["sh", "-c", "case $SHIPLANE_VERSION in 1.0.0) sleep 60;; esac; exec \"$@\"", "sh"];
    let slow: Vec<&str> = slow.into_iter().chain(words.iter().map(String::as_str)).collect();
    let (good, bad) = (serde_json::to_string(&words).unwrap(), serde_json::to_string(&slow).unwrap());
    ground.config(&text.replace(&good, &bad));
    let started = Instant::now();
    let run = ground.tool(&["to", "--budget", "3s"]).run().unwrap();
    run.expect(11);
    assert!(started.elapsed() < Duration::from_secs(30), "{run}");
    assert!(verdict(&run).1.contains(&"budget-exceeded".to_owned()), "{run}");
    assert_eq!(ground.answers().as_deref(), Some("1.1.0"));
}

struct Unmount(std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        drop(Run::new("umount").arg("-l").arg(&self.0).run());
    }
}

fn write(path: &Path) {
    fs::write(path, "not what was there\n").unwrap();
}

fn damage(ground: &Ground) {
    let git = ground.site().join(".git");
    write(&git.join("HEAD"));
    write(&git.join("index"));
    fs::remove_dir_all(git.join("objects")).unwrap();
}

fn kill_app(ground: &Ground) {
    let pid = fs::read_to_string(ground.sshd.home().join("app.pid")).unwrap();
    Run::new("kill").args(["-KILL", pid.trim()]).ok().unwrap();
}

fn tear(ground: &Ground) {
    let path = ground.state().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + "{\"at\": 17").unwrap();
}

fn dead_deploy(ground: &Ground) {
    put(ground, &AppRelease::unhealthy("1.2.0"), "none");
    kill_newest_run(ground);
}

fn stalled_deploy(ground: &Ground) {
    put(ground, &AppRelease::unhealthy("1.2.0"), "none");
    Run::new("kill").args(["-STOP", &run_process(ground).to_string()]).ok().unwrap();
}

fn lose_tree(ground: &Ground) {
    let releases = fs::read_dir(ground.state().join("releases")).unwrap().flatten();
    fs::remove_dir_all(releases.map(|release| release.path()).min().unwrap()).unwrap();
}

fn leftovers(ground: &Ground) {
    for name in [".journal.jsonl.new", ".current.new", "runs/.plan.json.new"] {
        write(&ground.state().join(name));
    }
    write(&ground.site().join(".current.new"));
}

/// Fills a file system to its last byte.
fn fill(dir: &Path) {
    let fat = dir.join("fat");
    let fill = |block: &str| {
        let to = format!("of={}", fat.display());
        let from = ["if=/dev/zero", &to, &format!("bs={block}"), "oflag=append", "conv=notrunc"];
        assert_ne!(Run::new("dd").args(from).run().unwrap().code(), 0);
    };
    fill("1M");
    fill("1");
}

#[test]
fn what_was_done_is_told_with_who_when_and_why() {
    let Some((ground, _)) = with_history("broken::reason", &["1.0.0", "1.1.0"]) else { return };
    let run = ground.tool(&["to", "--reason", "two\nlines"]).env("GITHUB_ACTOR", "ada").run().unwrap();
    run.expect(0);
    let last = ground.journal().pop().unwrap();
    assert_eq!((&last["actor"], last["reason"].as_str().unwrap().contains('\n')), (&"ada".into(), false));
    assert!(report(&run)["outputs"]["seconds"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
}
