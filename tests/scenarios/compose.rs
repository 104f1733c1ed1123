//! Releases by Compose on a real server behind a real sshd, while a visitor asks for the version all the time.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::process::wait_until;

use super::client::Client;
use super::shop::{Made, Shop};

/// Compose stops the old container before it starts the new one; a second or two on a machine that is not busy.
const GAP: Duration = Duration::from_secs(15);

#[test]
fn good_releases_go_live_bad_ones_do_not_and_rollback_returns_to_the_one_before() -> Result<()> {
    let test = "deploy, break, roll back";
    match Shop::open(test, &AppRelease::good("1.0.0"))? {
        Some(shop) => deploy_break_roll_back(test, &shop),
        None => Ok(()),
    }
}

#[test]
fn the_newest_compose_does_as_well() -> Result<()> {
    let test = "deploy, break, roll back with the newest Compose";
    match Shop::newest(test, &AppRelease::good("1.0.0"))? {
        Some(shop) => deploy_break_roll_back(test, &shop),
        None => Ok(()),
    }
}

fn deploy_break_roll_back(test: &str, shop: &Shop) -> Result<()> {
    let settings = shop.env_snapshot()?;

    let first = shop.first("1.0.0")?;
    let deployed = shop.deploy(&first)?.expect(0);
    let client = Client::of(&shop.url());
    report(test, &client, &["1.0.0"])?;

    let second = shop.release(&AppRelease::good("1.1.0"))?;
    let better = shop.deploy(&second)?.expect(0);
    assert_eq!(better.output("version"), "1.1.0");
    assert_eq!(better.output("previous"), deployed.output("release"));
    report(test, &client, &["1.0.0", "1.1.0"])?;

    let unhealthy = shop.release(&AppRelease::unhealthy("1.2.0"))?;
    let restored = shop.deploy(&unhealthy)?.expect(11);
    assert!(restored.says("not-running"), "{}", restored.outcome);
    assert_eq!(restored.output("release"), better.output("release"));
    report(test, &client, &["1.1.0", "1.2.0", "1.1.0"])?;

    let crashing = shop.release(&AppRelease::crashing("1.2.1"))?;
    let restored = shop.deploy(&crashing)?.expect(11);
    assert!(restored.says("not-running"), "{}", restored.outcome);
    report(test, &client, &["1.1.0"])?;

    let stale = shop.release(&AppRelease::stale("1.3.0", "1.1.0"))?;
    let newest = shop.release(&AppRelease::good("1.4.0"))?;
    let restored = two_at_once(shop, &stale, &newest)?;
    assert!(restored.says("proof-failed"), "{}", restored.outcome);
    assert!(restored.outcome.stdout.contains("1.1.0"), "{}", restored.outcome);
    report(test, &client, &["1.1.0"])?;

    let back = shop.rollback()?.expect(0);
    assert_eq!(back.output("release"), deployed.output("release"));
    assert_eq!(back.output("left"), better.output("release"));
    report(test, &client, &["1.1.0", "1.0.0"])?;

    let image = shop.image_of(deployed.output("release"))?;
    assert_eq!(
        shop.running_images()?,
        [image.as_str()],
        "one container, and it runs what 1.0.0 was built as"
    );
    assert_eq!(shop.tree()?, (first.commit, String::new()));
    assert_eq!(shop.env_snapshot()?, settings);
    journal_tells_it_all(shop, &image)?;
    assert_eq!(shop.half_written()?, "");
    Ok(())
}

/// A deploy that meets another one is turned away at once, and does the other no harm.
fn two_at_once(shop: &Shop, one: &Made, other: &Made) -> Result<super::shop::Done> {
    std::thread::scope(|scope| {
        let running = scope.spawn(|| shop.deploy(one));
        wait_until("the first of two deploys to begin", Duration::from_secs(120), || {
            shop.is_deploying(&one.version).then_some(())
        })?;
        let refused = shop.deploy(other)?.expect(10);
        assert!(!running.is_finished(), "the first deploy was over before the second one asked");
        assert!(refused.says("lock-held"), "{}", refused.outcome);
        assert_eq!(refused.output("verdict"), "refused");
        Ok(running.join().expect("join the first deploy")?.expect(11))
    })
}

