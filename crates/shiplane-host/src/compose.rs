//! Docker Compose on the host, of whichever generation it has.
//!
//! Every built service has an image of its own for every release, named in a small file beside the release. Going
//! back means starting with the old file: no build, no network, no registry. What Compose says is checked against
//! what the daemon shows, because `up -d` of a release that crashes ends with 0.

mod containers;
mod detected;
mod expected;
mod migrate;
mod own_check;
mod proof;
mod prune;
mod reading;
mod restart;
mod standing;
mod switch;

pub(crate) use standing::environment_of;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use shiplane_core::command::Command;
use shiplane_core::deploy::compose::{self, Service};
use shiplane_core::deploy::settle::Container;
use shiplane_core::deploy::{ComposeTool, Release, Strategy};
use shiplane_core::report::Finding;
use shiplane_core::rollback::Piece;

pub(crate) use containers::daemon;
pub(crate) use detected::{detect, known};

use crate::failure::Failure;
use crate::process::{self, Finished, Setting};
use crate::runtime::{Ground, OnLine, Runs, environment};
use crate::{shown, state};

/// Longest time for a question to the daemon.
pub(crate) const QUICK: Duration = Duration::from_secs(60);

/// The file beside a release that names its images.
const IMAGES: &str = "images.yml";

/// Names that Compose looks for by itself, in its order; at most one of each row.
pub(crate) const DEFAULT_FILES: [&[&str]; 2] = [
    &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"],
    &[
        "compose.override.yaml",
        "compose.override.yml",
        "docker-compose.override.yaml",
        "docker-compose.override.yml",
    ],
];

/// Runs releases by Compose.
#[derive(Debug)]
pub(crate) struct Compose {
    pub(crate) ground: Ground,
    pub(crate) tool: ComposeTool,
    files: Vec<String>,
    project: Option<String>,
    /// What was there before the last switch.
    before: RefCell<Vec<Container>>,
    /// The directory of the uploaded release at work; `None` means the live one.
    tree: RefCell<Option<PathBuf>>,
    /// How long a container may take to stop; `None` leaves it to Compose.
    grace: Cell<Option<Duration>>,
    /// The rendered project of a release, used in place of the checkout's own files.
    kept: RefCell<Option<PathBuf>>,
    /// What was there before the first switch of this run.
    first: RefCell<Option<Vec<Container>>>,
    /// Whether the last switch was the way back to that.
    returns: Cell<bool>,
    remarks: RefCell<Vec<Finding>>,
    reading: RefCell<Option<reading::Reading>>,
}

/// A project as it is on the host.
#[derive(Debug)]
struct Project {
    name: String,
    services: Vec<Service>,
}

impl Compose {
    pub(crate) fn find(ground: Ground, files: &[String], project: Option<&str>) -> Result<Self, Failure> {
        let known = || known(&ground.path, &ground.state);
        let tool = ground.options.compose.clone().or_else(known).ok_or_else(|| {
            let finding = Finding::fail("compose-missing", "the host has no Compose");
            Failure::new(finding.help("install the plugin docker-compose-v2, or docker-compose"))
        })?;
        let project = project.map(str::to_owned).or_else(|| project_of_files(&ground));
        Ok(Self {
            ground,
            tool,
            files: files.to_vec(),
            project,
            before: RefCell::default(),
            tree: RefCell::default(),
            grace: Cell::default(),
            kept: RefCell::default(),
            first: RefCell::default(),
            returns: Cell::default(),
            remarks: RefCell::default(),
            reading: RefCell::default(),
        })
    }

    /// The project's directory: the site's path, or the tree of uploaded files.
    pub(crate) fn dir(&self) -> PathBuf {
        match &self.ground.strategy {
            Strategy::Git | Strategy::Image { .. } => self.ground.path.clone(),
            Strategy::Files(shown) => {
                let live = || shown::target(&self.ground.path, &shown.to);
                self.tree.borrow().clone().unwrap_or_else(live)
            }
        }
    }

    /// From here on the project is that of a release.
    fn enter(&self, release: &Release) {
        *self.tree.borrow_mut() = Some(self.ground.state.release(&release.id).join("tree"));
    }

