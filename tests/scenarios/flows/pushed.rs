//! Flow e: a push to `main` is tested, deployed over SSH with Compose and checked; the rest by hand or on a schedule.

use anyhow::Result;
use serde_json::json;
use shiplane_testkit::app::AppRelease;

use super::stage::{Flow, said};

#[test]
fn a_push_is_tested_deployed_and_checked_and_what_is_broken_goes_back() -> Result<()> {
    let Some(flow) = Flow::open("flow e", "e")? else { return Ok(()) };

    let told = flow.push("deploy.yml")?;
    assert_eq!(told.result("health"), Some("success"), "{told}");
    assert!(told.says("Python 3.10: pip install --requirement requirements.txt flake8"), "{told}");
    said(&told, &[("deploy", "deployed"), ("smoke", "ok")]);
    assert_eq!(flow.answers()?, "1.0.0");

    let broken = flow.release(&AppRelease::broken_home("1.1.0"))?;
    let told = flow.push("deploy.yml")?;
    said(&told, &[("deploy", "deployed"), ("smoke", "unhealthy"), ("rollback", "rolled-back")]);
    assert_eq!(told.outputs("deploy")["commit"], broken.commit, "{told}");
    assert_eq!((told.result("deploy"), told.result("health")), (Some("failure"), None), "{told}");
    assert_eq!(flow.answers()?, "1.0.0");
    flow.keeps_its_secrets(&told)
}

#[test]
fn what_the_tests_refuse_never_reaches_the_server() -> Result<()> {
    let Some(flow) = Flow::open("flow e, refused", "e")? else { return Ok(()) };
    flow.shop.work.write("app/main.py", "import nothing\n")?;
    flow.commit("feat: a hole")?;

    let told = flow.push("deploy.yml")?;

    assert_eq!(told.result("test"), Some("failure"), "{told}");
    assert_eq!((told.result("deploy"), told.result("health")), (None, None), "{told}");
    assert_eq!(flow.shop.story()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn by_hand_it_is_deployed_shown_restarted_and_taken_back() -> Result<()> {
    let Some(flow) = Flow::open("flow e, by hand", "e")? else { return Ok(()) };
    let choose =
        |action: &str| flow.dispatch("manual-deploy.yml", &json!({ "action": action, "target": "" }));

    said(&choose("deploy")?, &[("deploy", "deployed"), ("smoke", "ok")]);
    flow.release(&AppRelease::good("1.1.0"))?;
    said(&choose("deploy")?, &[("deploy", "deployed"), ("smoke", "ok")]);
    assert_eq!(flow.answers()?, "1.1.0");

    let logs = choose("logs")?;
    said(&logs, &[("server", "shown")]);
    assert!(logs.says("version 1.1.0 listens"), "{logs}");
    said(&choose("restart")?, &[("server", "restarted")]);
    said(&choose("rollback")?, &[("rollback", "rolled-back")]);
    assert_eq!(flow.answers()?, "1.0.0");
    assert_eq!(choose("dance")?.result("operate"), Some("failure"));
    Ok(())
}

#[test]
fn every_half_hour_it_is_looked_after_and_one_outage_is_one_issue() -> Result<()> {
    let Some(flow) = Flow::open("flow e, health", "e")? else { return Ok(()) };
    flow.deploys("production", &flow.shop.first("1.0.0")?)?;
    flow.config(&[("within: 2m", "within: 2s"), ("within: 1m", "within: 2s")])?;
    let look = || -> Result<(String, Vec<bool>)> {
        let told = flow.schedule("health-check.yml")?;
        let state = told.outputs("smoke").get("state").cloned().unwrap_or_default();
        Ok((
            state,
            flow.github.edit(|world| {
                world.repo("example", "shop").issues.values().map(|issue| issue.open).collect()
            }),
        ))
    };

    assert_eq!(look()?, ("healthy".to_owned(), vec![]));
    flow.shop.compose(&["stop"])?;
    assert_eq!(look()?, ("suspect".to_owned(), vec![]));
    assert_eq!(look()?, ("incident".to_owned(), vec![true]));
    assert_eq!(look()?, ("incident".to_owned(), vec![true]));
    flow.shop.compose(&["start"])?;
    assert_eq!(look()?.0, "recovering");
    assert_eq!(look()?, ("healthy".to_owned(), vec![false]));
    Ok(())
}

#[test]
fn every_morning_the_database_is_saved() -> Result<()> {
    let Some(flow) = Flow::open("flow e, backup", "e")? else { return Ok(()) };
    let shelf = flow.shop.room().join("backups");
    flow.config(&[
        ("service: db, keep: 30d", "kind: command, dump: [cat, dump.sql], ends-with: \"-- end\", keep: 30d"),
        ("/home/deploy/backups", &shelf.display().to_string()),
    ])?;
    flow.shop.write_there("dump.sql", "CREATE TABLE carts (id int);\n-- end\n")?;

    let told = flow.schedule("backup.yml")?;

    said(&told, &[("backup", "saved")]);
    let name = told.outputs("backup")["backup"].clone();
    assert!(name.starts_with("shop-") && shelf.join(&name).is_file(), "{name}");
    Ok(())
}
