//! After the switch: does everything run, and does it stay up?

use std::time::Duration;

use shiplane_core::deploy::compose::Service;
use shiplane_core::deploy::settle::{Container, Known, Next, Trouble, Watch};

/// From one look to the next.
const PACE: Duration = Duration::from_millis(200);

fn service(name: &str) -> Service {
    Service { name: name.to_owned(), built: true, expected: true, ..Service::default() }
}

fn running(service: &str) -> Container {
    Container {
        id: format!("{service}-id"),
        service: service.to_owned(),
        status: "running".to_owned(),
        started: "10:00".to_owned(),
        ..Container::default()
    }
}

fn with(service: &str, status: &str, health: Option<&str>) -> Container {
    Container { status: status.to_owned(), health: health.map(str::to_owned), ..running(service) }
}

fn healthy(service: &str) -> Container {
    with(service, "running", Some("healthy"))
}

fn trouble(service: &str, why: &str) -> Vec<Trouble> {
    vec![Trouble { service: service.to_owned(), why: why.to_owned() }]
}

/// Looks at what the host shows at each moment until something other than waiting comes; says when it came.
fn watch(
    services: &[Service],
    before: &[Container],
    show: impl Fn(Duration) -> Vec<Container>,
) -> (Next, Duration) {
    let (mut watch, mut at) = (Watch::since(before), Duration::ZERO);
    loop {
        let next = watch.look(services, &show(at), at);
        if !matches!(next, Next::Wait(_)) || at > Duration::from_secs(60) {
            return (next, at);
        }
        at += PACE;
    }
}

fn settle(services: &[Service], containers: &[Container]) -> (Next, Duration) {
    watch(services, &[], |_| containers.to_vec())
}

#[track_caller]
fn fails(services: &[Service], containers: &[Container], wanted: (&str, &str)) {
    assert_eq!(
        settle(services, containers),
        (Next::Failed(trouble(wanted.0, wanted.1)), Duration::ZERO),
        "{containers:?}"
    );
}

#[track_caller]
fn waits(services: &[Service], containers: &[Container], why: &str) {
    let service = why.split(' ').next().unwrap();
    let first = Watch::default().look(services, containers, Duration::ZERO);
    match first {
        Next::Wait(waiting) => assert!(waiting.contains(&trouble(service, why)[0]), "{waiting:?}"),
        other @ (Next::Steady | Next::Failed(_)) => panic!("{other:?}"),
    }
}

#[test]
fn three_equal_looks_are_enough_for_what_is_healthy_or_was_there_before() {
    let services = [service("web"), service("db")];
    assert_eq!(settle(&services, &[healthy("web"), healthy("db")]), (Next::Steady, 2 * PACE));
    let old = running("db");
    let seen = watch(&services, std::slice::from_ref(&old), |_| vec![healthy("web"), old.clone()]);
    assert_eq!(seen, (Next::Steady, 2 * PACE));
}

#[test]
fn what_has_just_started_and_has_no_health_check_is_watched_longer() {
    let (next, at) = settle(&[service("web")], &[running("web")]);
    assert!(next == Next::Steady && at >= Duration::from_secs(5) && at < Duration::from_secs(6), "{at:?}");
    waits(&[service("web")], &[running("web")], "web runs; watching that it stays up");
    let again = Container { started: "11:00".to_owned(), ..running("web") };
    let (next, at) = watch(&[service("web")], &[running("web")], |_| vec![again.clone()]);
    assert!(next == Next::Steady && at >= Duration::from_secs(5), "started again is new: {at:?}");
}

/// A container that runs for so long, dies, and is started again at once; every look shows it running.
fn looping(life: Duration, health: Option<&str>) -> impl Fn(Duration) -> Vec<Container> {
    move |at| {
        let restarts = u64::try_from(at.as_millis() / life.as_millis()).unwrap();
        let started = format!("{restarts}");
        vec![Container { restarts, started, exit_code: 3, ..with("web", "running", health) }]
    }
}

