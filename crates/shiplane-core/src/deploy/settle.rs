//! After the switch: does everything run, and does it stay up?
//!
//! `up -d` of a release that crashes at once ends with 0, and a container that dies every two seconds is `running`
//! in most of the looks one takes at it; only its restart count and the time of its start tell.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::compose::Service;

/// Looks in a row that must show the same healthy picture.
const STEADY_LOOKS: u32 = 3;

/// The same for a release that was good before.
const KNOWN_LOOKS: u32 = 2;

/// How long a container that nobody checks the health of must have been seen up since its start.
const PROBATION: Duration = Duration::from_secs(5);

/// From one time that a container's own health check is asked to the next.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// After this long nothing starts a container any more that was only created: Compose has returned.
const STILLBORN: Duration = Duration::from_secs(10);

/// Deaths that make a loop.
const LOOP: u64 = 2;

/// Deaths that make a loop even while something that it may depend on is not up yet.
const PATIENT_LOOP: u64 = 6;

/// One container, as the daemon describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Container {
    /// Its id.
    pub id: String,
    /// The Compose service that it belongs to.
    pub service: String,
    /// The id of the image that it runs.
    pub image: String,
    /// The image's name, as the container was started with it.
    pub image_name: String,
    /// `running`, `exited`, `restarting`, …
    pub status: String,
    /// `healthy`, `starting`, `unhealthy`; `None` without a health check.
    pub health: Option<String>,
    /// What it ended with, when it has.
    pub exit_code: i64,
    /// How often the daemon has started it again.
    pub restarts: u64,
    /// When it was started last, as the daemon writes it.
    pub started: String,
    /// What the daemon says went wrong; empty when nothing did.
    pub error: String,
    /// The command of its health check, where it has one.
    #[serde(skip)]
    pub check: Vec<String>,
}

/// What is known of the release that comes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    #[default]
    New,
    /// It was good before, and comes back as it was.
    Good,
}

/// A service that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The service.
    pub service: String,
    /// One sentence.
    pub why: String,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Look again; what is not there yet.
    Wait(Vec<Trouble>),
    /// Everything runs and stays up.
    Steady,
    /// It will not come up; which services, and why.
    Failed(Vec<Trouble>),
}

/// The looks taken so far.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    steady: u32,
    last: Vec<Life>,
    before: Vec<Container>,
    /// Lives and when each was seen first.
    seen: Vec<(Life, Duration)>,
    known: Known,
    /// Lives whose health check was asked, and when last.
    asked: Vec<(Life, Duration)>,
    /// Lives whose health check said yes when it was asked.
    vouched: Vec<Life>,
}

/// A container between one start and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Life {
    id: String,
    restarts: u64,
    started: String,
}

impl Watch {
    /// Watches what comes after these containers: a database that the switch leaves alone keeps its count of
    /// restarts from months ago, and that is no crash of today.
    pub fn since(before: &[Container]) -> Self {
        Self { before: before.to_vec(), ..Self::default() }
    }

    /// The same for a release of which this is known.
    pub fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// Whether a container's health check should be asked now, ahead of the daemon, which lets a whole interval pass
    /// before the first time: 30 s, when nobody says otherwise (docs.docker.com/reference/dockerfile/#healthcheck). That
    /// time shows whether a new release stays up; so a new one is watched first like one without a health check.
    pub fn asks(&self, container: &Container, at: Duration) -> bool {
        let life = Life::of(container);
        let is_starting = container.status == "running" && container.health.as_deref() == Some("starting");
        let last = self.asked.iter().rfind(|(asked, _)| *asked == life).map(|(_, when)| *when);
        let is_due = last.is_none_or(|last| at.saturating_sub(last) >= ASK_AGAIN);
        let is_old_enough = match self.known {
            Known::Good => true,
            Known::New => self.watched(container, at) >= PROBATION,
        };
        let may_be = !container.check.is_empty() && !self.vouched.contains(&life);
        is_starting && may_be && is_due && is_old_enough
    }

    /// Hears what the health check said when it was asked. A no means as much as no answer: the daemon counts.
    pub fn hear(&mut self, container: &Container, is_well: bool, at: Duration) {
        self.asked.push((Life::of(container), at));
        if is_well {
            self.vouched.push(Life::of(container));
        }
    }

    /// The container with what is known of its health.
    fn known(&self, container: &Container) -> Container {
        let is_starting = container.health.as_deref() == Some("starting");
        let health = if is_starting && self.vouched.contains(&Life::of(container)) {
            Some("healthy".to_owned())
        } else {
            container.health.clone()
        };
        Container { health, ..container.clone() }
    }

