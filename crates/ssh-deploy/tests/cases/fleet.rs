//! Several hosts: all of them get the release, or none keeps it.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use shiplane_testkit::app::AppRelease;
use shiplane_testkit::ground::{PATIENCE, finding, report, verdict};
use shiplane_testkit::hosts::Hosts;
use shiplane_testkit::process::{Run, wait_until};
use shiplane_testkit::sshd::{Sshd, SshdOptions};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// The name of the newest run on a host.
fn newest(hosts: &Hosts, number: usize) -> String {
    let runs = fs::read_dir(hosts.site(number).join(".shiplane/runs")).into_iter().flatten().flatten();
    runs.map(|run| run.file_name().to_string_lossy().into_owned()).max().unwrap_or_default()
}

/// Waits until the second run on the first host has switched; the first one has, too.
fn wait_for_switch(hosts: &Hosts) {
    let runs = hosts.site(0).join(".shiplane/runs");
    let second = || (fs::read_dir(&runs).ok()?.count() > 1).then_some(());
    wait_until("the second run", PATIENCE, second).unwrap();
    hosts.wait_for_event(0, "\"switched\"");
}

#[test]
fn a_good_release_goes_through_the_first_host_to_the_others() {
    let Some(hosts) = Hosts::new("fleet::good", PROGRAM, 3) else { return };
    hosts.live("1.0.0");
    let commit = hosts.release(&AppRelease::good("1.1.0"));
    let run = hosts.deploy(&commit, "1.1.0").run().unwrap();
    run.expect(0);
    assert_eq!(verdict(&run), ("deployed".to_owned(), vec![]), "{run}");
    assert_eq!((hosts.answers(), hosts.results()), (vec!["1.1.0".to_owned(); 3], vec!["good".to_owned(); 3]));
    let report = report(&run);
    let names: Vec<&str> =
        report["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"127.0.0.3: await other hosts"), "{names:?}");
    assert!(run.stderr.contains("[127.0.0.4] switch over done"), "{run}");
    let told: serde_json::Value = serde_json::from_str(report["outputs"]["hosts"].as_str().unwrap()).unwrap();
    assert_eq!((&told[2]["host"], &told[2]["result"]), (&"127.0.0.4".into(), &"good".into()), "{told}");
    assert_eq!(report["drawings"][0]["lines"].as_array().unwrap().len(), 4, "{run}");
}

#[test]
fn what_the_first_host_does_not_prove_no_other_host_gets() {
    let Some(hosts) = Hosts::new("fleet::first", PROGRAM, 3) else { return };
    hosts.live("1.0.0");
    let stale = hosts.release(&AppRelease::stale("1.1.0", "0.9.0"));
    let run = hosts.deploy(&stale, "1.1.0").run().unwrap();
    run.expect(11);
    assert_eq!(hosts.answers(), ["1.0.0", "1.0.0", "1.0.0"], "{run}");
    assert_eq!(hosts.results(), ["restored", "refused", "refused"], "{run}");
    assert!(verdict(&run).1.contains(&"held-back".to_owned()), "{run}");
}

#[test]
fn when_the_last_host_fails_all_go_back() {
    let Some(hosts) = Hosts::new("fleet::last", PROGRAM, 3) else { return };
    hosts.live("1.0.0");
    let commit = hosts.release(&AppRelease::good("1.1.0"));
    // The new release cannot take over there; the old one, which was not stopped, goes on.
    let gate = hosts.site(2).join("stuck");
    let before = hosts.deploy(&commit, "1.1.0").arg("--max-parallel").arg("2");
    fs::write(&gate, "").unwrap();
    let run = before.run().unwrap();
    assert_eq!(hosts.answers(), ["1.0.0", "1.0.0", "1.0.0"], "{run}");
    assert_eq!(hosts.results()[..2], ["restored", "restored"], "{run}");
    // Its way back goes through the same restart, so the host itself says that it needs a look.
    run.expect(12);
    assert!(finding(&run, "restart-failed")["fact"].as_str().unwrap().starts_with("127.0.0.4: "), "{run}");
}

#[test]
fn one_build_that_fails_leaves_every_host_alone() {
    let Some(hosts) = Hosts::new("fleet::build", PROGRAM, 2) else { return };
    hosts.live("1.0.0");
    fs::write(hosts.site(1).join("no-compiler"), "").unwrap();
    let flag = hosts.dir.path().join("site/no-compiler").display().to_string();
    let path = hosts.dir.path().join(".github/shiplane.yml");
    let text = fs::read_to_string(&path).unwrap();
    let build = format!("    command:\n      build: [test, \"!\", -e, {flag}]\n");
    fs::write(&path, text.replace("    command:\n", &build)).unwrap();
    let commit = hosts.release(&AppRelease::good("1.1.0"));
    let run = hosts.deploy(&commit, "1.1.0").run().unwrap();
    run.expect(10);
    assert_eq!(
        (hosts.answers(), hosts.results()),
        (vec!["1.0.0".to_owned(); 2], vec!["refused".to_owned(); 2])
    );
    assert!(finding(&run, "build-failed")["fact"].as_str().unwrap().starts_with("127.0.0.3: "), "{run}");
}

#[test]
fn one_host_that_cannot_be_reached_stops_it_before_it_begins() {
    let Some(mut hosts) = Hosts::new("fleet::gone", PROGRAM, 2) else { return };
    hosts.live("1.0.0");
    let commit = hosts.release(&AppRelease::good("1.1.0"));
    let run = hosts.deploy(&commit, "1.1.0");
    let gone = hosts.sshds.pop().unwrap();
    drop(gone);
    let run = run.run().unwrap();
    run.expect(1);
    assert_eq!(verdict(&run).1, ["host-unreachable"], "{run}");
    assert!(finding(&run, "host-unreachable")["fact"].as_str().unwrap().contains("127.0.0.3"), "{run}");
    assert_eq!((hosts.answers(), hosts.results()), (vec!["1.0.0".to_owned()], vec!["good".to_owned()]));
}

#[test]
fn a_line_that_breaks_in_the_middle_is_picked_up_again() {
    let Some(hosts) = Hosts::new("fleet::cut", PROGRAM, 2) else { return };
    hosts.live("1.0.0");
    let commit = hosts.release(&AppRelease::good("1.1.0").slow_by(Duration::from_millis(300)));
    let run = hosts.deploy(&commit, "1.1.0");
    let running = std::thread::spawn(move || run.run().unwrap());
    wait_for_switch(&hosts);
    hosts.sshds.iter().for_each(Sshd::cut);
    let outcome = running.join().unwrap();
    outcome.expect(0);
    assert_eq!((hosts.answers(), hosts.results()), (vec!["1.1.0".to_owned(); 2], vec!["good".to_owned(); 2]));
}

/// That the workers go back by themselves when their time is over, the worker's own cases show with a short time.
#[test]
fn a_client_that_is_killed_leaves_every_host_with_the_old_release() {
    let Some(hosts) = Hosts::new("fleet::killed", PROGRAM, 2) else { return };
    hosts.live("1.0.0");
    let stale = hosts.release(&AppRelease::stale("1.1.0", "0.9.0"));
    let mut command = hosts.deploy(&stale, "1.1.0").command();
    let mut client =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for_switch(&hosts);
    client.kill().unwrap();
    client.wait().unwrap();
    for number in 0..2 {
        let state = hosts.site(number).join(".shiplane");
        Run::new(PROGRAM).args(["worker", "stop"]).arg(&state).arg(newest(&hosts, number)).ok().unwrap();
    }
    let back = || (hosts.results() == ["restored", "refused"]).then_some(());
    wait_until("the hosts to take themselves back", PATIENCE, back).unwrap();
    assert_eq!(hosts.answers(), ["1.0.0", "1.0.0"]);
    hosts.live("1.2.0");
}

#[test]
fn the_way_leads_through_a_jump_host() {
    let Some(hosts) = Hosts::new("fleet::jump", PROGRAM, 2) else { return };
    let (inner, jump) = (hosts.host(1), hosts.host(0));
    let commit = hosts.work.head().unwrap();
    let through = || hosts.deploy(&commit, "1.0.0").env("SSH_HOST", &inner).env("SHIPLANE_JUMP_HOST", &jump);
    through().run().unwrap().expect(0);
    assert_eq!(hosts.answers(), ["", "1.0.0"]);
    assert!(hosts.sshds[0].log().contains("direct-tcpip") || hosts.sshds[0].log().contains("Accepted"));
    let known = hosts.known_hosts();
    let (of_jump, of_inner) = known.split_once('\n').unwrap();
    let unknown = through().env("SHIPLANE_KNOWN_HOSTS", of_jump).run().unwrap();
    unknown.expect(1);
    let fact = finding(&unknown, "host-key-unknown")["fact"].as_str().unwrap().to_owned();
    assert!(fact.starts_with("127.0.0.3:"), "the host behind the jump host: {fact}");
    let unknown = through().env("SHIPLANE_KNOWN_HOSTS", of_inner).run().unwrap();
    unknown.expect(1);
    let fact = finding(&unknown, "host-key-unknown")["fact"].as_str().unwrap().to_owned();
    assert!(fact.starts_with("at the jump host 127.0.0.2: "), "{fact}");
}

#[test]
fn a_jump_host_that_forwards_nothing_is_named_as_the_cause() {
    let Some(hosts) = Hosts::new("fleet::no_forwarding", PROGRAM, 1) else { return };
    let lines = vec!["AllowTcpForwarding no".to_owned()];
    let jump = Sshd::start_with(&SshdOptions { lines, ..SshdOptions::default() }).unwrap();
    jump.authorize(hosts.sshds[0].client_key().public_line()).unwrap();
    let known = hosts.known_hosts() + &jump.known_hosts();
    let place = format!("{}@127.0.0.1:{}", jump.user(), jump.port());
    let run = hosts.deploy(&hosts.work.head().unwrap(), "1.0.0").env("SHIPLANE_JUMP_HOST", &place);
    let run = run.env("SHIPLANE_KNOWN_HOSTS", known).run().unwrap();
    run.expect(1);
    let told = report(&run)["findings"].to_string();
    assert!(told.contains("jump host 127.0.0.1") && told.contains("AllowTcpForwarding"), "{run}");
    assert_eq!(hosts.results(), ["none"]);
}

#[test]
fn without_fail_fast_the_other_hosts_are_tried_and_still_all_go_back() {
    let Some(hosts) = Hosts::new("fleet::slow_to_fail", PROGRAM, 3) else { return };
    hosts.live("1.0.0");
    let commit = hosts.release(&AppRelease::good("1.1.0"));
    fs::write(hosts.site(1).join("stuck"), "").unwrap();
    let run = hosts.deploy(&commit, "1.1.0").run().unwrap();
    run.expect(12);
    assert_eq!(hosts.results(), ["restored", "broken", "refused"], "the third one was spared: {run}");
    fs::remove_file(hosts.site(1).join("stuck")).unwrap();
    hosts.live("1.2.0");
    hosts.config("    fail-fast: false\n");
    fs::write(hosts.site(1).join("stuck"), "").unwrap();
    let commit = hosts.release(&AppRelease::good("1.3.0"));
    let run = hosts.deploy(&commit, "1.3.0").run().unwrap();
    run.expect(12);
    assert_eq!(hosts.results(), ["restored", "broken", "restored"], "the third one was tried: {run}");
    assert_eq!(hosts.answers(), ["1.2.0", "1.2.0", "1.2.0"]);
}

#[test]
fn hosts_that_are_secrets_are_numbered() {
    let Some(hosts) = Hosts::new("fleet::names", PROGRAM, 2) else { return };
    let both = format!("{},{}", hosts.host(0), hosts.host(1));
    let run = hosts.deploy(&hosts.work.head().unwrap(), "1.0.0").env("SSH_HOST", &both);
    let run = run.env("GITHUB_ACTIONS", "true").env("SHIPLANE_FORMAT", "text").run().unwrap();
    run.expect(0);
    assert!(run.stdout.contains("::group::[production-2] unpack release"), "{run}");
    let open = run.stdout.lines().filter(|line| line.starts_with("::group::")).count();
    assert_eq!(open, run.stdout.lines().filter(|line| line.starts_with("::endgroup::")).count());
    let twice = format!("{0},{0}", hosts.host(0));
    let run = hosts.deploy(&hosts.work.head().unwrap(), "1.0.0").env("SSH_HOST", &twice).run().unwrap();
    run.expect(2);
    assert_eq!(verdict(&run).1, ["host-twice"], "{run}");
}