    /// The project's own files: as configured, else as Compose would find them.
    pub(crate) fn own_files(&self) -> Vec<String> {
        if let Some(kept) = self.kept.borrow().as_ref() {
            return vec![kept.display().to_string()];
        }
        if !self.files.is_empty() {
            return self.files.clone();
        }
        let present = |name: &&&str| self.dir().join(name).exists();
        DEFAULT_FILES
            .iter()
            .filter_map(|row| row.iter().find(present))
            .map(|name| (*name).to_owned())
            .collect()
    }

    /// The project's name: as configured, else as `.env`, the file or the directory has it.
    pub(crate) fn project(&self, rendered: &str) -> String {
        let from_env = || name_from_env(&self.ground);
        let from_directory = || compose::default_project(&self.ground.path.display().to_string());
        let own = self.project.clone().or_else(from_env);
        own.or_else(|| compose::project_name(rendered)).unwrap_or_else(from_directory)
    }

    fn command(&self, project: Option<&str>, extra: Option<PathBuf>) -> Command {
        let mut words = self.tool.command.iter().map(String::as_str);
        let mut command = Command::new(words.next().unwrap_or("docker")).args(words);
        if let Some(project) = project {
            command = command.args(["-p", project]);
        }
        let (dir, env) = (self.dir(), self.ground.path.join(".env"));
        command = command.args(["--project-directory".to_owned(), dir.display().to_string()]);
        // Compose looks for `.env` in the project's directory, and the site's own lies above it.
        if dir != self.ground.path && env.exists() {
            command = command.args(["--env-file".to_owned(), env.display().to_string()]);
        }
        for file in self.own_files() {
            command = command.args(["-f".to_owned(), dir.join(file).display().to_string()]);
        }
        match extra {
            Some(file) => command.args(["-f".to_owned(), file.display().to_string()]),
            None => command,
        }
    }

    pub(crate) fn setting<'a>(&'a self, env: &'a [(String, String)], limit: Duration) -> Setting<'a> {
        Setting { dir: &self.ground.path, env, limit }
    }

    /// What Compose says of the project, warnings included, with the variables that a release sets.
    pub(crate) fn config(&self, limit: Duration) -> anyhow::Result<Finished> {
        let release =
            Release { id: "none".to_owned(), commit: "none".to_owned(), version: Some("none".to_owned()) };
        let env = environment(&release);
        process::ask(&self.command(self.project.as_deref(), None).arg("config"), self.setting(&env, limit))
    }

    fn services(&self, rendered: &str) -> Result<Vec<Service>, Failure> {
        let mut services = compose::services(rendered).map_err(|error| {
            Failure::new(Finding::fail("compose-invalid", format!("compose config printed: {error}")))
        })?;
        // Compose v1 leaves `deploy.replicas` to Swarm, and starts one container.
        if self.tool.version.starts_with("1.") {
            services.iter_mut().for_each(|service| service.replicas = 0);
        }
        if let Strategy::Image { images } = &self.ground.strategy {
            for service in &mut services {
                service.built = images.contains_key(&service.name);
            }
        }
        Ok(services)
    }

    /// The project as it was rendered for a release.
    pub(crate) fn rendered_file(&self, release: &str) -> PathBuf {
        self.ground.state.release(release).join("compose.yml")
    }

    pub(crate) fn images_file(&self, release: &Release) -> PathBuf {
        self.ground.state.release(&release.id).join(IMAGES)
    }

    /// That file, when it names any: Compose v1 refuses one that says nothing.
    pub(crate) fn naming(&self, release: &Release) -> Option<PathBuf> {
        let file = self.images_file(release);
        fs::read_to_string(&file).is_ok_and(|text| text.contains("image: ")).then_some(file)
    }

    /// Writes the file that names the release's images, and keeps the rendered project beside it.
    fn name_images(&self, release: &Release, rendered: &str) -> Result<Vec<Service>, Failure> {
        let services = self.services(rendered)?;
        self.name_images_of(release, rendered, &services)?;
        Ok(services)
    }

