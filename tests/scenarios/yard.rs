//! A server for strategy `image`: Compose files on it and no git, behind a real sshd; images are made elsewhere.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use shiplane_testkit::app::{AppRelease, sample_app_static};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Outcome, Run, free_port};
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

use super::tools;

/// What never changes stands below what changes with every release. The first file is this yard's alone, so that no
/// neighbour's image serves as the cache of this one and is removed meanwhile.
const DOCKERFILE: &str = r#"FROM scratch
COPY ballast /
COPY sample-app /
COPY release.env /
STOPSIGNAL SIGKILL
ENTRYPOINT ["/sample-app"]
CMD ["serve", "--bind", "0.0.0.0", "--port", "8080", "--config", "/release.env"]
"#;

/// A server, and the one who deploys to it.
pub(crate) struct Yard {
    pub(crate) docker: Docker,
    pub(crate) sshd: Sshd,
    _containers: [ProjectGuard; 2],
    pub(crate) project: String,
    port: u16,
    room: TempDir,
}

impl Yard {
    /// An empty server; `None` where a part is missing.
    pub(crate) fn open(test: &str) -> Result<Option<Self>> {
        let (Some(_), Some(docker)) = (need(test, Sshd::available()), need(test, Docker::available())) else {
            return Ok(None);
        };
        let room = tempfile::Builder::new().prefix("shiplane-yard-").tempdir().context("make a room")?;
        let (sshd, port) = (Sshd::start()?, free_port());
        let project = format!("yard-{}-{port}", std::process::id());
        let containers = [
            docker.guard(&project, &format!("shiplane/{project}/*")),
            docker.guard(&project, &format!("127.0.0.1:*/{project}")),
        ];
        let yard = Self { docker, sshd, _containers: containers, project, port, room };
        fs::create_dir(yard.site()).context("make the site")?;
        fs::write(yard.site().join("docker-compose.yml"), yard.compose())
            .context("write the Compose file")?;
        fs::write(yard.room.path().join("shiplane.yml"), yard.config()).context("write the config")?;
        Ok(Some(yard))
    }

    fn site(&self) -> PathBuf {
        self.sshd.home().join(&self.project)
    }

    /// The image that stands there is nowhere to be had.
    fn compose(&self) -> String {
        format!(
            r#"services:
  web:
    image: "{}:nowhere"
    ports:
      - "127.0.0.1:{}:8080"
    restart: unless-stopped
    healthcheck:
      test: ["CMD", "/sample-app", "health", "--port", "8080"]
      interval: 1s
      timeout: 2s
      retries: 3
"#,
            self.project, self.port
        )
    }

    fn config(&self) -> String {
        let (user, ssh, site, port) = (self.sshd.user(), self.sshd.port(), self.site(), self.port);
        format!(
            "version: 1
environments:
  production:
    hosts: [\"{user}@127.0.0.1:{ssh}\"]
    path: {}
    strategy: image
    compose: docker-compose.yml
    smoke: [web]
probes:
  web: {{ http: \"http://127.0.0.1:{port}/health\", version: {{ json: /version }}, within: 5s }}
",
            site.display()
        )
    }

    /// Where an image is made: a program, what never changes, and the release.
    pub(crate) fn context(&self, release: &AppRelease) -> Result<String> {
        let dir = self.room.path().join("context");
        fs::create_dir_all(&dir).context("make the context")?;
        fs::copy(sample_app_static()?, dir.join("sample-app")).context("copy the app")?;
        // Nothing in it repeats, so that no packing makes it small.
        let noise = Run::new("sh").args(["-c", "test -f ballast || head -c 3000000 /dev/urandom > ballast"]);
        noise.dir(&dir).ok()?;
        fs::write(dir.join("Dockerfile"), DOCKERFILE).context("write the Dockerfile")?;
        fs::write(dir.join("release.env"), release.env_text()).context("write release.env")?;
        Ok(dir.display().to_string())
    }

    /// `ssh-deploy deploy` of an image for `web`; `docker_host` is where the deploying machine has its own.
    pub(crate) fn deploy(&self, version: &str, image: &str, docker_host: Option<&str>) -> Result<Outcome> {
        let commit = format!("{:0>40}", version.replace('.', ""));
        let image = format!("web={image}");
        let args = ["deploy", "--commit", &commit, "--release-version", version, "--image", &image];
        self.tool("ssh-deploy", &args, docker_host)
    }

    pub(crate) fn tool(&self, name: &str, args: &[&str], docker_host: Option<&str>) -> Result<Outcome> {
        let run = tools::tool(name)?.args(args).args(["--config", "shiplane.yml"]).dir(self.room.path());
        let run = run.env("HOME", self.room.path()).env("SHIPLANE_KNOWN_HOSTS", self.sshd.known_hosts());
        let run = run.env("SSH_PRIVATE_KEY", self.sshd.client_key().private_text()?);
        docker_host.into_iter().fold(run, |run, host| run.env("DOCKER_HOST", host)).run()
    }

    /// The version that answers.
    pub(crate) fn answers(&self) -> Option<String> {
        let reply = Call::get(&format!("http://127.0.0.1:{}/health", self.port)).send().ok()?;
        let body: serde_json::Value = serde_json::from_str(&reply.body).ok()?;
        Some(body["version"].as_str()?.to_owned())
    }

    /// The names of images on the server that contain this.
    pub(crate) fn names(&self, part: &str) -> Result<Vec<String>> {
        let all = self.docker.docker(&["images", "--format", "{{.Repository}}:{{.Tag}}"]).ok()?.stdout;
        Ok(all.lines().filter(|name| name.contains(part)).map(str::to_owned).collect())
    }

    pub(crate) fn journal(&self) -> Result<String> {
        fs::read_to_string(self.site().join(".shiplane/journal.jsonl")).context("read the journal")
    }
}
