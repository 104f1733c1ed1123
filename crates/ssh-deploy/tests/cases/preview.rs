//! Previews on a real host behind a real sshd, with plain processes; GitHub beside it.

use std::fs;

use serde_json::{Value, json};
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::github::PullState;
use shiplane_testkit::ground::{finding, verdict};
use shiplane_testkit::process::Run;

use super::preview_town::{Town, answers, output};

#[test]
fn two_pull_requests_run_side_by_side_until_each_is_closed() {
    let Some(town) = Town::new("preview::two", "ttl: 7d") else { return };
    let (one, other) = (town.pull(12, &AppRelease::good("1.2.0")), town.pull(13, &AppRelease::good("1.3.0")));
    let up = town.in_run("opened", (12, &one), &["up", "--release-version", "1.2.0"]);
    up.expect(0);
    assert_eq!(verdict(&up), ("deployed".to_owned(), vec![]), "{up}");
    let (url, port) = (output(&up, "url"), output(&up, "port"));
    assert_eq!((url.as_str(), output(&up, "number").as_str()), (&*format!("http://127.0.0.1:{port}"), "12"));
    assert_eq!(answers(&url).as_deref(), Some("1.2.0"));

    let up = town.in_run("opened", (13, &other), &["up", "--release-version", "1.3.0"]);
    up.expect(0);
    let second = output(&up, "url");
    assert_eq!(answers(&url).as_deref(), Some("1.2.0"));
    assert_eq!(answers(&second).as_deref(), Some("1.3.0"));
    let env = fs::read_to_string(town.dir(12).join(".env")).unwrap();
    let wanted = format!(
        "SECRET=only-here\nPORT={port}\nPREVIEW_NUMBER=12\nPREVIEW_URL={url}\nCOMPOSE_PROJECT_NAME=shop-pr-12\n"
    );
    assert_eq!(env, wanted);

    let newer = town.pull(12, &AppRelease::good("1.2.1"));
    let again = town.in_run("synchronize", (12, &newer), &["up", "--release-version", "1.2.1"]);
    again.expect(0);
    assert_eq!((output(&again, "url"), answers(&url).as_deref()), (url.clone(), Some("1.2.1")));
    let comments = town.comments(12);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    for part in [&url, &newer[..8], "1.2.1", "`web`", "at most 7d"] {
        assert!(comment.contains(part), "{part} in {comment}");
    }
    assert!(!comment.contains(&one[..8]), "{comment}");
    let inactive = |it: &(String, String, String)| it.2 == "inactive";
    let deployments = town.deployments(12);
    assert_eq!(deployments[1], (newer.clone(), url.clone(), "success".to_owned()));
    assert!(inactive(&deployments[0]) && deployments.len() == 2, "{deployments:?}");

    let list = town.preview(&["list"]).run().unwrap();
    list.expect(0);
    let listed: Value = serde_json::from_str(&output(&list, "previews")).unwrap();
    assert_eq!((&listed[0]["number"], &listed[1]["number"]), (&json!(12), &json!(13)));
    assert_eq!((&listed[0]["commit"], &listed[0]["state"]), (&json!(newer), &json!("up")));

    let down = town.in_run("closed", (12, &newer), &["down"]);
    down.expect(0);
    assert_eq!(verdict(&down).0, "removed", "{down}");
    assert!(!town.dir(12).exists() && answers(&url).is_none());
    assert_eq!(answers(&second).as_deref(), Some("1.3.0"), "the other one is untouched");
    assert!(town.comments(12)[0].contains("gone"), "{:?}", town.comments(12));
    assert!(town.deployments(12).iter().all(inactive), "{:?}", town.deployments(12));
    assert_eq!(town.deployments(13)[0].2, "success");

    let twice = town.in_run("closed", (12, &newer), &["down"]);
    twice.expect(0);
    assert_eq!(verdict(&twice).0, "absent");
    let third = town.pull(14, &AppRelease::good("1.4.0"));
    let up = town.in_run("opened", (14, &third), &["up"]);
    up.expect(0);
    assert_eq!(output(&up, "port"), port, "a port that was given back is given again");
}