    /// The same for some of its services.
    fn name_images_of(&self, release: &Release, rendered: &str, services: &[Service]) -> Result<(), Failure> {
        let first = self.own_files().into_iter().next().unwrap_or_default();
        let version =
            fs::read_to_string(self.dir().join(first)).ok().and_then(|text| compose::file_version(&text));
        let text = compose::images_file(&self.project(rendered), &release.id, services, version.as_deref());
        state::make(&self.ground.state.release(&release.id))?;
        state::write(&self.images_file(release), &text)?;
        state::write(&self.rendered_file(&release.id), rendered)?;
        detected::keep(&self.ground.state, &self.tool)?;
        Ok(self.keep_key(release, rendered)?)
    }
}

/// The project's name as the site's `.env` has it.
fn name_from_env(ground: &Ground) -> Option<String> {
    let text = fs::read_to_string(ground.path.join(".env")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("COMPOSE_PROJECT_NAME="))?;
    Some(line.trim_matches(['"', '\'', ' ']).to_owned()).filter(|name| !name.is_empty())
}

/// Uploaded releases lie in directories of their own, after which no project may be called.
fn project_of_files(ground: &Ground) -> Option<String> {
    let from_path = || compose::default_project(&ground.path.display().to_string());
    match &ground.strategy {
        Strategy::Git | Strategy::Image { .. } => None,
        Strategy::Files(_) => Some(name_from_env(ground).unwrap_or_else(from_path)),
    }
}

impl Runs for Compose {
    fn build(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.enter(release);
        let env = environment(release);
        let rendered = self.render_anew(&env)?;
        self.name_images(release, &rendered)?;
        let command = self.command(Some(&self.project(&rendered)), self.naming(release)).arg("build");
        let command = if self.ground.options.no_cache { command.arg("--no-cache") } else { command };
        let finished = process::run(&command, self.setting(&env, self.ground.limits.build.0), on_line)?;
        if !finished.success() {
            return Err(Failure::program("build-failed", "compose build", &finished));
        }
        // Compose v1 ends with 0 after printing its usage, so the images are looked for.
        self.ready(release)
    }

    fn take_images(
        &self,
        release: &Release,
        images: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, String)>, Failure> {
        let rendered = self.render_anew(&environment(release))?;
        let (project, services) = (self.project(&rendered), self.services(&rendered)?);
        let is_there = |name: &&String| services.iter().any(|service| service.name == **name);
        let unknown: Vec<&str> = images.keys().filter(|name| !is_there(name)).map(String::as_str).collect();
        if !unknown.is_empty() {
            let known: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
            let fact = format!("the Compose files have no service {}", unknown.join(", "));
            let help = format!("name one of theirs: {}", known.join(", "));
            return Err(Failure::new(Finding::fail("service-unknown", fact).help(help)));
        }
        self.name_images(release, &rendered)?;
        let name = |service: &String| (service.clone(), compose::image(&project, service, &release.id));
        Ok(images.keys().map(name).collect())
    }

    fn image_names(&self, release: &str) -> Result<Vec<String>, Failure> {
        self.images_of_release(release)
    }

    fn ready(&self, release: &Release) -> Result<(), Failure> {
        let file = self.images_file(release);
        let text = fs::read_to_string(&file).map_err(|error| {
            let fact = format!(
                "the images of release {} are not known: {}: {error}",
                release.label(),
                file.display()
            );
            Failure::new(Finding::fail("release-missing", fact).help("deploy that commit again"))
        })?;
        let images = text.lines().filter_map(|line| line.trim().strip_prefix("image: "));
        let gone: Vec<&str> = images.filter(|image| self.image_id(image).is_none()).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let fact = format!("images of release {} are gone: {}", release.label(), gone.join(", "));
        Err(Failure::new(Finding::fail("image-missing", fact).help("deploy that commit again")))
    }

    fn switch(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.enter(release);
        if let Strategy::Files(shown) = &self.ground.strategy {
            shown::point(&self.ground.path, &shown.to, &self.dir())?;
        }
        self.up(release, on_line)
    }

    fn restart(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.start_again(release, on_line)
    }

