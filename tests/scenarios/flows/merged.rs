//! Flow c after the merge: production takes what its pull request brought in order, and nothing else.

use anyhow::Result;
use serde_json::Value;
use shiplane_testkit::app::AppRelease;

use super::preview::{Staging, WORKFLOW};
use super::stage::said;
use crate::scenarios::notify::listener;

/// Merges a branch as GitHub does it; answers what it became on `main`.
fn merges(staging: &Staging, number: u64) -> Result<String> {
    let work = &staging.flow.shop.work;
    let merge = work.checkout("main")?.merge(&format!("feature/{number}"))?;
    work.push()?;
    staging.github(|repo| {
        repo.pull(number).approve("grace").merged_as(&merge);
        repo.branch("main", &merge);
    });
    Ok(merge)
}

#[test]
fn what_is_merged_goes_to_production_and_what_breaks_there_goes_back() -> Result<()> {
    let Some(mut staging) = Staging::open("flow c, production", &[])? else { return Ok(()) };
    let (address, heard) = listener("204")?;
    staging.flow.secret("ALERT_WEBHOOK", &address);
    let heard = || -> Vec<String> {
        let word = |told: &Value, key: &str| told[key].as_str().unwrap_or_default().to_owned();
        heard.try_iter().map(|told| format!("{} {}", word(&told, "tool"), word(&told, "event"))).collect()
    };
    let flow = &staging.flow;
    staging.opens(10, &AppRelease::good("1.1.0"))?;
    let merge = merges(&staging, 10)?;

    let told = flow.push(WORKFLOW)?;
    said(&told, &[("gate", "pass"), ("deploy", "deployed"), ("smoke", "ok")]);
    assert_eq!((told.result("job"), told.result("preview")), (None, None), "{told}");
    assert_eq!((told.outputs("deploy")["commit"].as_str(), flow.answers()?.as_str()), (&*merge, "1.1.0"));
    assert!(flow.shop.site().join(".shiplane/migrated").exists(), "{told}");
    assert_eq!(heard(), ["ssh-deploy success", "smoke-check success"], "{told}");

    staging.opens(11, &AppRelease::broken_home("1.2.0"))?;
    merges(&staging, 11)?;
    let told = flow.push(WORKFLOW)?;
    said(
        &told,
        &[("gate", "pass"), ("deploy", "deployed"), ("smoke", "unhealthy"), ("rollback", "rolled-back")],
    );
    assert_eq!(told.result("deploy"), Some("failure"), "{told}");
    assert_eq!(flow.answers()?, "1.1.0");
    let news = ["ssh-deploy success", "smoke-check failure", "rollback rollback"];
    assert_eq!(heard(), news, "{told}");
    assert!(!told.says("notify-failed"), "{told}");
    flow.keeps_its_secrets(&told)
}

#[test]
fn what_came_to_main_in_another_way_is_not_deployed() -> Result<()> {
    let Some(staging) = Staging::open("flow c, refused", &[])? else { return Ok(()) };
    let flow = &staging.flow;
    let commit = staging.opens(12, &AppRelease::good("1.1.0"))?;
    staging.github(|repo| repo.commit(&commit).checks[6].conclude("failure").id);
    merges(&staging, 12)?;
    let told = flow.push(WORKFLOW)?;
    said(&told, &[("gate", "blocked")]);
    assert_eq!(
        (told.outputs("gate")["codes"].as_str(), told.result("deploy")),
        ("check-failed", None),
        "{told}"
    );

    let direct = flow.release(&AppRelease::good("1.2.0"))?;
    staging.github(|repo| {
        repo.branch("main", &direct.commit);
    });
    let told = flow.push(WORKFLOW)?;
    said(&told, &[("gate", "blocked")]);
    assert_eq!(
        (told.outputs("gate")["codes"].as_str(), told.result("deploy")),
        ("direct-push", None),
        "{told}"
    );
    assert_eq!(flow.shop.story()?, Vec::<String>::new());
    Ok(())
}