#[test]
fn a_crash_loop_is_seen_though_every_look_shows_it_running() {
    for (life, health) in [(100, None), (2_000, None), (4_000, None), (2_500, Some("starting"))] {
        let (next, at) = watch(&[service("web")], &[], looping(Duration::from_millis(life), health));
        let Next::Failed(troubles) = &next else { panic!("{life}: {next:?}") };
        assert!(troubles[0].why.starts_with("web keeps dying: started again"), "{troubles:?}");
        assert!(at <= Duration::from_secs(9), "{life}: {at:?}");
    }
}

#[test]
fn dying_until_something_else_is_up_is_forgiven() {
    let services = [service("db"), service("web")];
    let show = |at: Duration| {
        let up = at > Duration::from_secs(3);
        let db = if up { healthy("db") } else { with("db", "running", Some("starting")) };
        let restarts = if up { 3 } else { u64::try_from(at.as_millis() / 1_000).unwrap() };
        let web = Container { restarts, started: format!("{restarts}"), exit_code: 1, ..healthy("web") };
        vec![db, web]
    };
    let (next, at) = watch(&services, &[], show);
    assert!(next == Next::Steady && at >= Duration::from_secs(8), "one that died has to stay up: {at:?}");
}

#[test]
fn restarts_of_long_ago_are_no_crash_of_today() {
    let services = [service("db")];
    let old = Container { restarts: 5, ..running("db") };
    let before = std::slice::from_ref(&old);
    assert_eq!(watch(&services, before, |_| vec![old.clone()]).0, Next::Steady);
    let dying = Container { restarts: 7, ..old.clone() };
    let (next, _) = watch(&services, before, |_| vec![dying.clone()]);
    let Next::Failed(troubles) = next else { panic!("{next:?}") };
    assert!(troubles[0].why.contains("started again 2 times"), "{troubles:?}");
}

#[test]
fn states_that_no_waiting_mends_end_it_at_once() {
    let services = [service("web")];
    fails(&services, &[with("web", "running", Some("unhealthy"))], ("web", "web is unhealthy"));
    let died = Container { exit_code: 137, ..with("web", "exited", None) };
    fails(&services, &[died], ("web", "web ended with exit code 137"));
    let dead = Container { exit_code: 1, ..with("web", "dead", None) };
    fails(&services, &[dead], ("web", "web ended with exit code 1"));
    let short =
        Container { exit_code: 137, error: "out of memory".to_owned(), ..with("web", "exited", None) };
    fails(&services, &[short], ("web", "web ended with exit code 137: out of memory"));
    let server = Service { serves: true, ..service("web") };
    let why = "web ended with exit code 0, and it has ports or a health check";
    fails(&[server], &[with("web", "exited", None)], ("web", why));
}

