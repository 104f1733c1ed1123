//! The stage: a repository and its origin, a fake GitHub with a pull request, a server, a config.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use shiplane_testkit::app::{AppRelease, sample_app_static, write_release, write_repository};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::github::{FakeGitHub, TOKEN};
use shiplane_testkit::process::{Run, free_port};
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

use super::teller::{Teller, exists};

/// The project's name, which Compose gives to its containers.
const PROJECT: &str = "shiplane-demo";

/// Everything that the story plays on.
pub(super) struct Stage {
    binaries: PathBuf,
    room: TempDir,
    pub(super) github: FakeGitHub,
    sshd: Option<Sshd>,
    docker: Option<ProjectGuard>,
    pub(super) work: GitRepo,
    site: PathBuf,
    pub(super) port: u16,
}

impl Stage {
    /// Sets everything up, and says which parts are real here.
    pub(super) fn set(binaries: &Path, teller: &Teller) -> Result<Self> {
        if !exists("git") {
            bail!("git is missing; on Debian: apt-get install git");
        }
        let room = tempfile::Builder::new().prefix("shiplane-demo-").tempdir().context("make a directory")?;
        let origin = Origin::create(room.path().join("origin.git"))?;
        let work = GitRepo::init(room.path().join("work"))?;
        write_repository(work.dir(), &AppRelease::good("1.0.0"))?;
        work.git(&["remote", "add", "origin", &origin.dir().display().to_string()])?;
        work.commit("feat: the first release")?;
        work.tag("v1.0.0")?.push()?;
        let sshd = Sshd::available().map(|_| Sshd::start()).map_err(|missing| missing.to_string());
        let (sshd, server) = match sshd {
            Ok(sshd) => (Some(sshd?), "a real sshd on a free port".to_owned()),
            Err(missing) => (None, format!("this machine itself, because {missing}")),
        };
        let (docker, runtime) = match Docker::available() {
            Ok(docker) => {
                (Some(docker.guard(PROJECT, &format!("shiplane/{PROJECT}/*"))), "Docker Compose".to_owned())
            }
            Err(missing) => (None, format!("a plain process, because {missing}")),
        };
        let home = sshd.as_ref().map_or_else(|| room.path().join("server"), Sshd::home);
        let site = home.join("shop");
        origin.clone_to(&site)?;
        teller.say(&format!("The server is {server}; the app runs as {runtime}."));
        let stage = Self {
            binaries: binaries.to_owned(),
            room,
            github: FakeGitHub::start(),
            sshd,
            docker,
            work,
            site,
            port: free_port(),
        };
        stage.write_config()?;
        Ok(stage)
    }

    /// The config that a team would have in its repository.
    fn write_config(&self) -> Result<()> {
        let (site, port) = (self.site.display(), self.port);
        let host = self
            .sshd
            .as_ref()
            .map_or("local".to_owned(), |sshd| format!("{}@127.0.0.1:{}", sshd.user(), sshd.port()));
        let runtime = match &self.docker {
            Some(_) => "compose: docker-compose.yml".to_owned(),
            None => {
                let files =
                    format!("--pid-file, {0}/app.pid, --log, {0}/app.log", self.room.path().display());
                format!(
                    "command: {{ restart: [./sample-app, restart, --port, \"{port}\", --config, release.env, {files}] }}"
                )
            }
        };
        fs::write(self.site.join(".env"), format!("PORT={port}\n")).context("write .env")?;
        let config = format!(
            "version: 1
project: {PROJECT}
branches:
  main: {{ from: [develop, \"hotfix/*\"], approvals: 2, checks: [lint, \"test (sqlite, local)\"] }}
environments:
  production:
    hosts: [\"{host}\"]
    path: {site}
    {runtime}
    smoke: [web]
probes:
  web: {{ http: \"http://127.0.0.1:{port}/health\", version: {{ json: /version }}, within: 10s }}
  home: {{ http: \"http://127.0.0.1:{port}/\", within: 2s }}
changelog: {{ versions: [package.json] }}
"
        );
        self.work.write(".github/shiplane.yml", config)?;
        self.work.commit("chore: configure shiplane")?;
        self.work.push()?;
        Ok(())
    }

    /// One of the five, called as a workflow step would call it: everything it may know is in its environment.
    pub(super) fn tool(&self, name: &str) -> Run {
        let tool = Run::new(self.binaries.join(name))
            .dir(self.work.dir())
            .env("GITHUB_REPOSITORY", "example/shop")
            .env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_GRAPHQL_URL", self.github.graphql_url())
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_ACTOR", "octocat")
            .env("GITHUB_OUTPUT", self.outputs())
            .env("HOME", self.room.path());
        match &self.sshd {
            Some(sshd) => tool
                .env("SHIPLANE_KNOWN_HOSTS", sshd.known_hosts())
                .env("SSH_PRIVATE_KEY", sshd.client_key().private_text().unwrap_or_default()),
            None => tool,
        }
    }

    /// The output of the last tool that had one of this name.
    pub(super) fn output(&self, name: &str) -> Result<String> {
        let text = fs::read_to_string(self.outputs()).context("read outputs")?;
        let mut lines = text.lines();
        let mut value = None;
        while let Some(line) = lines.next() {
            if let Some((key, delimiter)) = line.split_once("<<") {
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
                if key == name {
                    value = Some(body.join("\n"));
                }
            }
        }
        value.with_context(|| format!("find output {name}"))
    }

    /// Makes a release that behaves as told, commits and tags it; the commit.
    pub(super) fn release(&self, release: &AppRelease) -> Result<String> {
        write_release(self.work.dir(), release)?;
        let version = release.version();
        let commit = self.work.commit(&format!("chore: release {version}"))?;
        self.work.tag(&format!("v{version}"))?.push()?;
        Ok(commit)
    }

    fn outputs(&self) -> PathBuf {
        self.room.path().join("outputs")
    }

    /// Stops the app and the server and removes everything.
    pub(super) fn clear(self) {
        self.stop_process();
    }

    fn stop_process(&self) {
        let pid_file = self.room.path().join("app.pid");
        if let (None, Ok(app)) = (&self.docker, sample_app_static()) {
            Run::new(app).args(["stop", "--pid-file"]).arg(&pid_file).run().ok();
        }
    }

    /// Leaves everything, and says where it is.
    pub(super) fn keep(self, teller: &Teller) -> Result<()> {
        let Self { room, sshd, docker, site, work, port, .. } = self;
        teller.say("\nEverything is left for a look:");
        teller.say(&format!("  the app         curl http://127.0.0.1:{port}/version"));
        teller.say(&format!("  the repository  {}", work.dir().display()));
        teller.say(&format!("  the journal     {}/.shiplane/journal.jsonl", site.display()));
        if let Some(sshd) = sshd {
            let key = sshd.client_key().path().display().to_string();
            teller.say(&format!(
                "  the server      ssh -p {} -i {key} {}@127.0.0.1",
                sshd.port(),
                sshd.user()
            ));
            let home = sshd.home();
            teller.say(&format!("  stop it         pkill -f {}", home.parent().unwrap_or(&home).display()));
            std::mem::forget(sshd);
        }
        if docker.is_some() {
            let label = format!("label=com.docker.compose.project={PROJECT}");
            teller.say(&format!("  stop the app    docker rm -f $(docker ps -aq --filter {label})"));
            std::mem::forget(docker);
        }
        let path = room.keep();
        teller.say(&format!("  remove it       rm -r {}", path.display()));
        Ok(())
    }
}
