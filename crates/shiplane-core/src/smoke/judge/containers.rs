//! Whether the containers of a Compose project are well.

use crate::duration::Span;
use crate::report::Finding;
use crate::smoke::answer::{ContainerSeen, ServiceKnown};
use crate::smoke::expectation::ContainersWanted;

/// So often Docker may not have started one again while we looked.
const LOOP: u64 = 2;

/// What died before has to stay up this long: after it the daemon itself begins to count anew (moby,
/// restartmanager.go, ShouldRestart).
const PROBATION: Span = Span::seconds(10);

/// What was seen in one look.
pub(super) struct Picture<'a> {
    pub(super) containers: &'a [ContainerSeen],
    pub(super) known: &'a [ServiceKnown],
    pub(super) changes: &'a [String],
}

/// Every reason why it is not the right one; none means that it is.
pub(super) fn judge(wanted: &ContainersWanted, picture: &Picture<'_>) -> Vec<Finding> {
    let Picture { containers, known, changes } = picture;
    if containers.is_empty() && wanted.services.is_empty() {
        let help = "start it with `docker compose up -d`, or check `project:` in the config";
        return vec![Finding::fail("no-containers", "the project has no containers on the host").help(help)];
    }
    let mut findings = Vec::new();
    for service in services(wanted, containers, known) {
        findings.extend(missing(wanted, &service, picture));
        let own = || containers.iter().filter(|container| container.service == service);
        findings.extend(own().filter_map(|container| trouble(container, once(wanted, &service, known))));
        findings.extend(doubles(&own().collect::<Vec<_>>()));
    }
    if let (true, false) = (findings.is_empty(), changes.is_empty()) {
        let fact = format!("the containers changed while we looked: {}", changes.join(", "));
        let help = "wait until a deploy or a restart is over: --within 2m";
        findings.push(Finding::fail("containers-changed", fact).help(help));
    }
    findings
}

/// The services in question: those that were named, else those that the files have, else those that are there.
fn services(wanted: &ContainersWanted, containers: &[ContainerSeen], known: &[ServiceKnown]) -> Vec<String> {
    let expected = known.iter().filter(|service| service.expected).map(|service| &service.name);
    let mut names: Vec<String> = if !wanted.services.is_empty() {
        wanted.services.iter().chain(&wanted.one_shot).cloned().collect()
    } else if !known.is_empty() {
        expected.chain(&wanted.one_shot).cloned().collect()
    } else {
        containers.iter().map(|container| container.service.clone()).collect()
    };
    names.sort();
    names.dedup();
    names
}

fn once(wanted: &ContainersWanted, service: &str, known: &[ServiceKnown]) -> bool {
    let is_once = |one: &ServiceKnown| one.name == service && one.once;
    wanted.one_shot.iter().any(|name| name == service) || known.iter().any(is_once)
}