    /// Takes one look, so long after the first. Containers of services that nobody expects to run, and of those
    /// that are gone from the project, may be as they like.
    pub fn look(&mut self, services: &[Service], containers: &[Container], at: Duration) -> Next {
        let containers: Vec<Container> = containers.iter().map(|container| self.known(container)).collect();
        let containers = containers.as_slice();
        let picture: Vec<Life> = containers.iter().map(Life::of).collect();
        for life in &picture {
            if !self.seen.iter().any(|(seen, _)| seen == life) {
                self.seen.push((life.clone(), at));
            }
        }
        let expected = |service: &&Service| {
            let mut own = containers.iter().filter(|container| container.service == service.name);
            service.expected || own.any(|container| self.is_new(container))
        };
        let expected: Vec<&Service> = services.iter().filter(expected).collect();
        let waiting: Vec<Trouble> =
            expected.iter().filter_map(|service| self.missing(service, containers, at)).collect();
        let failed: Vec<Trouble> =
            expected.iter().filter_map(|service| self.failed(service, (containers, &waiting), at)).collect();
        if !failed.is_empty() {
            return Next::Failed(failed);
        }
        self.steady = if waiting.is_empty() && picture == self.last { self.steady + 1 } else { 0 };
        self.last = picture;
        let looks = match self.known {
            Known::New => STEADY_LOOKS,
            Known::Good => KNOWN_LOOKS,
        };
        if waiting.is_empty() && self.steady + 1 >= looks { Next::Steady } else { Next::Wait(waiting) }
    }

    /// Whether a container was created or started again since the watch began.
    fn is_new(&self, container: &Container) -> bool {
        let life = Life::of(container);
        !self.before.iter().any(|before| Life::of(before) == life)
    }

    fn restarts(&self, container: &Container) -> u64 {
        let before = self.before.iter().find(|before| before.id == container.id);
        container.restarts.saturating_sub(before.map_or(0, |before| before.restarts))
    }

    /// How long this life of a container was watched.
    fn watched(&self, container: &Container, at: Duration) -> Duration {
        let life = Life::of(container);
        let first = self.seen.iter().find(|(seen, _)| *seen == life);
        at.saturating_sub(first.map_or(at, |(_, first)| *first))
    }

    /// Why a service is not there yet. A one-shot service that ended with 0 has done its work.
    fn missing(&self, service: &Service, containers: &[Container], at: Duration) -> Option<Trouble> {
        let name = &service.name;
        let own: Vec<&Container> = containers.iter().filter(|container| container.service == *name).collect();
        let wanted = usize::try_from(service.replicas).unwrap_or(usize::MAX);
        let why = match own.len() {
            0 => Some(format!("{name} has no container yet")),
            count if count < wanted => Some(format!("{name} has {count} of {wanted} containers")),
            _ => own.iter().find_map(|container| self.not_yet(service, container, at)),
        };
        why.map(|why| Trouble { service: name.clone(), why })
    }

    fn not_yet(&self, service: &Service, container: &Container, at: Duration) -> Option<String> {
        let name = &service.name;
        match (container.status.as_str(), container.health.as_deref()) {
            ("running", _) if service.once => Some(format!("{name} has not ended yet")),
            ("running", None | Some("healthy")) if self.on_probation(container, at) => {
                Some(format!("{name} runs; watching that it stays up"))
            }
            ("running", None | Some("healthy")) | ("exited", _) => None,
            ("running", Some(health)) => Some(format!("{name} is {health}")),
            (status, _) => Some(format!("{name} is {status}")),
        }
    }

    /// A container that is new has to stay up for a while, unless its health check vouches for it. One that died
    /// already has to in any case.
    fn on_probation(&self, container: &Container, at: Duration) -> bool {
        let unproven = container.health.is_none() && self.is_new(container);
        (unproven || self.restarts(container) > 0) && self.watched(container, at) < PROBATION
    }

    fn failed(
        &self,
        service: &Service,
        (containers, waiting): (&[Container], &[Trouble]),
        at: Duration,
    ) -> Option<Trouble> {
        let alone = waiting.iter().all(|trouble| trouble.service == service.name);
        let deaths = if alone { LOOP } else { PATIENT_LOOP };
        let own = containers.iter().filter(|container| container.service == service.name);
        let why = own.filter_map(|container| {
            let restarts = self.restarts(container);
            if restarts >= deaths && container.health.as_deref() != Some("healthy") {
                let (name, code) = (&service.name, container.exit_code);
                return Some(format!(
                    "{name} keeps dying: started again {restarts} times, last exit code {code}"
                ));
            }
            hopeless(service, container, self.watched(container, at))
        });
        why.map(|why| Trouble { service: service.name.clone(), why }).next()
    }
}

impl Life {
    fn of(container: &Container) -> Self {
        let Container { id, restarts, started, .. } = container;
        Self { id: id.clone(), restarts: *restarts, started: started.clone() }
    }
}

/// A state that no waiting mends.
fn hopeless(service: &Service, container: &Container, watched: Duration) -> Option<String> {
    let Container { status, exit_code, error, .. } = container;
    let name = &service.name;
    let said = if error.is_empty() { String::new() } else { format!(": {error}") };
    match (status.as_str(), container.health.as_deref()) {
        ("running", Some("unhealthy")) => Some(format!("{name} is unhealthy")),
        ("exited" | "dead", _) if *exit_code != 0 => {
            Some(format!("{name} ended with exit code {exit_code}{said}"))
        }
        ("exited", _) if service.serves && !service.once => {
            Some(format!("{name} ended with exit code 0, and it has ports or a health check"))
        }
        ("created", _) if watched >= STILLBORN => Some(format!("{name} was created and never started{said}")),
        _ => None,
    }
}
