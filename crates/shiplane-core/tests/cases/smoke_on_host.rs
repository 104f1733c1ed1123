//! Containers, commands and files on a host: what is right, and every reason why it is not.

use shiplane_core::duration::Span;
use shiplane_core::report::Finding;
use shiplane_core::smoke::{
    Answer, ContainerSeen, ContainersWanted, Expectation, Failure, FailureKind, FileSeen, Ran, ServiceKnown,
    Timings, hopeless, ill, judge,
};

fn running(service: &str) -> ContainerSeen {
    ContainerSeen {
        service: service.to_owned(),
        name: format!("shop-{service}-1"),
        id: format!("id of {service}"),
        state: "running".to_owned(),
        age: Some(Span::seconds(3600)),
        image: "sha256:new".to_owned(),
        number: Some(1),
        ..ContainerSeen::default()
    }
}

fn known(name: &str) -> ServiceKnown {
    ServiceKnown { name: name.to_owned(), expected: true, ..ServiceKnown::default() }
}

fn answer(containers: &[ContainerSeen], known: &[ServiceKnown]) -> Answer {
    let (containers, known) = (containers.to_vec(), known.to_vec());
    Answer::Containers { containers, known, changes: Vec::new(), timings: Timings::default() }
}

fn wanting(services: &[&str], one_shot: &[&str]) -> Expectation {
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let containers = ContainersWanted { services: own(services), one_shot: own(one_shot) };
    Expectation { containers, ..Expectation::default() }
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    assert!(findings.iter().all(|finding| finding.help.is_some()), "{findings:?}");
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// What is said of one container of the service `web`, and whether there is hope.
fn said(change: impl Fn(&mut ContainerSeen)) -> (Vec<String>, bool) {
    let mut one = running("web");
    change(&mut one);
    let (expectation, answer) = (wanting(&["web"], &[]), answer(&[one], &[]));
    let findings = judge(&expectation, &answer);
    let codes = codes(&findings).into_iter().map(str::to_owned).collect();
    (codes, hopeless(&expectation, &answer))
}

#[test]
fn a_container_is_well_only_when_it_runs_and_stays() {
    let state = |name: &'static str| move |one: &mut ContainerSeen| name.clone_into(&mut one.state);
    let health = |name: &'static str| move |one: &mut ContainerSeen| one.health = Some(name.to_owned());
    let case = |codes: &[&str], lost: bool| (codes.iter().map(|code| (*code).to_owned()).collect(), lost);
    assert_eq!(said(|_| ()), case(&[], false));
    assert_eq!(said(health("healthy")), case(&[], false));
    assert_eq!(said(health("starting")), case(&["container-starting"], false));
    assert_eq!(said(health("unhealthy")), case(&["container-unhealthy"], false), "it may get well");
    assert_eq!(said(state("restarting")), case(&["container-restarting"], true));
    assert_eq!(said(state("created")), case(&["container-not-running"], false));
    assert_eq!(said(state("paused")), case(&["container-not-running"], false));
    assert_eq!(said(state("exited")), case(&["container-exited"], false), "0, and nobody said that it ends");
    let dead = |one: &mut ContainerSeen| ("exited".clone_into(&mut one.state), one.exit_code = 3).1;
    assert_eq!(said(dead), case(&["container-exited"], true));
    let killed = |one: &mut ContainerSeen| (dead(one), one.out_of_memory = true).1;
    assert_eq!(said(killed), case(&["container-out-of-memory"], true));
    assert_eq!(said(|one| one.restarts = 40), case(&[], false), "restarts of months ago");
    assert_eq!(said(|one| (one.restarts, one.restarted) = (41, 1)), case(&[], false));
    assert_eq!(said(|one| (one.restarts, one.restarted) = (42, 2)), case(&["container-restarting"], true));
    let fresh = |one: &mut ContainerSeen| (one.restarts, one.age) = (1, Some(Span::seconds(3)));
    assert_eq!(said(fresh), case(&["container-unsteady"], false), "it has just died");
    assert_eq!(said(|one| one.age = Some(Span::millis(10))), case(&[], false), "new, and never died");
}

#[test]
fn every_service_counts_and_every_replica() {
    let both = [running("web"), running("db")];
    assert!(judge(&wanting(&["web", "db"], &[]), &answer(&both, &[])).is_empty());
    let findings = judge(&wanting(&["web", "worker"], &[]), &answer(&both, &[]));
    assert_eq!(codes(&findings), ["container-missing"]);
    assert!(findings[0].help.as_ref().unwrap().ends_with("there is db, web"), "{findings:?}");
    let two = ServiceKnown { replicas: 2, ..known("web") };
    let findings = judge(&wanting(&[], &[]), &answer(&both, &[two.clone(), known("db"), known("cron")]));
    assert_eq!(codes(&findings), ["container-missing", "container-missing"]);
    assert_eq!(findings[1].fact, "web has 1 of 2 containers");
    let optional = ServiceKnown { expected: false, ..known("debug") };
    let mut stray = running("stray");
    stray.state = "exited".to_owned();
    let seen = [running("web"), stray.clone()];
    assert!(judge(&wanting(&[], &[]), &answer(&seen, &[known("web"), optional])).is_empty());
    assert_eq!(
        codes(&judge(&wanting(&[], &[]), &answer(&seen, &[]))),
        ["container-exited"],
        "no files say better"
    );
    assert_eq!(codes(&judge(&wanting(&[], &[]), &answer(&[], &[]))), ["no-containers"], "nothing is no pass");
    let mut second = running("web");
    (second.id, second.number, second.state) = ("2".to_owned(), Some(2), "restarting".to_owned());
    let findings = judge(&wanting(&["web"], &[]), &answer(&[running("web"), second], &[]));
    assert_eq!(codes(&findings), ["container-restarting"]);
}

#[test]
fn what_runs_to_its_end_may_be_gone_but_not_broken() {
    let wanted = wanting(&["web"], &["migrate"]);
    let mut job = running("migrate");
    assert_eq!(codes(&judge(&wanted, &answer(&[running("web"), job.clone()], &[]))), ["container-not-ended"]);
    job.state = "exited".to_owned();
    assert!(judge(&wanted, &answer(&[running("web"), job.clone()], &[])).is_empty());
    assert!(judge(&wanted, &answer(&[running("web")], &[])).is_empty(), "it may have been removed");
    let awaited = ServiceKnown { once: true, ..known("migrate") };
    let files = [known("web"), awaited];
    assert!(judge(&wanting(&[], &[]), &answer(&[running("web"), job.clone()], &files)).is_empty());
    job.exit_code = 1;
    assert_eq!(codes(&judge(&wanted, &answer(&[running("web"), job.clone()], &[]))), ["container-exited"]);
    assert_eq!(
        ill(&[running("web"), job], &["migrate".to_owned()]),
        [("id of migrate".to_owned(), "migrate".to_owned())]
    );
}

#[test]
fn an_old_container_beside_a_new_one_is_named() {
    let mut old = running("web");
    (old.id, old.name) = ("old".to_owned(), "0123456789ab_shop-web-1".to_owned());
    let mut new = running("web");
    new.age = Some(Span::seconds(20));
    let findings = judge(&wanting(&["web"], &[]), &answer(&[old.clone(), new.clone()], &[]));
    assert_eq!(codes(&findings), ["old-container"]);
    assert_eq!(findings[0].fact, "0123456789ab_shop-web-1 of web still runs beside shop-web-1, since 1h");
    (old.number, old.image) = (Some(2), "sha256:old".to_owned());
    assert_eq!(
        codes(&judge(&wanting(&["web"], &[]), &answer(&[old.clone(), new.clone()], &[]))),
        ["old-container"]
    );
    old.image = "sha256:new".to_owned();
    assert!(judge(&wanting(&["web"], &[]), &answer(&[old, new], &[])).is_empty(), "two replicas");
}

#[test]
fn a_change_between_two_looks_is_not_steady() {
    let changes = vec!["shop-web-1 was started again".to_owned()];
    let containers = vec![running("web")];
    let answer = Answer::Containers { containers, known: Vec::new(), changes, timings: Timings::default() };
    assert_eq!(codes(&judge(&wanting(&["web"], &[]), &answer)), ["containers-changed"]);
}

#[test]
fn a_command_has_to_end_well_and_say_the_right_thing() {
    let ran = |status, signal, output: &str| {
        Answer::Ran(Ran {
            status,
            signal,
            output: output.to_owned(),
            timings: Timings { total_ms: 50.0, ..Timings::default() },
        })
    };
    let nothing = Expectation::default();
    assert!(judge(&nothing, &ran(Some(0), None, "")).is_empty());
    let failed = judge(&nothing, &ran(Some(3), None, "one\nlag 12\n\n"));
    assert_eq!(
        (codes(&failed), failed[0].fact.as_str()),
        (vec!["command-failed"], "the command ended with exit code 3: lag 12")
    );
    let killed = judge(&nothing, &ran(None, Some(9), ""));
    assert_eq!(killed[0].fact, "the command was ended by signal 9; it printed nothing");
    let wanted =
        Expectation { body: vec!["ready".to_owned()], matches: vec!["lag [0-9]$".to_owned()], ..nothing };
    assert!(judge(&wanted, &ran(Some(0), None, "ready, lag 7")).is_empty());
    assert_eq!(codes(&judge(&wanted, &ran(Some(0), None, "lag 70"))), ["wrong-body", "not-matching"]);
    let hasty = Expectation { latency: Some(Span::millis(49)), ..Expectation::default() };
    assert_eq!(codes(&judge(&hasty, &ran(Some(0), None, ""))), ["too-slow"]);
}

#[test]
fn a_file_has_to_be_young_and_say_the_right_thing() {
    let file = |age: Option<u64>, size: u64| FileSeen {
        path: "beat".to_owned(),
        age: age.map(Span::seconds),
        ahead: age.is_none().then(|| Span::seconds(7200)),
        unreadable: None,
        size,
        tail: "tick".to_owned(),
        timings: Timings::default(),
    };
    let young = Expectation { max_age: Some(Span::seconds(60)), ..Expectation::default() };
    let said = |expectation: &Expectation, file: FileSeen| judge(expectation, &Answer::File(file));
    assert!(said(&young, file(Some(60), 4)).is_empty(), "exactly the limit");
    assert!(said(&young, file(Some(1), 0)).is_empty(), "a heartbeat by touch has no text");
    let old = said(&young, file(Some(61), 4));
    assert_eq!(
        (codes(&old), old[0].fact.as_str()),
        (vec!["file-old"], "beat was written 1m1s ago, expected at most 1m")
    );
    let ahead = said(&young, file(None, 4));
    assert_eq!((codes(&ahead), ahead[0].fact.contains("2h ahead")), (vec!["file-in-future"], true));
    let saying = Expectation { body: vec!["tick".to_owned()], ..young.clone() };
    assert!(said(&saying, file(Some(1), 4)).is_empty());
    assert_eq!(codes(&said(&saying, file(Some(1), 0))), ["file-empty"]);
    let locked = FileSeen { unreadable: Some("permission denied".to_owned()), ..file(Some(1), 4) };
    assert_eq!(codes(&said(&saying, locked)), ["file-unreadable"]);
    let silent = Expectation { body: vec!["tock".to_owned()], ..young };
    assert_eq!(codes(&said(&silent, file(Some(99), 4))), ["file-old", "wrong-body"], "all reasons at once");
}

#[test]
fn what_could_not_be_asked_is_told_apart() {
    let code = |reason| {
        let failure = Failure { reason, detail: "why".to_owned(), timings: Timings::default() };
        let findings = judge(&Expectation::default(), &Answer::Failed(failure));
        (codes(&findings)[0].to_owned(), findings[0].level == shiplane_core::report::Level::Unknown)
    };
    let expected = [
        (FailureKind::NoDocker, "docker-unavailable", true),
        (FailureKind::ProgramMissing, "command-missing", false),
        (FailureKind::ProgramDenied, "command-denied", false),
        (FailureKind::FileMissing, "file-missing", false),
        (FailureKind::NotAFile, "not-a-file", false),
        (FailureKind::FileDenied, "file-unreadable", true),
    ];
    for (reason, wanted, unknown) in expected {
        assert_eq!(code(reason), (wanted.to_owned(), unknown));
    }
}
