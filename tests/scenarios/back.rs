//! A way back over several hosts: all of them return together, and what one cannot do is told host by host.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::Value;
use shiplane_testkit::ground::{finding, report, verdict};
use shiplane_testkit::hosts::Hosts;
use shiplane_testkit::process::{Outcome, Run};

use super::tools;

/// Two hosts on which 1.0.0 and then 1.1.0 were live.
fn two(test: &str) -> Result<Option<Hosts>> {
    let program = tools::directory()?.join("ssh-deploy").into_os_string().into_string();
    let program: &'static str = Box::leak(program.unwrap_or_default().into_boxed_str());
    let Some(hosts) = Hosts::new(test, program, 2) else { return Ok(None) };
    hosts.live("1.0.0");
    hosts.live("1.1.0");
    Ok(Some(hosts))
}

/// The other tool, with the same way to the hosts.
fn rollback(hosts: &Hosts, words: &[&str]) -> Result<Run> {
    Ok(tools::tool("rollback")?
        .args(words)
        .dir(hosts.dir.path())
        .env("HOME", hosts.dir.path().join("home"))
        .env("SSH_PRIVATE_KEY", hosts.sshds[0].client_key().private_text()?)
        .env("SHIPLANE_KNOWN_HOSTS", hosts.known_hosts())
        .env("SHIPLANE_FORMAT", "json"))
}

fn told(run: &Outcome) -> Result<Vec<(String, String)>> {
    let all: Vec<Value> = serde_json::from_str(report(run)["outputs"]["hosts"].as_str().context("hosts")?)?;
    let word = |host: &Value, key: &str| host[key].as_str().unwrap_or_default().to_owned();
    Ok(all.iter().map(|host| (word(host, "version"), word(host, "result"))).collect())
}

#[test]
fn all_hosts_go_back_together_and_forth_again() -> Result<()> {
    let Some(hosts) = two("back::together")? else { return Ok(()) };
    let list = rollback(&hosts, &["list"])?.run()?;
    list.expect(0);
    assert_eq!(report(&list)["excerpts"].as_array().map(Vec::len), Some(2), "one for each host: {list}");
    rollback(&hosts, &["rehearse"])?.run()?.expect(0);
    let run = rollback(&hosts, &["to"])?.run()?;
    run.expect(0);
    assert_eq!(verdict(&run).0, "rolled-back", "{run}");
    assert_eq!((hosts.answers(), hosts.results()), (vec!["1.0.0".to_owned(); 2], vec!["good".to_owned(); 2]));
    assert_eq!(told(&run)?, vec![("1.0.0".to_owned(), "good".to_owned()); 2]);
    let forth = rollback(&hosts, &["to", "1.1.0"])?.run()?;
    forth.expect(0);
    assert_eq!(hosts.answers(), ["1.1.0", "1.1.0"]);
    Ok(())
}

#[test]
fn when_one_host_cannot_go_back_the_other_keeps_what_it_had() -> Result<()> {
    let Some(hosts) = two("back::apart")? else { return Ok(()) };
    // The second host lost the directory of the old release, and its clone has not its commit.
    let releases = hosts.site(1).join(".shiplane/releases");
    let mut names: Vec<_> = fs::read_dir(&releases)?.flatten().map(|entry| entry.path()).collect();
    names.sort();
    fs::remove_dir_all(&names[0])?;
    fs::rename(hosts.site(1).join(".git"), hosts.site(1).join("git-is-gone"))?;
    let refused = rollback(&hosts, &["to", "1.0.0"])?.run()?;
    refused.expect(10);
    let fact = finding(&refused, "release-missing")["fact"].as_str().unwrap_or_default().to_owned();
    assert!(fact.starts_with("127.0.0.3: "), "{fact}");
    assert_eq!(hosts.answers(), ["1.1.0", "1.1.0"], "{refused}");
    assert_eq!(rollback(&hosts, &["rehearse", "1.0.0"])?.run()?.status.code(), Some(10));
    Ok(())
}

#[test]
fn a_switch_that_fails_on_one_host_takes_the_others_with_it() -> Result<()> {
    let Some(hosts) = two("back::stuck")? else { return Ok(()) };
    fs::write(hosts.site(1).join("stuck"), "")?;
    let run = rollback(&hosts, &["to", "1.0.0"])?.run()?;
    // Its way forth goes through the same restart, so the host itself says that it needs a look.
    run.expect(12);
    assert_eq!(hosts.answers(), ["1.1.0", "1.1.0"], "{run}");
    assert_eq!(hosts.results(), ["restored", "broken"], "{run}");
    Ok(())
}
