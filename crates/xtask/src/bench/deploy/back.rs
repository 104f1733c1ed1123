//! A rollback and its way forth again, against the bare `docker compose up -d` of the same two releases.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use shiplane_testkit::app::{AppRelease, write_release, write_repository};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::process::{Run, free_port};
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

use crate::bench::Race;
use crate::bench::tools::Tools;

/// The two releases that take turns.
const VERSIONS: [&str; 2] = ["1.0.0", "1.1.0"];

/// A server with two good releases. Goes with everything on it.
struct Server {
    binaries: PathBuf,
    docker: Docker,
    sshd: Sshd,
    _containers: ProjectGuard,
    project: String,
    work: GitRepo,
    room: TempDir,
}

/// Tells the medians and their ratio.
pub(super) fn measure(tools: &Tools<'_>, turns: u32) -> anyhow::Result<()> {
    race(tools)?.tell(turns)
}

/// Both sides make the older release live, then the newer one again.
fn race(tools: &Tools<'_>) -> anyhow::Result<Race> {
    let server = std::rc::Rc::new(Server::open(tools)?);
    let releases = server.deploy_both()?;
    let peer = std::rc::Rc::clone(&server);
    Ok(Race {
        ours: Box::new(move || {
            VERSIONS.iter().try_for_each(|version| server.tool("rollback", &["to", version]).ok().map(drop))
        }),
        peer: Box::new(move || releases.iter().try_for_each(|release| peer.bare_up(release))),
    })
}

impl Server {
    fn open(tools: &Tools<'_>) -> anyhow::Result<Self> {
        let docker = match Docker::available() {
            Ok(docker) => docker,
            Err(missing) => bail!("{missing}"),
        };
        let (sshd, room) = (Sshd::start()?, tempfile::tempdir().context("make a folder")?);
        let port = free_port();
        let project = format!("bench-{port}");
        let work = GitRepo::init(room.path().join("work"))?;
        write_repository(work.dir(), &AppRelease::good("0.9.0"))?;
        let origin = Origin::create(room.path().join("origin.git"))?;
        work.git(&["remote", "add", "origin", &origin.dir().display().to_string()])?;
        let containers = docker.guard(&project, &format!("shiplane/{project}/*"));
        let binaries = tools.together(&["ssh-deploy", "rollback"])?;
        let server = Self { binaries, docker, sshd, _containers: containers, project, work, room };
        server.work.write(".github/shiplane.yml", server.config(port))?;
        server.work.commit("feat: first")?;
        server.work.push()?;
        origin.clone_to(server.site())?;
        fs::write(server.site().join(".env"), format!("PORT={port}\n")).context("write .env")?;
        Ok(server)
    }

    fn site(&self) -> PathBuf {
        self.sshd.home().join(&self.project)
    }

    fn config(&self, port: u16) -> String {
        let (user, ssh, site, project) =
            (self.sshd.user(), self.sshd.port(), self.site().display().to_string(), &self.project);
        format!(
            "version: 1\nproject: {project}\nenvironments:\n  production:\n    hosts: [\"{user}@127.0.0.1:{ssh}\"]\n    \
             path: {site}\n    compose: docker-compose.yml\n    smoke: [web]\nprobes:\n  \
             web: {{ http: \"http://127.0.0.1:{port}/health\", version: {{ json: /version }}, within: 20s }}\n"
        )
    }

    fn tool(&self, name: &str, args: &[&str]) -> Run {
        Run::new(self.binaries.join(name))
            .args(args)
            .dir(self.work.dir())
            .env("HOME", self.room.path())
            .env("SHIPLANE_KNOWN_HOSTS", self.sshd.known_hosts())
            .env("SSH_PRIVATE_KEY", self.sshd.client_key().private_text().unwrap_or_default())
            .within(std::time::Duration::from_secs(120))
    }

    /// Deploys both; their ids.
    fn deploy_both(&self) -> anyhow::Result<Vec<String>> {
        for version in VERSIONS {
            write_release(self.work.dir(), &AppRelease::good(version))?;
            let commit = self.work.commit(&format!("feat: {version}"))?;
            self.work.push()?;
            self.tool("ssh-deploy", &["deploy", "--commit", &commit, "--release-version", version]).ok()?;
        }
        let journal =
            fs::read_to_string(self.site().join(".shiplane/journal.jsonl")).context("read journal")?;
        let entries = journal.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let began = entries.filter_map(|entry| {
            entry.pointer("/what/began/release/id").and_then(|id| id.as_str().map(str::to_owned))
        });
        Ok(began.collect())
    }

    /// What a person types who knows which file names the images.
    fn bare_up(&self, release: &str) -> anyhow::Result<()> {
        let images = self.site().join(".shiplane/releases").join(release).join("images.yml");
        let files = ["docker-compose.yml", &images.display().to_string()]
            .map(|file| ["-f".to_owned(), file.to_owned()]);
        let words: Vec<String> = files.concat();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["up", "-d", "--no-build"]).collect();
        self.docker.compose(&self.project, &self.site(), &words).ok().map(drop)
    }
}
