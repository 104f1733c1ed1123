//! After the switch: does everything run, and does it stay up?
//!
//! `up -d` of a release that crashes at once ends with 0, and a container that dies every two seconds is `running`
//! in most of the looks one takes at it; only its restart count tells.

use serde::{Deserialize, Serialize};

use super::compose::Service;

/// Looks in a row that must show the same healthy picture.
const STEADY_LOOKS: u32 = 3;

/// One container, as the daemon describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Its id.
    pub id: String,
    /// The Compose service that it belongs to.
    pub service: String,
    /// The id of the image that it runs.
    pub image: String,
    /// `running`, `exited`, `restarting`, …
    pub status: String,
    /// `healthy`, `starting`, `unhealthy`; `None` without a health check.
    pub health: Option<String>,
    /// What it ended with, when it has.
    pub exit_code: i64,
    /// How often the daemon has started it again.
    pub restarts: u64,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Look again.
    Wait(String),
    /// Everything runs and stays up.
    Steady,
    /// It will not come up; which service, and why.
    Failed {
        /// The service at fault.
        service: String,
        /// One sentence.
        why: String,
    },
}

/// The looks taken so far.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    steady: u32,
    last: Vec<(String, u64)>,
    before: Vec<(String, u64)>,
}

impl Watch {
    /// Watches what comes after these containers: a database that the switch leaves alone keeps its count of
    /// restarts from months ago, and that is no crash of today.
    pub fn since(before: &[Container]) -> Self {
        Self { before: restarts(before), ..Self::default() }
    }

    /// Takes one look. Containers of services that nobody expects to run, and of those that are gone from the
    /// project, may be as they like.
    pub fn look(&mut self, services: &[Service], containers: &[Container]) -> Next {
        let expected: Vec<&Service> = services.iter().filter(|service| service.expected).collect();
        let own = |container: &&Container| expected.iter().any(|service| service.name == container.service);
        for container in containers.iter().filter(own) {
            if let Some(why) = hopeless(container, self.restarts_before(container)) {
                return Next::Failed { service: container.service.clone(), why };
            }
        }
        let waiting = expected.iter().find_map(|service| missing(service, containers));
        let picture = restarts(containers);
        self.steady = if waiting.is_none() && picture == self.last { self.steady + 1 } else { 0 };
        self.last = picture;
        match waiting {
            Some(why) => Next::Wait(why),
            None if self.steady + 1 >= STEADY_LOOKS => Next::Steady,
            None => Next::Wait("everything runs; watching that it stays up".to_owned()),
        }
    }

    fn restarts_before(&self, container: &Container) -> u64 {
        self.before.iter().find(|(id, _)| *id == container.id).map_or(0, |(_, restarts)| *restarts)
    }
}

fn restarts(containers: &[Container]) -> Vec<(String, u64)> {
    containers.iter().map(|container| (container.id.clone(), container.restarts)).collect()
}

/// A state that no waiting mends.
fn hopeless(container: &Container, restarts_before: u64) -> Option<String> {
    let Container { service, status, exit_code, restarts, .. } = container;
    if container.health.as_deref() == Some("unhealthy") {
        return Some(format!("{service} is unhealthy"));
    }
    let restarts = restarts.saturating_sub(restarts_before);
    if restarts >= 2 {
        return Some(format!(
            "{service} keeps dying: started again {restarts} times, last exit code {exit_code}"
        ));
    }
    match status.as_str() {
        "exited" | "dead" if *exit_code != 0 => Some(format!("{service} ended with exit code {exit_code}")),
        _ => None,
    }
}

/// Why a service is not there yet. A one-shot service that ended with 0 has done its work.
fn missing(service: &Service, containers: &[Container]) -> Option<String> {
    let name = &service.name;
    let mut own = containers.iter().filter(|container| container.service == *name).peekable();
    if own.peek().is_none() {
        return Some(format!("{name} has no container yet"));
    }
    own.find_map(|container| match (container.status.as_str(), container.health.as_deref()) {
        ("running", None | Some("healthy")) | ("exited", _) => None,
        ("running", Some(health)) => Some(format!("{name} is {health}")),
        (status, _) => Some(format!("{name} is {status}")),
    })
}
