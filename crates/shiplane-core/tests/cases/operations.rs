//! Restart, status, logs and setup: what is decided from what was seen.

use shiplane_core::deploy::env_file::{changed, pairs};
use shiplane_core::deploy::health::{Asked, HostSeen, Looked, bytes, judge};
use shiplane_core::deploy::masks::Masks;
use shiplane_core::deploy::restart::{Again, decide_restart};
use shiplane_core::deploy::settle::Container;
use shiplane_core::deploy::story::told;
use shiplane_core::deploy::{
    Backup, Expected, HostFacts, Kind, Options, Part, PartState, Prepared, Result as Ending, Room, Running,
    Stale, Stamp, Standing, Step, pinned, setup_verdict, ssh_host,
};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level};

use super::host::{NOW, ask, back, began, compose, deploy, ended, holder, host, release, wrong};

fn container(service: &str, status: &str) -> Running {
    let container = Container {
        id: format!("{service}-1"),
        service: service.to_owned(),
        image: "sha256:one".to_owned(),
        status: status.to_owned(),
        ..Container::default()
    };
    Running {
        container,
        name: format!("shop-{service}-1"),
        created: String::new(),
        started: String::new(),
        uptime: None,
    }
}

fn standing(containers: Vec<Running>) -> Standing {
    let services = ["web", "db"].map(|name| Expected { name: name.to_owned(), expected: true }).into();
    Standing { services, containers, ..Standing::default() }
}

fn well() -> Standing {
    standing(vec![container("web", "running"), container("db", "running")])
}

fn seen(facts: HostFacts, standing: Standing) -> Looked {
    Looked { hosts: vec![HostSeen { host: "web-1".to_owned(), facts, standing }], probes: Vec::new() }
}

fn again(services: &[&str], recreate: bool) -> Options {
    let services = services.iter().map(|name| (*name).to_owned()).collect();
    Options { again: Again { services, recreate }, ..Options::default() }
}

