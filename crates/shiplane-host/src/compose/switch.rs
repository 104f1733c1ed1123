//! Takes a release up, and watches until it runs.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use shiplane_core::command::Command;
use shiplane_core::deploy::settle::{Container, Known, Next, Trouble, Watch};
use shiplane_core::deploy::{Kind, Release};
use shiplane_core::foreign::clip;
use shiplane_core::report::Finding;

use super::{Compose, Project, QUICK};
use crate::failure::Failure;
use crate::runtime::{OnLine, environment};
use crate::{leash, process};

/// From one look to the next.
const PACE: Duration = Duration::from_millis(100);

/// How much of Compose's last line stands in the fact, in characters.
const SHOWN: usize = 200;

impl Compose {
    /// Lets a release take over. On the way back nothing stays of what this run has brought.
    pub(super) fn up(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        let env = environment(release);
        let rendered = self.render(&env)?;
        let project = Project { name: self.project(&rendered), services: self.services(&rendered)? };
        let running = self.containers(&project.name)?;
        let is_first = self.first.borrow().is_none();
        self.returns.set(!is_first);
        if is_first {
            *self.first.borrow_mut() = Some(running.clone());
            if self.ground.options.down {
                self.down(&project.name, on_line)?;
            }
        }
        *self.before.borrow_mut() = running;
        let command =
            self.command(Some(&project.name), self.naming(release)).args(["up", "-d", "--no-build"]);
        let orphans = self.ground.options.remove_orphans;
        let command = if orphans { command.arg("--remove-orphans") } else { command };
        let command = match self.grace.get() {
            Some(grace) => command.args(["-t".to_owned(), grace.as_secs().to_string()]),
            None => command,
        };
        let finished = process::run(&command, self.setting(&env, self.ground.limits.switch.0), on_line)?;
        if !finished.success() {
            let mut failure = Failure::program("up-failed", "compose up", &finished);
            if let Some(last) = finished.output.lines().rev().find(|line| !line.trim().is_empty()) {
                failure.finding.fact = format!("{}: {}", failure.finding.fact, clip(last.trim(), SHOWN));
            }
            return Err(self.not_up(&project, failure));
        }
        if !is_first {
            self.sweep(&project, on_line)?;
        }
        Ok(())
    }

    /// Why `up` failed may stand in the logs of what did start: a dependency that is unhealthy, a migration.
    fn not_up(&self, project: &Project, mut failure: Failure) -> Failure {
        let before = self.before.borrow();
        let is_new = |container: &&Container| !before.iter().any(|old| old.id == container.id);
        let is_well = |container: &Container| {
            container.status == "running" && container.health.as_deref() != Some("unhealthy")
        };
        for container in self.containers(&project.name).unwrap_or_default().iter().filter(is_new) {
            if !is_well(container) {
                failure.excerpts.extend(self.log(container).filter(|log| !log.lines.is_empty()));
            }
        }
        failure
    }

    fn down(&self, project: &str, on_line: OnLine<'_>) -> Result<(), Failure> {
        let command = self.command(Some(project), None).arg("down");
        let finished = process::run(&command, self.setting(&[], self.ground.limits.switch.0), on_line)?;
        if finished.success() {
            Ok(())
        } else {
            Err(Failure::program("down-failed", "compose down", &finished))
        }
    }

    /// Removes the containers that this run has brought, of services that the release to go back to does not have.
    fn sweep(&self, project: &Project, on_line: OnLine<'_>) -> Result<(), Failure> {
        let first = self.first.borrow();
        let was_there =
            |container: &Container| first.iter().flatten().any(|before| before.id == container.id);
        let containers = self.containers(&project.name)?;
        let brought: Vec<&Container> = containers
            .iter()
            .filter(|container| !project.has(&container.service) && !was_there(container))
            .collect();
        self.remove(&brought, on_line)
    }

    /// Removes containers with what they print no more; their volumes stay.
    pub(super) fn remove(&self, containers: &[&Container], on_line: OnLine<'_>) -> Result<(), Failure> {
        if containers.is_empty() {
            return Ok(());
        }
        let ids = containers.iter().map(|container| container.id.clone());
        let command = Command::new("docker").args(["rm", "--force"]).args(ids);
        let finished = process::run(&command, self.setting(&[], QUICK), on_line)?;
        if finished.success() {
            Ok(())
        } else {
            Err(Failure::program("remove-failed", "docker rm", &finished))
        }
    }

