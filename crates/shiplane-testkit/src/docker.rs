//! Docker and Compose, if this machine has them, and the removal of what a test has started.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::need::Missing;
use crate::process::{Run, find_program, variable};

/// A docker daemon that answers.
#[derive(Debug, Clone)]
pub struct Docker {
    program: PathBuf,
    legacy_builder: bool,
    /// The daemon's version.
    pub server: String,
    /// The Compose that goes with it.
    pub compose: Compose,
}

/// Which Compose a machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compose {
    /// `docker compose`, with its version.
    Plugin(String),
    /// `docker-compose`, with its version; 1.x is the old one in Python.
    Standalone(String),
}

impl Docker {
    /// The daemon and its Compose, or what is missing.
    pub fn available() -> Result<Self, Missing> {
        let install = "apt-get install docker.io docker-compose";
        let program =
            find_program("docker").ok_or_else(|| Missing::new("no docker on this machine", install))?;
        let server = words(run(&program, &["version", "--format", "{{.Server.Version}}"]))
            .ok_or_else(|| Missing::new("no docker daemon answers", "dockerd >/tmp/dockerd.log 2>&1 &"))?;
        let compose =
            compose(&program).ok_or_else(|| Missing::new("no docker compose on this machine", install))?;
        // Without the plugin a CLI either refuses BuildKit or brings an old one; the builder before it is always there.
        let legacy_builder = words(run(&program, &["buildx", "version"])).is_none();
        Ok(Self { program, legacy_builder, server, compose })
    }

    /// The newest Compose, as a program that docker takes for its plugin; `cargo xtask test` gets it.
    pub fn newest_compose() -> Result<PathBuf, Missing> {
        let found = variable("SHIPLANE_NEWEST_COMPOSE").map(PathBuf::from).filter(|file| file.is_file());
        found.ok_or_else(|| Missing::new("no newest Compose", "run the tests by `cargo xtask test`"))
    }

    /// A run of `docker`.
    pub fn docker(&self, args: &[&str]) -> Run {
        self.with_builder(run(&self.program, args))
    }

    /// A run of Compose for a project, in its directory.
    pub fn compose(&self, project: &str, dir: &Path, args: &[&str]) -> Run {
        let run = match &self.compose {
            Compose::Plugin(_) => run(&self.program, &["compose"]),
            Compose::Standalone(_) => run(Path::new("docker-compose"), &[]),
        };
        let run = self.with_builder(run);
        run.args(["--project-name", project]).args(args).dir(dir).within(Duration::from_secs(300))
    }

    fn with_builder(&self, run: Run) -> Run {
        if self.legacy_builder {
            run.env("DOCKER_BUILDKIT", "0").env("COMPOSE_DOCKER_CLI_BUILD", "0")
        } else {
            run
        }
    }

    /// Removes the project's containers and networks when the guard goes away, and images of that repository name.
    pub fn guard(&self, project: &str, image: &str) -> ProjectGuard {
        ProjectGuard { docker: self.clone(), project: project.to_owned(), image: image.to_owned() }
    }

    /// Removes a project's containers, networks and volumes by their labels, and images by their name.
    pub fn remove_project(&self, project: &str, image: &str) -> Result<()> {
        let label = format!("label=com.docker.compose.project={project}");
        let name = format!("reference={image}");
        let steps: [(&[&str], &[&str]); 4] = [
            (&["ps", "--all", "--quiet", "--filter", &label], &["rm", "--force", "--volumes"]),
            (&["network", "ls", "--quiet", "--filter", &label], &["network", "rm"]),
            (&["volume", "ls", "--quiet", "--filter", &label], &["volume", "rm", "--force"]),
            (&["images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", &name], &["rmi", "--force"]),
        ];
        for (list, remove) in steps {
            let listed = self.docker(list).ok().context("list what to remove")?.stdout;
            let found: Vec<&str> =
                listed.split_whitespace().filter(|word| !word.contains("<none>")).collect();
            if !found.is_empty() {
                self.docker(remove).args(found).ok().with_context(|| format!("remove of {project}"))?;
            }
        }
        Ok(())
    }
}

/// Removes a compose project when it goes away.
#[derive(Debug)]
pub struct ProjectGuard {
    docker: Docker,
    project: String,
    image: String,
}

impl Drop for ProjectGuard {
    fn drop(&mut self) {
        let removed = self.docker.remove_project(&self.project, &self.image);
        if let Err(error) = removed
            && !std::thread::panicking()
        {
            panic!("{error:#}");
        }
    }
}

/// The plugin, unless only the program of its own is there.
fn compose(docker: &Path) -> Option<Compose> {
    let plugin = words(run(docker, &["compose", "version", "--short"])).map(Compose::Plugin);
    plugin
        .or_else(|| words(run(Path::new("docker-compose"), &["version", "--short"])).map(Compose::Standalone))
}

/// A run with the variables by which docker finds its daemon.
fn run(program: &Path, args: &[&str]) -> Run {
    let run = Run::new(program).args(args);
    let kept = ["HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"];
    let kept = kept.into_iter().filter_map(|name| Some((name, variable(name)?)));
    kept.fold(run, |run, (name, value)| run.env(name, value))
}

/// How long the daemon may take to say what it is: one that is busy must not pass for one that is missing.
const PATIENCE: Duration = Duration::from_secs(120);

/// What it printed, if it ended well and printed anything.
fn words(run: Run) -> Option<String> {
    let printed = run.within(PATIENCE).ok().ok()?.stdout.trim().to_owned();
    (!printed.is_empty()).then_some(printed)
}