#[test]
fn a_broken_push_leaves_the_preview_as_it_was_and_says_so() {
    let Some(town) = Town::new("preview::broken", "auto-destroy: true") else { return };
    let good = town.pull(7, &AppRelease::good("1.0.0"));
    town.in_run("opened", (7, &good), &["up", "--release-version", "1.0.0"]).expect(0);
    let bad = town.pull(7, &AppRelease::stale("1.1.0", "1.0.0"));
    let run = town.in_run("synchronize", (7, &bad), &["up", "--release-version", "1.1.0"]);
    run.expect(11);
    assert_eq!(answers(&output(&run, "url")).as_deref(), Some("1.0.0"));
    let comments = town.comments(7);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    for part in [&bad[..8], "did not come up", "`restored`", "wrong-version", &good[..8]] {
        assert!(comment.contains(part), "{part} in {comment}");
    }
    let states: Vec<String> = town.deployments(7).into_iter().map(|it| it.2).collect();
    assert_eq!(states, ["success", "failure"]);
}

#[test]
fn a_fork_is_refused_until_somebody_says_that_it_is_trusted() {
    let Some(town) = Town::new("preview::fork", "limit: 1") else { return };
    let commit = town.pull(8, &AppRelease::good("1.0.0"));
    let event = town.event("opened", (8, &commit), "mallory/shop");
    let refused = town.run_of(event.clone(), &["up"]).run().unwrap();
    refused.expect(10);
    assert_eq!(verdict(&refused), ("refused".to_owned(), vec!["preview-untrusted".to_owned()]));
    assert!(!town.dir(8).exists() && town.comments(8).is_empty());
    let other = town.run_of(event.clone(), &["up", "--number", "9", "--commit", &commit]).run().unwrap();
    assert_eq!(verdict(&other).1, ["preview-untrusted"], "another number makes no other code of it");
    town.run_of(event, &["up", "--trusted"]).run().unwrap().expect(0);

    let more = town.pull(9, &AppRelease::good("1.0.0"));
    let full = town.in_run("opened", (9, &more), &["up"]);
    full.expect(10);
    assert_eq!(verdict(&full).1, ["preview-limit"]);
    assert!(finding(&full, "preview-limit")["fact"].as_str().unwrap().contains("1 of at most 1"), "{full}");
    assert!(!town.dir(9).exists());
}

#[test]
fn gc_finds_the_pull_request_whose_end_nobody_heard_of() {
    let Some(town) = Town::new("preview::gc", "ttl: 7d") else { return };
    for number in [21, 22, 23] {
        let commit = town.pull(number, &AppRelease::good("1.0.0"));
        town.in_run("opened", (number, &commit), &["up"]).expect(0);
    }
    town.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.pull(21).state = PullState::Closed;
        repo.pulls.remove(&23);
    });
    let dry = town.at_github(town.preview(&["gc", "--dry-run"])).run().unwrap();
    dry.expect(0);
    assert_eq!(verdict(&dry), ("planned".to_owned(), vec!["pull-request-unknown".to_owned()]), "{dry}");
    assert!(town.dir(21).exists());
    let done = town.at_github(town.preview(&["gc"])).run().unwrap();
    done.expect(0);
    assert_eq!((verdict(&done).0.as_str(), output(&done, "previews").as_str()), ("removed", "[21]"));
    let there = [21, 22, 23].map(|number| town.dir(number).exists());
    assert_eq!(there, [false, true, true], "what is not known removes nothing");
    assert!(town.comments(21)[0].contains("its pull request is closed"));

    let blind = town.preview(&["gc"]).run().unwrap();
    blind.expect(0);
    assert_eq!(verdict(&blind), ("clean".to_owned(), vec!["github-not-asked".to_owned()]));
    let old = town.preview(&["gc", "--older-than", "1ms"]).run().unwrap();
    old.expect(0);
    assert_eq!(output(&old, "previews"), "[22,23]");
    assert!(!town.dir(22).exists() && !town.dir(23).exists());
}

