//! Flow d: `main` goes to staging; a tag goes on to the canary's place, and gets its users share by share.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::stage::{Flow, said};
use super::street::{Street, TOKEN, deploy, release, upload};
use crate::scenarios::act::Told;
use crate::scenarios::notify;
use crate::scenarios::shop::Done;

/// So many users that a tenth of them is enough to judge by.
const USERS: usize = 1500;

/// A street on which everybody has 1.0.0.
fn open(test: &str) -> Result<Option<(Flow, Street)>> {
    let Some(mut flow) = Flow::open(test, "d")? else { return Ok(None) };
    let Some(street) = Street::open(test, &flow)? else { return Ok(None) };
    flow.secret("PROMETHEUS_HEADER", &format!("Authorization: Bearer {TOKEN}"));
    release(&flow, "1.0.0")?;
    deploy(&flow, "production", "v1.0.0")?;
    Ok(Some((flow, street)))
}

fn tick(flow: &Flow) -> Result<Told> {
    flow.schedule("rollout.yml")
}

fn by_hand(flow: &Flow, step: &str, percent: &str, reason: &str) -> Result<Told> {
    flow.dispatch("rollout.yml", &json!({ "step": step, "percent": percent, "reason": reason }))
}

/// What the last job of `deploy.yml` does.
fn start(flow: &Flow, version: &str, code: i32) -> Result<Done> {
    let args = ["rollout", "start", "--environment", "production", "--release-version", version];
    Ok(flow.shop.tool("ssh-deploy", &args)?.expect(code))
}

/// Insists on the share that users really get.
#[track_caller]
fn share(street: &Street, says: &str, percent: usize) {
    let found = street.users(USERS, says).expect("ask the proxy");
    let off = (found * 100).abs_diff(USERS * percent);
    assert!(off <= USERS * 3, "{found} of {USERS} users got {says}, not {percent} %");
}

#[test]
fn a_tag_gets_everybody_step_by_step_and_ends_in_the_stable_place() -> Result<()> {
    let Some((flow, street)) = open("flow d")? else { return Ok(()) };
    release(&flow, "1.2.3")?;
    let told = flow.push("deploy.yml")?;
    said(&told, &[("deploy", "deployed"), ("smoke", "ok")]);
    assert_eq!(told.result("step"), None, "a push to main begins no rollout: {told}");
    assert!(street.read("staging/.env")?.contains("ROLLOUT=100"));

    let told = flow.tag("deploy.yml", "v1.2.3")?;
    said(&told, &[("deploy", "deployed"), ("smoke", "ok"), ("step", "started")]);
    assert_eq!(street.canary()?, "v1.2.3");
    assert!(street.read("canary/.env")?.contains("ROLLOUT=0"));
    for place in ["staging", "canary"] {
        let backups = street.names(&format!("{place}/.shiplane/backups"))?;
        assert!(backups.iter().any(|name| name.starts_with("v1.2.3-2")), "{place}: {backups:?}");
    }
    share(&street, "1.2.3", 0);

    said(&tick(&flow)?, &[("step", "held")]);
    for (hours, percent) in [(1, 10), (2, 25), (4, 50), (8, 100)] {
        street.hours_pass(hours)?;
        let told = tick(&flow)?;
        said(&told, &[("smoke", "ok"), ("step", "promoted")]);
        assert_eq!(told.outputs("step")["percent"], percent.to_string(), "{told}");
        share(&street, "1.2.3", percent);
        street.counted()?;
    }
    street.hours_pass(48)?;
    let told = tick(&flow)?;
    said(&told, &[("judge", "ok"), ("step", "complete"), ("deploy", "deployed"), ("finish", "finished")]);
    assert_eq!(told.outputs("finish")["percent"], "0", "{told}");
    assert!(street.read("stable/current/index.html")?.contains("1.2.3"));
    share(&street, "1.2.3", 100);
    said(&tick(&flow)?, &[("where", "shown"), ("step", "none")]);
    assert_eq!(told.lines_with(TOKEN), [""; 0], "a secret was printed");
    flow.keeps_its_secrets(&told)
}

#[test]
fn what_the_tests_or_staging_refuse_gets_no_user() -> Result<()> {
    let Some((flow, street)) = open("flow d, refused")? else { return Ok(()) };
    deploy(&flow, "staging", "v1.0.0")?;
    release(&flow, "1.1.0, broken")?;
    let told = flow.tag("deploy.yml", "v1.1.0")?;
    said(&told, &[("deploy", "restored")]);
    assert_eq!((told.result("deploy"), told.result("step")), (Some("failure"), None), "{told}");
    assert!(street.canary().is_err(), "it was deployed to the canary's place");
    assert!(street.read("staging/current/index.html")?.contains("1.0.0"));

    deploy(&flow, "canary", "v1.1.0")?;
    assert!(start(&flow, "v1.1.0", 10)?.says("not-passed-before"));

    flow.shop.work.git(&["rm", "--quiet", "index.html"])?;
    flow.commit("feat: nothing to see")?;
    let told = flow.tag("deploy.yml", "v1.1.1")?;
    assert_eq!((told.result("test"), told.result("deploy")), (Some("failure"), None), "{told}");
    Ok(())
}

