//! After the switch: does everything run, and does it stay up?

use shiplane_core::deploy::compose::Service;
use shiplane_core::deploy::settle::{Container, Next, Watch};

fn service(name: &str) -> Service {
    Service { name: name.to_owned(), built: true, expected: true }
}

fn running(service: &str) -> Container {
    Container {
        id: format!("{service}-id"),
        service: service.to_owned(),
        image: "sha256:1".to_owned(),
        status: "running".to_owned(),
        health: None,
        exit_code: 0,
        restarts: 0,
    }
}

fn with(service: &str, status: &str, health: Option<&str>) -> Container {
    Container { status: status.to_owned(), health: health.map(str::to_owned), ..running(service) }
}

/// Looks at the same picture until something other than waiting comes, at most ten times.
fn settle(services: &[Service], containers: &[Container]) -> (Next, u32) {
    let mut watch = Watch::default();
    let mut next = watch.look(services, containers);
    let mut looks = 1;
    while matches!(next, Next::Wait(_)) && looks < 10 {
        next = watch.look(services, containers);
        looks += 1;
    }
    (next, looks)
}

#[track_caller]
fn fails(services: &[Service], containers: &[Container], wanted: (&str, &str)) {
    match settle(services, containers) {
        (Next::Failed { service, why }, 1) => assert_eq!((service.as_str(), why.as_str()), wanted),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn waits(services: &[Service], containers: &[Container], wanted: &str) {
    assert_eq!(settle(services, containers), (Next::Wait(wanted.to_owned()), 10));
}

#[test]
fn three_equal_looks_make_it_steady() {
    let services = [service("web"), service("db")];
    assert_eq!(
        settle(&services, &[running("web"), with("db", "running", Some("healthy"))]),
        (Next::Steady, 3)
    );
}

#[test]
fn a_container_that_is_replaced_or_started_again_starts_the_count_anew() {
    let (services, mut watch) = ([service("web")], Watch::default());
    let wait = Next::Wait("everything runs; watching that it stays up".to_owned());
    assert_eq!(watch.look(&services, &[running("web")]), wait);
    assert_eq!(watch.look(&services, &[running("web")]), wait);
    let again = Container { restarts: 1, ..running("web") };
    assert_eq!(watch.look(&services, std::slice::from_ref(&again)), wait);
    let other = Container { id: "other".to_owned(), ..again };
    for _ in 0..2 {
        assert_eq!(watch.look(&services, std::slice::from_ref(&other)), wait);
    }
    assert_eq!(watch.look(&services, &[other]), Next::Steady);
}

#[test]
fn a_crash_loop_is_seen_though_every_look_shows_it_running() {
    let (services, mut watch) = ([service("web")], Watch::default());
    let mut seen = Vec::new();
    for restarts in 0..3 {
        seen.push(watch.look(&services, &[Container { restarts, exit_code: 3, ..running("web") }]));
    }
    let why = "web keeps dying: started again 2 times, last exit code 3".to_owned();
    assert_eq!(seen.last(), Some(&Next::Failed { service: "web".to_owned(), why }));
}

#[test]
fn restarts_of_long_ago_are_no_crash_of_today() {
    let services = [service("db")];
    let old = Container { restarts: 5, ..running("db") };
    let mut watch = Watch::since(std::slice::from_ref(&old));
    let looks: Vec<Next> = (0..3).map(|_| watch.look(&services, std::slice::from_ref(&old))).collect();
    assert_eq!(looks.last(), Some(&Next::Steady));
    let dying = Container { restarts: 7, ..old };
    let failed = watch.look(&services, &[dying]);
    assert!(
        matches!(&failed, Next::Failed { why, .. } if why.contains("started again 2 times")),
        "{failed:?}"
    );
}

#[test]
fn states_that_no_waiting_mends_end_it_at_once() {
    let services = [service("web")];
    fails(&services, &[with("web", "running", Some("unhealthy"))], ("web", "web is unhealthy"));
    let died = Container { exit_code: 137, ..with("web", "exited", None) };
    fails(&services, &[died], ("web", "web ended with exit code 137"));
    let dead = Container { exit_code: 1, ..with("web", "dead", None) };
    fails(&services, &[dead], ("web", "web ended with exit code 1"));
}

#[test]
fn states_on_the_way_are_waited_for() {
    let services = [service("db"), service("web")];
    waits(&services, &[], "db has no container yet");
    waits(&services, &[running("db")], "web has no container yet");
    waits(&services, &[running("db"), with("web", "running", Some("starting"))], "web is starting");
    waits(&services, &[running("db"), with("web", "restarting", None)], "web is restarting");
    waits(&services, &[running("db"), with("web", "created", None)], "web is created");
    waits(&services, &[running("db"), with("web", "paused", None)], "web is paused");
}

#[test]
fn a_one_shot_that_ended_well_has_done_its_work() {
    let services = [service("migrate"), service("web")];
    assert_eq!(settle(&services, &[with("migrate", "exited", None), running("web")]).0, Next::Steady);
}

#[test]
fn every_replica_counts() {
    let services = [service("web")];
    let second = Container { id: "web-2".to_owned(), ..with("web", "running", Some("starting")) };
    waits(&services, &[running("web"), second], "web is starting");
}

#[test]
fn what_nobody_expects_to_run_may_be_as_it_likes() {
    let tool = Service { expected: false, ..service("tool") };
    let services = [service("web"), tool];
    assert_eq!(settle(&services, &[running("web")]).0, Next::Steady);
    let failed = Container { exit_code: 1, ..with("tool", "exited", None) };
    let orphan = Container { restarts: 9, ..with("left-over", "running", Some("unhealthy")) };
    assert_eq!(settle(&services, &[running("web"), failed, orphan]).0, Next::Steady);
}
