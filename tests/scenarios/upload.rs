//! Strategy `files` with Compose: a directory is uploaded, built and run on the server, and gone back to.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use shiplane_testkit::app::{AppRelease, write_repository};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Outcome, free_port};
use shiplane_testkit::sshd::Sshd;
use tempfile::TempDir;

use super::shop::server;
use super::tools;

#[test]
fn uploaded_releases_are_built_restored_and_gone_back_to() -> Result<()> {
    match Pier::open("upload with Compose", None)? {
        Some(pier) => upload_break_roll_back(&pier),
        None => Ok(()),
    }
}

#[test]
fn uploaded_releases_do_as_well_with_the_newest_compose() -> Result<()> {
    let test = "upload with the newest Compose";
    let Some(compose) = need(test, Docker::newest_compose()) else { return Ok(()) };
    match Pier::open(test, Some(compose))? {
        Some(pier) => upload_break_roll_back(&pier),
        None => Ok(()),
    }
}

fn upload_break_roll_back(pier: &Pier) -> Result<()> {
    pier.deploy(&AppRelease::good("1.0.0"))?.expect(0);
    assert_eq!(pier.answers().as_deref(), Some("1.0.0"));
    let first = pier.shown()?;

    pier.deploy(&AppRelease::good("1.1.0"))?.expect(0);
    assert_eq!(pier.answers().as_deref(), Some("1.1.0"));
    let second = pier.shown()?;
    assert_ne!(first, second);

    pier.deploy(&AppRelease::crashing("1.2.0"))?.expect(11);
    assert_eq!(pier.answers().as_deref(), Some("1.1.0"));
    assert_eq!(pier.shown()?, second, "the files are those of what runs");

    pier.tool("rollback", &["to"])?.expect(0);
    assert_eq!(pier.answers().as_deref(), Some("1.0.0"));
    assert_eq!(pier.shown()?, first);
    assert!(fs::read_to_string(pier.site().join(".env"))?.contains("PASSWORD=only-here\n"));
    assert_eq!(pier.containers()?, 1, "one container, whatever directory it was made from");
    Ok(())
}

/// A server that gets uploads, and the one who uploads.
struct Pier {
    sshd: Sshd,
    docker: Docker,
    _containers: [ProjectGuard; 2],
    project: String,
    port: u16,
    room: TempDir,
}

impl Pier {
    fn open(test: &str, compose: Option<PathBuf>) -> Result<Option<Self>> {
        let (Some(_), Some(docker)) = (need(test, Sshd::available()), need(test, Docker::available())) else {
            return Ok(None);
        };
        let room = tempfile::Builder::new().prefix("shiplane-pier-").tempdir().context("make a room")?;
        let (sshd, port) = (server(compose.as_deref())?, free_port());
        let project = format!("pier-{}-{port}", std::process::id());
        let containers = [
            docker.guard(&project, &format!("shiplane/{project}/*")),
            docker.guard(&project, &format!("sample-app:{project}")),
        ];
        let pier = Self { sshd, docker, _containers: containers, project, port, room };
        fs::create_dir(pier.site()).context("make the site")?;
        let env = format!("PORT={port}\nAPP_TAG={}\nPASSWORD=only-here\n", pier.project);
        fs::write(pier.site().join(".env"), env).context("write .env")?;
        fs::write(pier.room.path().join("shiplane.yml"), pier.config()).context("write the config")?;
        Ok(Some(pier))
    }

    fn site(&self) -> PathBuf {
        self.sshd.home().join(&self.project)
    }

    fn config(&self) -> String {
        let (user, ssh, site, port) = (self.sshd.user(), self.sshd.port(), self.site(), self.port);
        format!(
            "version: 1
environments:
  production:
    hosts: [\"{user}@127.0.0.1:{ssh}\"]
    path: {}
    strategy: files
    compose: docker-compose.yml
    smoke: [web]
probes:
  web: {{ http: \"http://127.0.0.1:{port}/health\", version: {{ json: /version }}, within: 5s }}
",
            site.display()
        )
    }

    fn deploy(&self, release: &AppRelease) -> Result<Outcome> {
        let dist = self.room.path().join("dist");
        fs::create_dir_all(&dist).context("make the directory to upload")?;
        write_repository(&dist, release)?;
        let commit = format!("{:0>40}", release.version().replace('.', ""));
        self.tool("ssh-deploy", &["deploy", "--commit", &commit, "--release-version", release.version()])
    }

    fn tool(&self, name: &str, args: &[&str]) -> Result<Outcome> {
        let run = tools::tool(name)?.args(args).args(["--config", "shiplane.yml"]).dir(self.room.path());
        let run = run.env("HOME", self.room.path()).env("SHIPLANE_KNOWN_HOSTS", self.sshd.known_hosts());
        run.env("SSH_PRIVATE_KEY", self.sshd.client_key().private_text()?).run()
    }

    /// The version that answers.
    fn answers(&self) -> Option<String> {
        let reply = Call::get(&format!("http://127.0.0.1:{}/health", self.port)).send().ok()?;
        let body: serde_json::Value = serde_json::from_str(&reply.body).ok()?;
        Some(body["version"].as_str()?.to_owned())
    }

    /// Where the live name leads.
    fn shown(&self) -> Result<PathBuf> {
        fs::read_link(self.site().join("current")).context("follow the link")
    }

    fn containers(&self) -> Result<usize> {
        let label = format!("label=com.docker.compose.project={}", self.project);
        let ids = self.docker.docker(&["ps", "--all", "--quiet", "--filter", &label]).ok()?.stdout;
        Ok(ids.split_whitespace().count())
    }
}