    fn settle(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.enter(release);
        self.watch(release, on_line)
    }

    fn clear(&self, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.leave_nothing(on_line)?;
        match &self.ground.strategy {
            Strategy::Git | Strategy::Image { .. } => Ok(()),
            Strategy::Files(shown) => Ok(shown::clear(&self.ground.path, &shown.to)?),
        }
    }

    fn migrate(&self, release: &Release, words: &[String], on_line: OnLine<'_>) -> Result<(), Failure> {
        self.enter(release);
        self.run_migration(release, words, on_line)
    }

    fn prune(&self, gone: &[String], on_line: OnLine<'_>) -> Result<u64, Failure> {
        self.remove_images(gone, on_line)
    }

    fn remarks(&self) -> Vec<Finding> {
        self.remarks.take()
    }

    fn adopt(&self, release: &Release) -> Result<bool, Failure> {
        self.enter(release);
        let rendered = self.render_anew(&[])?;
        let project = self.project(&rendered);
        let running = self.containers(&project)?;
        let services = self.services(&rendered)?;
        let image_of =
            |service: &Service| running.iter().find(|it| it.service == service.name).map(|it| &it.image);
        // What nobody started, a service of a profile, is no part of what there is to go back to.
        let is_missing = |service: &Service| service.built && image_of(service).is_none();
        let services: Vec<Service> =
            services.iter().filter(|it| it.expected || !is_missing(it)).cloned().collect();
        if running.is_empty() || services.iter().any(is_missing) {
            return Ok(false);
        }
        let built: Vec<&Service> = services.iter().filter(|service| service.built).collect();
        for service in &built {
            let tag = compose::image(&project, &service.name, &release.id);
            let image = image_of(service).cloned().unwrap_or_default();
            let tagged =
                process::ask(&Command::new("docker").args(["tag", &image, &tag]), self.setting(&[], QUICK))?;
            if !tagged.success() {
                return Err(Failure::program("adopt-failed", "docker tag", &tagged));
            }
        }
        self.name_images_of(release, &rendered, &services)?;
        Ok(true)
    }

    fn images(&self) -> Vec<(String, String)> {
        let running = self.project_name().ok().and_then(|project| self.containers(&project).ok());
        running.into_iter().flatten().map(|container| (container.service, container.image)).collect()
    }

    fn by_hand(&self, release: &Release) -> Vec<String> {
        self.enter(release);
        let project = self.project(&self.kept(release));
        let up = self.command(Some(&project), self.naming(release));
        let values = environment(release).into_iter().map(|(name, value)| format!("{name}={value}"));
        let up = Command::new("env").args(values).arg(up.program()).args(up.arguments());
        let mut lines = vec![Command::new("cd").arg(self.ground.path.display().to_string()).line()];
        lines.extend(self.env_by_hand(release));
        let files = match &self.ground.strategy {
            Strategy::Git => Some(Command::new("git").args(["checkout", "--detach", &release.commit])),
            Strategy::Image { .. } => None,
            Strategy::Files(shown) => {
                Some(Command::new("ln").args(["-sfn", &self.dir().display().to_string(), &shown.to]))
            }
        };
        lines.extend(files.map(|files| files.line()));
        lines.push(up.args(["up", "-d", "--no-build"]).line());
        lines.extend(self.by_record(release));
        lines
    }

    fn pieces(&self, release: &Release, recorded: &[(String, String)]) -> (Vec<Piece>, u64) {
        self.needs(release, recorded)
    }

    fn hurry(&self, grace: Duration) {
        self.grace.set(Some(grace));
    }

    fn mend(&self, release: &Release, recorded: &[(String, String)]) -> Result<Vec<String>, Failure> {
        self.give_names(release, recorded)
    }

    fn readable(&self, release: &Release) -> Result<(), Failure> {
        self.render_anew(&environment(release)).map(drop)
    }

    fn use_record(&self, release: &Release) -> bool {
        self.kept.replace(self.kept_file(release));
        self.kept.borrow().is_some()
    }

    fn use_checkout(&self) {
        self.kept.replace(None);
    }
}
