//! Previews where something is in the way, was cut off, or belongs to somebody else.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::verdict;
use shiplane_testkit::process::Run;

use super::preview_town::{Town, answers, output};

fn up(town: &Town, number: u64) -> String {
    let commit = town.pull(number, &AppRelease::good("1.0.0"));
    let up = town.in_run("opened", (number, &commit), &["up"]);
    up.expect(0);
    output(&up, "url")
}

fn down(town: &Town, number: u64) -> (String, Vec<String>) {
    let number = number.to_string();
    let run = town.preview(&["down", "--number", &number, "--wait-for-lock", "0s"]);
    verdict(&town.at_github(run).run().unwrap())
}

#[test]
fn a_removal_that_was_cut_off_is_gone_on_with() {
    let Some(town) = Town::new("preview::cut", "ttl: 1d") else { return };
    let url = up(&town, 12);
    let dir = town.dir(12);
    fs::remove_dir_all(dir.join(".shiplane/releases")).unwrap();
    fs::remove_file(dir.join(".env")).unwrap();
    // What cannot be removed keeps the record, and with it the port.
    let stuck = dir.join("stuck");
    fs::create_dir(&stuck).unwrap();
    fs::write(stuck.join("file"), "").unwrap();
    let is_root = Run::new("id").arg("-u").ok().unwrap().stdout.trim() == "0";
    if !is_root {
        fs::set_permissions(&stuck, fs::Permissions::from_mode(0o500)).unwrap();
        let run = town.preview(&["down", "--number", "12"]).run().unwrap();
        run.expect(1);
        assert!(dir.join(".shiplane/preview.json").exists(), "{run}");
        fs::set_permissions(&stuck, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(down(&town, 12), ("removed".to_owned(), vec![]));
    assert!(!dir.exists());
    // The link went with the releases, so nobody knew that anything runs.
    assert!(answers(&url).is_some());
}

#[test]
fn a_deploy_that_goes_on_is_not_pulled_away() {
    let Some(town) = Town::new("preview::held", "ttl: 1d") else { return };
    let url = up(&town, 3);
    let file = File::options().write(true).open(town.dir(3).join(".shiplane/lock")).unwrap();
    file.lock().unwrap();
    file.set_modified(std::time::SystemTime::now()).unwrap();
    assert_eq!(down(&town, 3), ("refused".to_owned(), vec!["lock-held".to_owned()]));
    assert!(answers(&url).is_some() && town.comments(3)[0].contains(&url));
    drop(file);
    assert_eq!(down(&town, 3).0, "removed");
}

#[test]
fn links_out_of_the_directory_go_and_what_they_lead_to_stays() {
    let Some(town) = Town::new("preview::links", "ttl: 1d") else { return };
    up(&town, 6);
    let precious = town.ground.sshd.home().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("work"), "somebody's").unwrap();
    symlink(&precious, town.dir(6).join("link\nwith a line")).unwrap();
    symlink(&precious, town.dir(6).join(".shiplane/link")).unwrap();
    assert_eq!(down(&town, 6).0, "removed");
    assert_eq!(fs::read_to_string(precious.join("work")).unwrap(), "somebody's");
}

#[test]
fn a_record_that_is_damaged_gives_no_port_away_and_removes_nothing() {
    let Some(town) = Town::new("preview::damaged", "ttl: 1d") else { return };
    up(&town, 1);
    let record = town.dir(1).join(".shiplane/preview.json");
    let text = fs::read_to_string(&record).unwrap();
    for damaged in ["", "{", "[]", &text.replace("\"number\": 1", "\"number\": 2"), "\u{0}"] {
        fs::write(&record, damaged).unwrap();
        assert_eq!(down(&town, 1), ("refused".to_owned(), vec!["preview-unmarked".to_owned()]), "{damaged}");
        let commit = town.pull(2, &AppRelease::good("1.0.0"));
        let other = town.in_run("opened", (2, &commit), &["up"]);
        other.expect(10);
        assert!(!town.dir(2).exists(), "{other}");
    }
    fs::write(&record, &text).unwrap();
    assert_eq!(down(&town, 1).0, "removed");
}

#[test]
fn without_a_base_or_a_clone_it_says_what_to_do() {
    let Some(town) = Town::new("preview::base", "ttl: 1d") else { return };
    let commit = town.pull(2, &AppRelease::good("1.0.0"));
    let run = |words: &[&str]| {
        verdict(
            &town.preview(&[&["up", "--number", "2", "--commit", &commit], words].concat()).run().unwrap(),
        )
    };
    fs::remove_dir_all(town.base().join(".git")).unwrap();
    assert_eq!(run(&[]), ("refused".to_owned(), vec!["preview-no-origin".to_owned()]));
    assert_eq!(run(&["--deploy-path", "/nowhere/at/all"]).1, ["path-missing"]);
    assert_eq!(down(&town, 2).0, "removed", "the place that was begun");
    let absent = town.preview(&["down", "--number", "2", "--deploy-path", "/nowhere/at/all"]).run().unwrap();
    absent.expect(0);
    assert_eq!(verdict(&absent).0, "absent");
}

#[test]
fn a_github_that_refuses_changes_no_answer() {
    let Some(town) = Town::new("preview::mute", "ttl: 1d") else { return };
    let commit = town.pull(2, &AppRelease::good("1.0.0"));
    let event = town.event("opened", (2, &commit), "example/shop");
    let run = town.run_of(event, &["up"]).env("GITHUB_TOKEN", "not-the-one").run().unwrap();
    run.expect(0);
    let (word, codes) = verdict(&run);
    assert_eq!((word.as_str(), codes.contains(&"github-not-told".to_owned())), ("deployed", true), "{run}");
    assert!(!run.stdout.contains("not-the-one") && !run.stdout.contains("only-here"));
}