#[test]
fn what_gets_slow_goes_back_before_anybody_has_it() -> Result<()> {
    let Some((flow, street)) = open("flow d, slow")? else { return Ok(()) };
    deploy(&flow, "canary", "v1.0.0-before")?;
    release(&flow, "1.2.2")?;
    deploy(&flow, "staging", "v1.2.2")?;
    deploy(&flow, "canary", "v1.2.2")?;
    start(&flow, "v1.2.2", 0)?;
    street.slow_down("v1.2.2")?;

    let told = tick(&flow)?;
    said(&told, &[("smoke", "unhealthy"), ("step", "rolled-back")]);
    assert!(told.outputs("smoke")["codes"].contains("slow"), "{told}");
    assert_eq!(
        (told.result("step"), street.canary()?.as_str()),
        (Some("failure"), "v1.0.0-before"),
        "{told}"
    );
    Ok(())
}

#[test]
fn pages_that_fail_take_all_users_away() -> Result<()> {
    goes_back("flow d, failing", "1.3.0 fails")
}

#[test]
fn pages_without_an_answer_take_all_users_away() -> Result<()> {
    goes_back("flow d, crashing", "1.3.0 crashes")
}

/// What the smoke tests do not see, a tenth of the users meet; then nobody does.
fn goes_back(test: &str, page: &str) -> Result<()> {
    let Some((mut flow, street)) = open(test)? else { return Ok(()) };
    let (address, heard) = notify::listener("204")?;
    flow.secret("ALERT_WEBHOOK", &address);
    deploy(&flow, "canary", "v1.0.0-before")?;
    release(&flow, page)?;
    deploy(&flow, "staging", "v1.3.0")?;
    deploy(&flow, "canary", "v1.3.0")?;
    start(&flow, "v1.3.0", 0)?;
    street.hours_pass(1)?;
    said(&tick(&flow)?, &[("step", "promoted")]);
    let well = street.users(USERS, "1.0.0")?;
    assert!(well < USERS * 95 / 100, "{well} of {USERS} are well");
    street.counted()?;
    street.hours_pass(1)?;

    let told = tick(&flow)?;
    said(&told, &[("smoke", "ok"), ("judge", "rollback"), ("step", "rolled-back")]);
    assert_eq!(told.result("step"), Some("failure"), "{told}");
    assert_eq!(street.users(USERS, "1.0.0")?, USERS, "users without it");
    assert_eq!(street.canary()?, "v1.0.0-before");
    let message = heard.recv_timeout(Duration::from_secs(10)).context("hear of it")?;
    assert_eq!((&message["event"], &message["exit"]), (&"rollback".into(), &11.into()), "{message:#}");
    assert!(upload(&flow, "canary", "v1.3.0")?.expect(10).says("commit-quarantined"));

    let told = tick(&flow)?;
    said(&told, &[("step", "none")]);
    assert_eq!(told.result("step"), Some("success"), "{told}");
    Ok(())
}

#[test]
fn too_few_users_say_nothing_a_doubt_waits_for_a_person_and_a_person_decides() -> Result<()> {
    let Some((mut flow, street)) = open("flow d, by hand")? else { return Ok(()) };
    let (address, heard) = notify::listener("204")?;
    flow.secret("ALERT_WEBHOOK", &address);
    deploy(&flow, "canary", "v1.0.0-before")?;
    release(&flow, "1.2.0, shaky")?;
    deploy(&flow, "staging", "v1.2.0")?;
    deploy(&flow, "canary", "v1.2.0")?;
    start(&flow, "v1.2.0", 0)?;
    street.hours_pass(1)?;
    said(&tick(&flow)?, &[("step", "promoted")]);
    street.users(100, "1.2.0")?;
    street.counted()?;
    street.hours_pass(2)?;
    let told = tick(&flow)?;
    said(&told, &[("judge", "warning"), ("step", "held")]);
    assert_eq!((told.outputs("step")["codes"].as_str(), heard.try_recv().is_err()), ("", true), "{told}");

    share(&street, "1.2.0", 10);
    street.counted()?;
    said(&tick(&flow)?, &[("judge", "warning"), ("step", "paused")]);
    let message = heard.recv_timeout(Duration::from_secs(10)).context("hear of it")?;
    assert_eq!(message["event"], "warning", "{message:#}");
    said(&by_hand(&flow, "resume", "", "it is the weather")?, &[("step", "resumed")]);
    said(&by_hand(&flow, "pause", "", "a talk")?, &[("step", "paused")]);
    said(&tick(&flow)?, &[("step", "held")]);

    said(&by_hand(&flow, "set", "40", "the talk was good")?, &[("step", "set")]);
    share(&street, "1.2.0", 40);
    assert_eq!(by_hand(&flow, "status", "", "")?.outputs("step")["percent"], "40");
    let told = by_hand(&flow, "rollback", "", "it is ugly")?;
    said(&told, &[("step", "rolled-back")]);
    assert_eq!(told.result("step"), Some("success"), "{told}");
    share(&street, "1.2.0", 0);
    assert_eq!(street.canary()?, "v1.0.0-before");
    Ok(())
}