#[test]
fn env_files_are_read_as_compose_reads_them() {
    let text = "# A=1\nB = two \nexport C=\"three\"\nD='four=4'\n\nno line\nE=\n=x\nF G=1\n";
    let found = pairs(text);
    let expected = [("B", "two"), ("C", "three"), ("D", "four=4"), ("E", "")];
    assert_eq!(found, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    assert_eq!(changed("A=1\nB=2\nC=3\n", "A=1\nB=3\nD=4\n"), ["B", "C", "D"]);
    assert!(changed("A=1\n# x\n", "\nA=\"1\"\n").is_empty());
}

#[test]
fn secrets_are_taken_out_and_words_of_everyday_speech_stay() {
    let pairs = pairs(
        "DB_PASSWORD=hunter2hunter2\nMODE=production\nAPI_KEY=short\nDATABASE_URL=postgres://shop:p4ssw0rd!@db/shop\nLONG=hunter2hunter2-and-more-secret\nTOKEN=hunter2hunter2-tail",
    );
    let masks = Masks::of(&pairs);
    for (line, shown) in [
        ("login with hunter2hunter2.", "login with ***."),
        ("in production, short", "in production, short"),
        ("postgres://shop:p4ssw0rd!@db/shop", "***"),
        ("refused: p4ssw0rd!", "refused: ***"),
        ("hunter2hunter2-tail", "***"),
    ] {
        assert_eq!(masks.hide(line), shown);
    }
}

#[test]
fn a_restart_is_refused_for_every_reason_at_once() {
    let live = host(deploy("a", None, Ending::Good));
    let (findings, plan) = decide_restart(&ask(compose()), &live, &well());
    assert!(wrong(&findings).is_empty(), "{findings:?}");
    assert_eq!((plan.kind, plan.steps), (Kind::Restart, vec![Step::Restart, Step::Settle, Step::Confirm]));
    assert_eq!(plan.release, release("a"));
    let mut asked = ask(compose());
    asked.options = again(&["web", "wep", "dp"], false);
    let held = HostFacts { lock: Some(holder()), ..live.clone() };
    let (findings, _) = decide_restart(&asked, &held, &well());
    assert_eq!(wrong(&findings), ["lock-held", "unknown-service"]);
    let unknown = findings.iter().find(|it| it.code == "unknown-service").unwrap();
    assert_eq!(unknown.fact, "the project has no service wep, dp");
    assert!(unknown.help.as_ref().unwrap().contains("web, db"));
    asked.options = again(&["web"], true);
    let elsewhere = HostFacts { checkout: shiplane_core::deploy::Checkout::At("f".repeat(40)), ..live };
    assert_eq!(wrong(&decide_restart(&asked, &elsewhere, &well()).0), ["checkout-differs"]);
    let (findings, plan) = decide_restart(&ask(compose()), &host(Vec::new()), &well());
    assert_eq!(wrong(&findings), ["nothing-deployed"]);
    assert_eq!(plan.live, None);
}

#[test]
fn keys_that_a_plain_restart_does_not_reload_are_named() {
    let stale = Stale {
        keys: vec!["DEBUG".to_owned(), "TOKEN".to_owned()],
        services: vec!["web".to_owned()],
        ..Stale::default()
    };
    let old = Standing { stale, ..well() };
    let live = host(deploy("a", None, Ending::Good));
    let (findings, _) = decide_restart(&ask(compose()), &live, &old);
    let warning = findings.iter().find(|it| it.code == "env-not-reloaded").unwrap();
    assert_eq!(warning.level, Level::Warning);
    assert!(
        warning.fact.ends_with("not in them: DEBUG, TOKEN")
            && warning.help.as_ref().unwrap().contains("--recreate")
    );
    let mut anew = ask(compose());
    anew.options = again(&[], true);
    assert!(wrong(&decide_restart(&anew, &live, &old).0).is_empty());
}

#[test]
fn a_host_is_well_when_everything_is() {
    let findings = judge(&compose(), &seen(host(deploy("a", None, Ending::Good)), well()));
    assert!(wrong(&findings).is_empty(), "{findings:?}");
}

#[test]
fn each_thing_that_is_wrong_is_told() {
    let good = || host(deploy("a", None, Ending::Good));
    let dying = {
        let mut it = container("web", "restarting");
        it.container.restarts = 7;
        it
    };
    let unhealthy = {
        let mut it = container("web", "running");
        it.container.health = Some("unhealthy".to_owned());
        it
    };
    let db = || container("db", "running");
    let hour = 3_600_000;
    let backup = |bytes: u64, hours: u64| Backup {
        name: "shop.sql".to_owned(),
        at: Stamp(NOW.0 - hours * hour),
        bytes,
    };
    let full = Room {
        disk_free: 1,
        disk_total: 100,
        inodes_free: 5,
        inodes_total: 100,
        memory_free: 0,
        memory_total: 0,
    };
    let with = |change: fn(&mut Standing)| {
        let mut standing = well();
        change(&mut standing);
        standing
    };
    let cases: Vec<(HostFacts, Standing, &[&str])> = vec![
        (good(), standing(vec![dying, db()]), &["container-ill"]),
        (good(), standing(vec![unhealthy, db()]), &["container-ill"]),
        (good(), standing(vec![db()]), &["service-missing"]),
        (
            good(),
            with(|it| it.images = vec![("web".to_owned(), "sha256:two".to_owned())]),
            &["image-differs"],
        ),
        (good(), Standing { room: Some(full), ..well() }, &["disk-full", "inodes-low"]),
        (good(), Standing { backups: vec![backup(10, 30)], ..well() }, &["backup-old"]),
        (good(), Standing { backups: vec![backup(10, 3), backup(90, 27)], ..well() }, &["backup-small"]),
        (host(Vec::new()), well(), &["nothing-deployed"]),
        (HostFacts { lock: Some(holder()), ..good() }, well(), &["run-going-on"]),
    ];
    for (facts, standing, expected) in cases {
        assert_eq!(wrong(&judge(&compose(), &seen(facts, standing))), expected);
    }
    let torn = host(
        [
            deploy("a", None, Ending::Good),
            vec![began("b", Kind::Deploy, (&release("b"), Some(&release("a"))))],
        ]
        .concat(),
    );
    let findings = judge(&compose(), &seen(torn, well()));
    assert_eq!(findings.iter().find(|it| it.code == "unsettled").unwrap().level, Level::Fail);
}

#[test]
fn hosts_of_one_place_serve_one_release_and_a_probe_that_is_wrong_is_named() {
    let one =
        HostSeen { host: "web-1".to_owned(), facts: host(deploy("a", None, Ending::Good)), standing: well() };
    let other =
        HostSeen { host: "web-2".to_owned(), facts: host(deploy("b", None, Ending::Good)), standing: well() };
    let probe = Asked {
        name: "web".to_owned(),
        status: Some(500),
        seconds: 0.1,
        findings: vec![Finding::fail("status-wrong", "HTTP 500")],
    };
    let looked = Looked { hosts: vec![one, other], probes: vec![probe] };
    let findings = judge(&compose(), &looked);
    assert_eq!(wrong(&findings), ["hosts-differ", "status-wrong"]);
    assert!(findings.iter().any(|it| it.fact == "web: HTTP 500"));
}

#[test]
fn the_journal_is_told_run_by_run() {
    let mut journal = deploy("a", None, Ending::Good);
    journal.extend(deploy("b", Some("a"), Ending::Restored));
    journal.extend(back("c", ("a", "b"), Ending::Good));
    journal.push(began("d", Kind::Restart, (&release("a"), Some(&release("a")))));
    journal.push(ended("d", Ending::Good));
    journal.push(began("e", Kind::Deploy, (&release("e"), None)));
    let story = told(&journal);
    let words: Vec<[&str; 2]> = story.iter().map(|it| [it.kind_word(), it.result_word(false)]).collect();
    let expected = [
        ["deploy", "good"],
        ["deploy", "restored"],
        ["rollback", "good"],
        ["restart", "good"],
        ["deploy", "cut-off"],
    ];
    assert_eq!(words, expected);
    assert_eq!(story[4].result_word(true), "running");
}

#[test]
fn sizes_and_git_hosts_and_setups_are_told_in_few_words() {
    assert_eq!([bytes(12), bytes(2048), bytes(2_411_724)], ["12 B", "2.0 kB", "2.2 MB"]);
    for (address, wanted) in [
        ("git@github.com:owner/shop.git", Some("github.com")),
        ("ssh://git@example.org:2222/shop.git", Some("[example.org]:2222")),
        ("https://github.com/owner/shop.git", None),
        ("/srv/shop.git", None),
        ("./a:b", None),
    ] {
        assert_eq!(ssh_host(address).as_deref(), wanted, "{address}");
    }
    assert!(
        pinned("github.com", None).unwrap().lines().count() == 2 && pinned("example.org", None).is_none()
    );
    let part =
        |state| Part { name: "clone".to_owned(), state, fact: String::new(), by_hand: vec!["ls".to_owned()] };
    let verdict = |state| {
        let prepared = Prepared { parts: vec![part(PartState::Ready), part(state)], deploy_key: None };
        let verdict = setup_verdict(&[&prepared]);
        (verdict.word, verdict.exit)
    };
    assert_eq!(verdict(PartState::Ready), ("ready".to_owned(), Exit::Done));
    assert_eq!(verdict(PartState::Missing), ("incomplete".to_owned(), Exit::No));
    assert_eq!(verdict(PartState::WouldDo), ("planned".to_owned(), Exit::Done));
}