    /// Watches until everything runs and stays up, then sees whether it is the release that runs.
    pub(super) fn watch(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        let rendered = self.render(&environment(release))?;
        let services = self.watched(self.services(&rendered)?);
        let project = Project { name: self.project(&rendered), services };
        let limit = leash::left(self.ground.limits.switch.0);
        let mut watch = Watch::since(&self.before.borrow()).knowing(self.known());
        let mut said = String::new();
        let began = Instant::now();
        loop {
            // A daemon that is being restarted is asked again.
            let containers = match self.containers(&project.name) {
                Err(_) if began.elapsed() < limit => {
                    thread::sleep(PACE);
                    continue;
                }
                answer => answer?,
            };
            for container in &containers {
                if watch.asks(container, began.elapsed()) {
                    let is_well = self.is_well(container);
                    watch.hear(container, is_well, began.elapsed());
                }
            }
            let waiting = match watch.look(&project.services, &containers, began.elapsed()) {
                Next::Steady => return self.prove(release, &project, &containers),
                Next::Failed(troubles) => return Err(self.failed(&troubles, &containers)),
                Next::Wait(waiting) => waiting,
            };
            if began.elapsed() > limit {
                return Err(self.too_late(waiting, &containers));
            }
            let why = waiting.first().map_or("everything runs", |trouble| &trouble.why);
            if why != said {
                on_line(why);
                why.clone_into(&mut said);
            }
            thread::sleep(PACE);
        }
    }

    /// What comes up by a rollback, or by a second switch of the same run, was good before.
    fn known(&self) -> Known {
        match self.ground.kind {
            Kind::Rollback => Known::Good,
            Kind::Deploy | Kind::Restart if self.returns.get() => Known::Good,
            Kind::Deploy | Kind::Restart => Known::New,
        }
    }

    fn too_late(&self, mut waiting: Vec<Trouble>, containers: &[Container]) -> Failure {
        let within = self.ground.limits.switch;
        for trouble in &mut waiting {
            trouble.why = format!("{}, and its time of {within} is over", trouble.why);
        }
        if waiting.is_empty() {
            let fact = format!("what runs did not stay the same for long enough within {within}");
            return Failure::new(Finding::fail("not-running", fact));
        }
        self.failed(&waiting, containers)
    }

    /// Every service at fault, each with the end of its log.
    fn failed(&self, troubles: &[Trouble], containers: &[Container]) -> Failure {
        let facts: Vec<&str> = troubles.iter().map(|trouble| trouble.why.as_str()).collect();
        let finding = Finding::fail("not-running", facts.join("; "))
            .help("read the log of the service, mend the release, and deploy again");
        let at_fault =
            |container: &&Container| troubles.iter().any(|trouble| trouble.service == container.service);
        let excerpts = containers.iter().filter(at_fault).filter_map(|container| self.log(container));
        Failure { excerpts: excerpts.collect(), ..Failure::new(finding) }
    }

    /// Undoes the very first switch. What ran before, without being a release, is left alone.
    pub(super) fn leave_nothing(&self, on_line: OnLine<'_>) -> Result<(), Failure> {
        let first = self.first.borrow();
        // A switch that did not come to Compose has changed nothing, and others may have started what runs.
        let Some(before) = first.as_deref() else { return Ok(()) };
        let project = self.project_name()?;
        if before.is_empty() {
            return self.down(&project, on_line);
        }
        let containers = self.containers(&project)?;
        let is_new = |container: &&Container| !before.iter().any(|old| old.id == container.id);
        self.remove(&containers.iter().filter(is_new).collect::<Vec<_>>(), on_line)?;
        let gone = before.iter().filter(|old| !containers.iter().any(|now| now.id == old.id));
        let mut gone: Vec<&str> = gone.map(|old| old.service.as_str()).collect();
        gone.dedup();
        if gone.is_empty() {
            return Ok(());
        }
        let fact =
            format!("containers that ran before were replaced, and no release has them: {}", gone.join(", "));
        let help = "start them again as they were started before Shiplane came";
        Err(Failure::new(Finding::fail("nothing-to-restore", fact).help(help)))
    }

    /// The Compose file of a release as it was rendered; empty when it is gone.
    pub(super) fn kept(&self, release: &Release) -> String {
        fs::read_to_string(self.rendered_file(&release.id)).unwrap_or_default()
    }
}

impl Project {
    /// Whether it has a service of that name.
    pub(super) fn has(&self, service: &str) -> bool {
        self.services.iter().any(|own| own.name == service)
    }
}