fn missing(wanted: &ContainersWanted, service: &str, picture: &Picture<'_>) -> Option<Finding> {
    let Picture { containers, known, .. } = picture;
    let count = containers.iter().filter(|container| container.service == service).count();
    let replicas = known.iter().find(|one| one.name == service).map_or(0, |one| one.replicas);
    let fact = match count {
        // It may have been removed after its end.
        0 if once(wanted, service, known) => return None,
        0 => format!("{service} has no container"),
        some if some < usize::try_from(replicas).unwrap_or(usize::MAX) => {
            format!("{service} has {some} of {replicas} containers")
        }
        _ => return None,
    };
    let mut names: Vec<&str> = containers.iter().map(|container| container.service.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let there = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let help = format!("start it with `docker compose up -d {service}`; there is {there}");
    Some(Finding::fail("container-missing", fact).help(help))
}

/// What is wrong with one container.
fn trouble(container: &ContainerSeen, is_once: bool) -> Option<Finding> {
    let ContainerSeen { name, restarts, restarted, exit_code, .. } = container;
    let log = "read its log below; on the host: `docker logs`";
    let said = if container.error.is_empty() { String::new() } else { format!(": {}", container.error) };
    let fail = |code: &str, fact: String| Some(Finding::fail(code, fact).help(log));
    if container.out_of_memory && container.state != "running" {
        let fact = format!("{name} was killed for want of memory (exit code {exit_code})");
        let help = "give it more with `mem_limit` or the host, or find what eats it";
        return Some(Finding::fail("container-out-of-memory", fact).help(help));
    }
    match (container.state.as_str(), container.health.as_deref()) {
        ("restarting", _) => {
            let fact =
                format!("{name} keeps dying: exit code {exit_code}, started again {restarts} times{said}");
            fail("container-restarting", fact)
        }
        ("exited", _) if *exit_code == 0 && is_once => None,
        ("exited", _) if *exit_code == 0 => {
            let help = "name its service under `one-shot` of the probe if it runs to its end, else read its log below";
            let fact = format!("{name} ended with exit code 0");
            Some(Finding::fail("container-exited", fact).help(help))
        }
        ("exited" | "dead", _) => {
            fail("container-exited", format!("{name} ended with exit code {exit_code}{said}"))
        }
        ("running", _) if is_once => {
            let fact = format!("{name} has not ended yet, and it runs to its end");
            Some(Finding::fail("container-not-ended", fact).help("wait for it: --within 5m"))
        }
        ("running", _) if *restarted >= LOOP => {
            let fact = format!(
                "{name} keeps dying: started again {restarted} times while we looked, {restarts} in all"
            );
            fail("container-restarting", fact)
        }
        ("running", Some("unhealthy")) => fail("container-unhealthy", format!("{name} is unhealthy")),
        ("running", Some("starting")) => {
            let fact = format!("the health check of {name} has not passed yet");
            Some(Finding::fail("container-starting", fact).help("wait for it: --within 2m"))
        }
        ("running", None) if *restarts > 0 && container.age.is_some_and(|age| age < PROBATION) => {
            let age = container.age.unwrap_or_default().0.as_secs_f64();
            let fact = format!("{name} was started again {age:.1} s ago; restarts so far: {restarts}");
            let help = "read its log below for why it died; it is steady after 10 s: --within 1m";
            Some(Finding::fail("container-unsteady", fact).help(help))
        }
        ("running", _) => None,
        (state, _) => {
            let help =
                "start it with `docker compose up -d`; a paused one goes on with `docker compose unpause`";
            Some(Finding::fail("container-not-running", format!("{name} is {state}{said}")).help(help))
        }
    }
}

/// Containers of one service that cannot both be meant: of one number, or of different images.
fn doubles(own: &[&ContainerSeen]) -> Option<Finding> {
    let running: Vec<&&ContainerSeen> = own.iter().filter(|container| container.state == "running").collect();
    let newest = running.iter().min_by_key(|container| container.age.unwrap_or_default())?;
    let double = running.iter().find(|other| {
        let same_number = other.number.is_some() && other.number == newest.number;
        other.id != newest.id && (same_number || other.image != newest.image)
    })?;
    let age = double.age.unwrap_or_default().brief();
    let fact =
        format!("{} of {} still runs beside {}, since {age}", double.name, double.service, newest.name);
    let help = format!("it may answer with the old version; on the host: `docker rm -f {}`", double.name);
    Some(Finding::fail("old-container", fact).help(help))
}

/// Whether one of them will not come up, however long one waits.
pub(super) fn hopeless(wanted: &ContainersWanted, picture: &Picture<'_>) -> bool {
    let services = services(wanted, picture.containers, picture.known);
    let meant = picture.containers.iter().filter(|container| services.contains(&container.service));
    let is_lost = |container: &ContainerSeen| match container.state.as_str() {
        "restarting" | "dead" => true,
        "exited" => container.exit_code != 0,
        "running" => container.restarted >= LOOP,
        _ => false,
    };
    meant.into_iter().any(is_lost)
}

/// The containers whose logs tell why the answer is not right: id and service.
pub fn ill(containers: &[ContainerSeen], one_shot: &[String]) -> Vec<(String, String)> {
    let is_once = |container: &ContainerSeen| one_shot.contains(&container.service);
    let unsteady =
        |it: &ContainerSeen| it.restarted > 0 || it.restarts > 0 && it.age.is_some_and(|age| age < PROBATION);
    let is_ill = |it: &&ContainerSeen| unsteady(it) || trouble(it, is_once(it)).is_some();
    containers.iter().filter(is_ill).map(|it| (it.id.clone(), it.service.clone())).collect()
}
