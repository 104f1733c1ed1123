//! What is known of the place that probes are asked at: its project, and what its files expect.

use std::sync::OnceLock;

use shiplane_core::deploy::compose::{Service, default_project};
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Question, Release, Runtime};
use shiplane_core::smoke::ServiceKnown;

use crate::compose::Compose;
use crate::runtime::Ground;
use crate::state::StateDir;
use crate::{journal, masked};

/// The place that probes are asked at.
#[derive(Debug)]
pub struct Site {
    ground: Option<Question>,
    configured: String,
    /// Read once: rendering the files takes longer than a look at the containers.
    project: OnceLock<Project>,
}

/// A Compose project.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) name: String,
    /// The services that its files have; none where they cannot be read.
    pub(super) known: Vec<ServiceKnown>,
}

impl Site {
    /// The place, and the name of the Compose project where the config says one. From now on what the place's `.env`
    /// has as secrets is hidden in what programs print.
    pub fn new(ground: Option<Question>, project: Option<&str>) -> Self {
        if let Some(ground) = &ground {
            masked::learn(&ground.site, live(ground).as_ref());
        }
        Self { ground, configured: project.unwrap_or_default().to_owned(), project: OnceLock::new() }
    }

    /// Whether a Compose project is known or can be found.
    pub fn has_project(&self) -> bool {
        !self.configured.is_empty() || self.ground.is_some()
    }

    /// Reads the project's files, which may take seconds; later looks do not.
    pub fn prepare(&self) {
        self.project();
    }

    pub(super) fn project(&self) -> &Project {
        self.project.get_or_init(|| self.find())
    }

    /// The project's name and what its files expect, as far as they can be read.
    fn find(&self) -> Project {
        let alone = |name: String| Project { name, known: Vec::new() };
        let Some(ground) = &self.ground else { return alone(self.configured.clone()) };
        let Some(compose) = self.compose(ground) else {
            let from_path = || default_project(&ground.site.path);
            return alone(
                Some(&self.configured).filter(|it| !it.is_empty()).cloned().unwrap_or_else(from_path),
            );
        };
        let live = live(ground);
        match compose.expected(live.as_ref()) {
            Ok((name, services)) => Project { name, known: services.iter().map(known).collect() },
            Err(_) => alone(compose.project_of(live.as_ref(), "")),
        }
    }

    /// The place's Compose, where it has one.
    fn compose(&self, ground: &Question) -> Option<Compose> {
        match &ground.runtime {
            Runtime::Command(_) => None,
            Runtime::Compose { files, project } => {
                let given = Some(self.configured.as_str()).filter(|name| !name.is_empty());
                Compose::find(Ground::to_look_at(ground), files, given.or(project.as_deref())).ok()
            }
        }
    }
}

/// What is live, when that can be read; a probe is wanted most when nothing else can be.
fn live(ground: &Question) -> Option<Release> {
    let state = StateDir::new(&ground.site.state_dir);
    journal::read(&state.journal()).ok().and_then(|entries| History::of(&entries).live)
}

fn known(service: &Service) -> ServiceKnown {
    let Service { name, expected, once, replicas, .. } = service;
    ServiceKnown { name: name.clone(), expected: *expected, once: *once, replicas: *replicas }
}