fn journal_tells_it_all(shop: &Shop, image: &str) -> Result<()> {
    let story = [
        ["deploy 1.0.0", "good"],
        ["deploy 1.1.0", "good"],
        ["deploy 1.2.0", "restored"],
        ["deploy 1.2.1", "restored"],
        ["deploy 1.3.0", "restored"],
        ["rollback 1.0.0", "good"],
    ];
    assert_eq!(shop.story()?, story.concat());
    let journal = shop.journal()?;
    let fences: Vec<u64> = journal.iter().filter_map(|entry| entry["fence"].as_u64()).collect();
    assert!(fences.len() == journal.len() && fences.is_sorted(), "{fences:?}");
    assert_eq!(journal[11]["what"]["ended"]["images"], serde_json::json!([["web", image]]));
    assert_eq!(journal[11]["actor"], "octocat");
    Ok(())
}

#[test]
fn what_ran_before_shiplane_came_is_live_again_after_a_broken_first_deploy() -> Result<()> {
    let test = "adopt what ran before";
    let Some(shop) = Shop::open(test, &AppRelease::good("0.9.0"))? else { return Ok(()) };
    let (settings, before) = (shop.env_snapshot()?, shop.first("0.9.0")?);
    shop.compose(&["up", "-d", "--build"])?;
    let client = Client::of(&shop.url());
    client.look()?.expect(&["0.9.0"], GAP);
    let images = shop.running_images()?;
    shop.write_there("CHANGELOG.md", "somebody's work\n")?;
    shop.write_there("sample-app.log", "ignored, and not in git\n")?;
    shop.work.write("sample-app.log", "a file of that name, in git\n")?.git(&[
        "add",
        "-f",
        "sample-app.log",
    ])?;

    let broken = shop.release(&AppRelease::crashing("1.0.0"))?;
    let restored = shop.deploy(&broken)?.expect(11);
    assert!(restored.says("not-running"), "{}", restored.outcome);
    assert_eq!(restored.output("commit"), before.commit);
    report(test, &client, &["0.9.0"])?;
    assert_eq!(shop.running_images()?, images);
    assert_eq!(shop.tree()?, (before.commit, "M CHANGELOG.md".to_owned()));
    assert_eq!(shop.read_there("CHANGELOG.md")?, "somebody's work\n");
    assert_eq!(shop.read_there("sample-app.log")?, "ignored, and not in git\n");

    assert_eq!(shop.env_snapshot()?, settings);
    assert_eq!(shop.story()?, ["adopted", "deploy 1.0.0", "restored"]);
    Ok(())
}

#[test]
fn a_health_check_that_the_daemon_makes_once_an_hour_is_asked_before() -> Result<()> {
    let test = "a health check once an hour";
    let Some(shop) = Shop::open(test, &AppRelease::good("0.9.0"))? else { return Ok(()) };
    let file = fs::read_to_string(shop.work.dir().join("docker-compose.yml"))?;
    let hourly = file.replace("interval: 1s", "interval: 1h");
    assert_ne!(hourly, file);
    shop.work.write("docker-compose.yml", &hourly)?;

    let first = shop.release(&AppRelease::good("1.0.0"))?;
    shop.deploy(&first)?.expect(0);
    let second = shop.release(&AppRelease::good("1.1.0"))?;
    shop.deploy(&second)?.expect(0);
    let back = shop.rollback()?.expect(0);

    assert_eq!(back.output("version"), "1.0.0");
    Ok(())
}

/// What the visitor saw, told and insisted on.
#[track_caller]
fn report(test: &str, client: &Client, versions: &[&str]) -> Result<()> {
    let seen = client.look()?;
    println!("{test}: {seen}");
    seen.expect(versions, GAP);
    Ok(())
}