#[test]
fn all_that_failed_are_told() {
    let services = [service("api"), service("db"), service("web")];
    let died = |service| Container { exit_code: 2, ..with(service, "exited", None) };
    let (next, _) = settle(&services, &[died("api"), healthy("db"), died("web")]);
    let Next::Failed(troubles) = next else { panic!("{next:?}") };
    let names: Vec<&str> = troubles.iter().map(|trouble| trouble.service.as_str()).collect();
    assert_eq!(names, ["api", "web"]);
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
fn what_was_created_and_never_starts_is_not_waited_for_without_end() {
    let error = "driver failed: port is already allocated".to_owned();
    let created = Container { error, ..with("web", "created", None) };
    let (next, at) = settle(&[service("web")], &[created]);
    let why = "web was created and never started: driver failed: port is already allocated";
    assert_eq!((next, at), (Next::Failed(trouble("web", why)), Duration::from_secs(10)));
}

#[test]
fn a_one_shot_that_ended_well_has_done_its_work() {
    let services = [service("migrate"), service("web")];
    assert_eq!(settle(&services, &[with("migrate", "exited", None), healthy("web")]).0, Next::Steady);
    let once = Service { once: true, ..service("migrate") };
    waits(std::slice::from_ref(&once), &[running("migrate")], "migrate has not ended yet");
    assert_eq!(settle(&[once], &[with("migrate", "exited", None)]), (Next::Steady, 2 * PACE));
}

#[test]
fn every_replica_counts() {
    let services = [Service { replicas: 2, ..service("web") }];
    let second = Container { id: "web-2".to_owned(), ..with("web", "running", Some("starting")) };
    waits(&services, &[healthy("web"), second.clone()], "web is starting");
    waits(&services, &[healthy("web")], "web has 1 of 2 containers");
    let second = Container { health: Some("healthy".to_owned()), ..second };
    assert_eq!(settle(&services, &[healthy("web"), second]).0, Next::Steady);
}

#[test]
fn what_nobody_expects_to_run_may_be_as_it_likes_unless_the_switch_started_it() {
    let tool = Service { expected: false, ..service("tool") };
    let services = [service("web"), tool];
    assert_eq!(settle(&services, &[healthy("web")]).0, Next::Steady);
    let failed = Container { exit_code: 1, ..with("tool", "exited", None) };
    let orphan = Container { restarts: 9, ..with("left-over", "running", Some("unhealthy")) };
    let all = [healthy("web"), failed.clone(), orphan];
    assert_eq!(watch(&services, &[failed], |_| all.to_vec()).0, Next::Steady);
    fails(&services, &all, ("tool", "tool ended with exit code 1"));
}

/// Watches containers whose health checks say this when they are asked, while the daemon still says `starting`.
fn asking(known: Known, says: impl Fn(Duration) -> bool) -> (Next, Duration, Vec<Duration>) {
    let container =
        Container { check: vec!["is-well".to_owned()], ..with("web", "running", Some("starting")) };
    let (mut watch, mut at, mut asked) = (Watch::default().knowing(known), Duration::ZERO, Vec::new());
    loop {
        if watch.asks(&container, at) {
            asked.push(at);
            watch.hear(&container, says(at), at);
        }
        let next = watch.look(&[service("web")], std::slice::from_ref(&container), at);
        if !matches!(next, Next::Wait(_)) || at > Duration::from_secs(20) {
            return (next, at, asked);
        }
        at += PACE;
    }
}

#[test]
fn what_was_good_before_is_asked_at_once_and_what_is_new_once_it_has_stayed_up() {
    let (next, at, asked) = asking(Known::Good, |_| true);
    assert_eq!((next, at, asked), (Next::Steady, PACE, vec![Duration::ZERO]));
    let (next, at, asked) = asking(Known::New, |_| true);
    assert_eq!((next, asked.as_slice()), (Next::Steady, &[Duration::from_secs(5)][..]));
    assert!(at < Duration::from_secs(6), "{at:?}");
}

#[test]
fn a_health_check_that_says_no_is_asked_again_once_a_second() {
    let (next, at, asked) = asking(Known::Good, |at| at >= Duration::from_secs(3));
    assert_eq!((next, at), (Next::Steady, Duration::from_secs(3)));
    assert_eq!(asked, [0, 1, 2, 3].map(Duration::from_secs));
    let (next, ..) = asking(Known::Good, |_| false);
    assert_eq!(next, Next::Wait(trouble("web", "web is starting")));
}

#[test]
fn what_the_daemon_says_stands_over_what_a_health_check_said() {
    let check = vec!["is-well".to_owned()];
    let starting = Container { check: check.clone(), ..with("web", "running", Some("starting")) };
    let mut watch = Watch::default().knowing(Known::Good);
    assert!(watch.asks(&starting, Duration::ZERO));
    watch.hear(&starting, true, Duration::ZERO);
    assert!(!watch.asks(&starting, PACE * 50), "it has said yes");
    let unhealthy = Container { check, ..with("web", "running", Some("unhealthy")) };
    let next = watch.look(&[service("web")], &[unhealthy], PACE);
    assert_eq!(next, Next::Failed(trouble("web", "web is unhealthy")));
    let again = Container { started: "11:00".to_owned(), ..starting };
    assert!(watch.asks(&again, PACE), "started again it is another");
    for other in [healthy("web"), running("web"), with("web", "restarting", Some("starting"))] {
        assert!(!watch.asks(&Container { check: vec!["is-well".to_owned()], ..other }, PACE * 50));
    }
    assert!(!watch.asks(&with("web", "running", Some("starting")), PACE * 50), "nothing to ask");
}