#[test]
fn what_is_to_stay_stays_when_the_pull_request_is_closed() {
    let Some(town) = Town::new("preview::stays", "auto-destroy: false") else { return };
    let commit = town.pull(5, &AppRelease::good("1.0.0"));
    let up = town.in_run("opened", (5, &commit), &["up"]);
    up.expect(0);
    let closed = town.in_run("closed", (5, &commit), &["down"]);
    closed.expect(0);
    assert_eq!(verdict(&closed).0, "kept");
    assert!(answers(&output(&up, "url")).is_some());
    assert!(town.comments(5)[0].contains("kept here until they are removed by hand"));
    town.github.edit(|world| world.repo("example", "shop").pull(5).state = PullState::Closed);
    let gc = town.at_github(town.preview(&["gc"])).run().unwrap();
    assert_eq!(verdict(&gc).0, "clean");
    let down = town.preview(&["down", "--number", "5"]).run().unwrap();
    down.expect(0);
    assert_eq!(verdict(&down), ("removed".to_owned(), vec!["github-not-told".to_owned()]));
}

#[test]
fn nothing_that_is_not_ours_is_touched() {
    let Some(town) = Town::new("preview::others", "ttl: 1d") else { return };
    let commit = town.pull(31, &AppRelease::good("1.0.0"));
    fs::create_dir(town.dir(31)).unwrap();
    fs::write(town.dir(31).join("work"), "somebody's").unwrap();
    for words in [&["up"][..], &["down"]] {
        let run = town.in_run("opened", (31, &commit), words);
        run.expect(10);
        assert_eq!(verdict(&run), ("refused".to_owned(), vec!["preview-unmarked".to_owned()]), "{run}");
    }
    let list = town.preview(&["list"]).run().unwrap();
    assert_eq!(verdict(&list), ("listed".to_owned(), vec!["preview-unmarked".to_owned()]));
    fs::remove_dir_all(town.dir(31)).unwrap();
    let elsewhere = town.ground.sshd.home().join("elsewhere");
    fs::create_dir_all(elsewhere.join(".shiplane")).unwrap();
    let record = json!({ "number": 31, "path": "/", "project": "shop-pr-31", "port": null, "url": "http://x",
        "commit": "c", "since": 0, "renewed": 0 });
    fs::write(elsewhere.join(".shiplane/preview.json"), record.to_string()).unwrap();
    std::os::unix::fs::symlink(&elsewhere, town.dir(31)).unwrap();
    let run = town.preview(&["down", "--number", "31"]).run().unwrap();
    run.expect(10);
    assert!(elsewhere.join(".shiplane/preview.json").exists());
    let gc = town.preview(&["gc"]).run().unwrap();
    gc.expect(0);
    assert!(elsewhere.join(".shiplane/preview.json").exists());
}

#[test]
fn what_is_asked_wrongly_is_told_before_anybody_is_contacted() {
    let Some(town) = Town::new("preview::usage", "ttl: 1d") else { return };
    let code = |run: Run| {
        let outcome = run.run().unwrap();
        outcome.expect(2);
        verdict(&outcome).1.concat()
    };
    assert_eq!(code(town.preview(&["up"])), "pull-request-missing");
    assert_eq!(code(town.preview(&["up", "--number", "3"])), "commit-missing");
    assert_eq!(code(town.preview(&["up", "--number", "0"])), "usage");
    assert_eq!(code(town.preview(&["list", "--environment", "production"])), "preview-kind");
    assert_eq!(code(town.preview(&["list", "--state-dir", "/var/x"])), "preview-state-dir");
    let deploy = town.ground.tool(&["deploy", "--environment", "preview", "--commit", "1234567"]);
    assert_eq!(code(deploy), "environment-kind");
}

#[test]
fn a_dry_run_makes_nothing() {
    let Some(town) = Town::new("preview::dry", "ttl: 1d") else { return };
    let commit = town.pull(4, &AppRelease::good("1.0.0"));
    let dry = town.in_run("opened", (4, &commit), &["up", "--dry-run"]);
    dry.expect(0);
    assert_eq!(verdict(&dry).0, "planned", "{dry}");
    assert!(!town.dir(4).exists() && town.comments(4).is_empty());
    town.in_run("opened", (4, &commit), &["up"]).expect(0);
    let down = town.preview(&["down", "--number", "4", "--dry-run"]).run().unwrap();
    assert_eq!((verdict(&down).0.as_str(), town.dir(4).exists()), ("planned", true), "{down}");
}
