//! Starting again what is live: the containers as they are, or made anew from the release's own images.

use std::time::Instant;

use serde_json::Value;
use shiplane_core::deploy::Release;
use shiplane_core::deploy::compose::Service;
use shiplane_core::report::Finding;

use super::{Compose, QUICK};
use crate::failure::Failure;
use crate::process;
use crate::runtime::{OnLine, environment};

/// A container and when it started last.
type Start = (String, String, String);

impl Compose {
    /// A plain restart leaves each container as it was made; `recreate` makes it anew, and never builds.
    pub(super) fn start_again(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        let (again, env) = (&self.ground.options.again, environment(release));
        let rendered = self.render(&env)?;
        let (project, services) = (self.project(&rendered), self.watched(self.services(&rendered)?));
        *self.before.borrow_mut() = self.containers(&project)?;
        let before = self.starts(&project)?;
        let command = self.command(Some(&project), self.naming(release));
        let (what, mut command) = if again.recreate {
            ("compose up", command.args(["up", "-d", "--no-build", "--force-recreate"]))
        } else {
            ("compose restart", command.arg("restart"))
        };
        if again.recreate && !again.services.is_empty() {
            // Nobody named what they depend on.
            command = command.arg("--no-deps");
        }
        let command = command.args(&again.services);
        let began = Instant::now();
        let finished = process::run(&command, self.setting(&env, self.ground.limits.switch.0), on_line)?;
        if !finished.success() {
            return Err(Failure::program("restart-failed", what, &finished)
                .help("`restart --recreate` makes containers that are missing"));
        }
        on_line(&format!("{what} ended after {:.1} s", began.elapsed().as_secs_f64()));
        self.all_started(&services, (&before, &self.starts(&project)?))
    }

    /// Compose v1 ends with 0 after printing its usage, so the daemon is asked when the containers started.
    /// Containers of services that are in no file any more, or in no profile, stay as they are.
    fn all_started(
        &self,
        services: &[Service],
        (before, after): (&[Start], &[Start]),
    ) -> Result<(), Failure> {
        let named = &self.ground.options.again.services;
        let wanted = |service: &Service| service.expected || named.contains(&service.name);
        let own = |start: &&Start| services.iter().any(|service| wanted(service) && service.name == start.0);
        let same: Vec<&str> = after
            .iter()
            .filter(own)
            .filter(|start| before.contains(start))
            .map(|(service, ..)| service.as_str())
            .collect();
        if same.is_empty() {
            return Ok(());
        }
        let fact = format!("Compose ended well, and these were not started again: {}", same.join(", "));
        Err(Failure::new(Finding::fail("not-restarted", fact).help("`restart --recreate` makes them anew")))
    }

    fn starts(&self, project: &str) -> Result<Vec<Start>, Failure> {
        let text = |value: &Value, pointer: &str| {
            value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let start = |value: &Value| {
            let service = text(value, "/Config/Labels/com.docker.compose.service");
            (service, text(value, "/Id"), text(value, "/State/StartedAt"))
        };
        Ok(self.inspected(project, QUICK)?.iter().map(start).collect())
    }

    /// What has to be up after the switch; after the restart of some services, those.
    pub(super) fn watched(&self, services: Vec<Service>) -> Vec<Service> {
        let wanted = &self.ground.options.again.services;
        services.into_iter().filter(|it| wanted.is_empty() || wanted.contains(&it.name)).collect()
    }
}
