//! After the switch: is it the release that runs, and nothing of the one before?

use std::fs;

use shiplane_core::deploy::compose;
use shiplane_core::deploy::settle::Container;
use shiplane_core::deploy::{Kind, Release};
use shiplane_core::report::Finding;

use super::{Compose, Project};
use crate::failure::Failure;

impl Compose {
    /// By the identities of containers and images, never by what Compose printed.
    pub(super) fn prove(
        &self,
        release: &Release,
        project: &Project,
        containers: &[Container],
    ) -> Result<(), Failure> {
        self.runs(release, project, containers)?;
        self.none_left(project, containers)?;
        let mut remarks = match self.ground.kind {
            Kind::Deploy | Kind::Rollback => self.kept_containers(project, containers),
            Kind::Restart => Vec::new(),
        };
        remarks.extend(self.strangers(project, containers)?);
        self.remarks.borrow_mut().extend(remarks);
        Ok(())
    }

    /// Whether every built service runs the image of the release, and not one that was there before.
    fn runs(&self, release: &Release, project: &Project, containers: &[Container]) -> Result<(), Failure> {
        // What was never deployed has no images of ours; it is restarted as it is.
        if self.naming(release).is_none() {
            return Ok(());
        }
        let named = fs::read_to_string(self.images_file(release)).unwrap_or_default();
        for service in project.services.iter().filter(|service| service.expected) {
            let image = compose::image(&project.name, &service.name, &release.id);
            if !named.lines().any(|line| line.trim().strip_prefix("image: ") == Some(&image)) {
                continue;
            }
            let id = self.image_id(&image);
            let mut own = containers.iter().filter(|container| container.service == service.name);
            if let Some(other) = own.find(|container| Some(&container.image) != id.as_ref()) {
                let fact = format!("{} runs image {}, not {image}", service.name, other.image);
                return Err(Failure::new(Finding::fail("old-image-running", fact)));
            }
        }
        Ok(())
    }

    /// Where a service has new containers, none of its old ones may still answer beside them.
    fn none_left(&self, project: &Project, containers: &[Container]) -> Result<(), Failure> {
        let before = self.before.borrow();
        let is_old = |container: &Container| before.iter().any(|old| old.id == container.id);
        for service in &project.services {
            let own = || containers.iter().filter(|container| container.service == service.name);
            let left = own().find(|container| container.status == "running" && is_old(container));
            if let (Some(left), true) = (left, own().any(|container| !is_old(container))) {
                let short = left.id.get(..12).unwrap_or(&left.id);
                let fact = format!("container {short} of {} from before the switch still runs", service.name);
                let help = format!("on the host: `docker rm -f {short}`, then deploy again");
                return Err(Failure::new(Finding::fail("old-container-left", fact).help(help)));
            }
        }
        Ok(())
    }

    /// Built services whose containers were not exchanged: their image and settings are what they were.
    fn kept_containers(&self, project: &Project, containers: &[Container]) -> Vec<Finding> {
        let before = self.before.borrow();
        let is_kept = |service: &str| {
            let mut own = containers.iter().filter(|container| container.service == service).peekable();
            own.peek().is_some() && own.all(|container| before.iter().any(|old| old.id == container.id))
        };
        let built = project.services.iter().filter(|service| service.built && service.expected);
        let kept: Vec<&str> =
            built.map(|service| service.name.as_str()).filter(|name| is_kept(name)).collect();
        if kept.is_empty() {
            return Vec::new();
        }
        let fact =
            format!("kept its container, because image and settings are the same: {}", kept.join(", "));
        vec![Finding::ok("container-kept", fact)]
    }

    /// Containers of the project that the release does not know. Those that the release left behind by a rollback
    /// has brought go with it; others are told, and stay unless they are unwanted by option.
    fn strangers(&self, project: &Project, containers: &[Container]) -> Result<Vec<Finding>, Failure> {
        let foreign = |container: &&Container| !project.has(&container.service);
        let left = self.ground.left.as_ref().filter(|_| self.ground.kind == Kind::Rollback);
        let brought = |container: &&Container| {
            left.is_some_and(|left| {
                compose::image(&project.name, &container.service, &left.id) == container.image_name
            })
        };
        let (ours, others): (Vec<_>, Vec<_>) = containers.iter().filter(foreign).partition(brought);
        self.remove(&ours, &mut |_| ())?;
        let names = |containers: &[&Container]| {
            let mut names: Vec<&str> = containers.iter().map(|it| it.service.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            names.join(", ")
        };
        let mut findings = Vec::new();
        if !ours.is_empty() {
            let fact = format!("removed with the release that brought them: {}", names(&ours));
            findings.push(Finding::ok("containers-removed", fact));
        }
        if !others.is_empty() {
            let fact = format!("containers of services that this release does not have: {}", names(&others));
            let help = "say --remove-orphans, or `remove-orphans: true` in the environment, to remove them";
            findings.push(Finding::warning("orphans", fact).help(help));
        }
        Ok(findings)
    }
}
