//! A team's shop: its repository and origin, its server behind a real sshd, Compose on it, and Shiplane's config.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use serde_json::Value;
use shiplane_testkit::app::{AppRelease, write_release, write_repository};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Outcome, Run, free_port};
use shiplane_testkit::sshd::{Sshd, SshdOptions};
use tempfile::TempDir;

use super::outputs::{self, Outputs};
use super::tools;

/// Everything a scenario plays on. What goes first when it goes: the server with all that still runs in its
/// sessions, then the containers and images, then the files.
pub(crate) struct Shop {
    pub(crate) sshd: Sshd,
    docker: Docker,
    _containers: [ProjectGuard; 2],
    pub(crate) work: GitRepo,
    site: PathBuf,
    project: String,
    port: u16,
    runs: AtomicU32,
    room: TempDir,
}

/// A release as the team made it.
pub(crate) struct Made {
    pub(crate) version: String,
    pub(crate) commit: String,
}

/// What a tool did, and what it left for the next step.
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Outputs,
}

/// A file as it lies there, its time of change included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    text: String,
    mode: u32,
    inode: u64,
    modified: SystemTime,
}

impl Shop {
    /// A shop whose first release is committed and cloned on the server; `None` where a part is missing.
    pub(crate) fn open(test: &str, first: &AppRelease) -> Result<Option<Self>> {
        Self::with(test, first, None)
    }

    /// The same on a server whose user has the newest Compose.
    pub(crate) fn newest(test: &str, first: &AppRelease) -> Result<Option<Self>> {
        match need(test, Docker::newest_compose()) {
            Some(compose) => Self::with(test, first, Some(&compose)),
            None => Ok(None),
        }
    }

    fn with(test: &str, first: &AppRelease, compose: Option<&Path>) -> Result<Option<Self>> {
        let (Some(_), Some(docker)) = (need(test, Sshd::available()), need(test, Docker::available())) else {
            return Ok(None);
        };
        let room = tempfile::Builder::new().prefix("shiplane-shop-").tempdir().context("make a room")?;
        let (sshd, port) = (server(compose)?, free_port());
        // Compose takes the directory's name for the project's, and the daemon is shared with everybody.
        let project = format!("shop-{}-{port}", std::process::id());
        let origin = Origin::create(room.path().join("origin.git"))?;
        let work = GitRepo::init(room.path().join("work"))?;
        write_repository(work.dir(), first)?;
        work.git(&["remote", "add", "origin", &origin.dir().display().to_string()])?;
        let site = sshd.home().join(&project);
        let containers = [
            docker.guard(&project, &format!("shiplane/{project}/*")),
            docker.guard(&project, &format!("sample-app:{project}")),
        ];
        let runs = AtomicU32::new(0);
        let shop = Self { sshd, docker, _containers: containers, work, site, project, port, runs, room };
        shop.work.write(".github/shiplane.yml", shop.config())?;
        shop.work.commit("feat: the first release")?;
        shop.work.push()?;
        origin.clone_to(&shop.site)?;
        shop.write_env()?;
        Ok(Some(shop))
    }

    /// Compose gets its project's name from the directory, as it did before anybody thought of Shiplane.
    fn config(&self) -> String {
        let (user, ssh, site, port) = (self.sshd.user(), self.sshd.port(), self.site.display(), self.port);
        format!(
            "version: 1
branches:
  main: {{ from: [develop], approvals: 2, checks: [lint] }}
environments:
  production:
    hosts: [\"{user}@127.0.0.1:{ssh}\"]
    path: {site}
    compose: docker-compose.yml
    smoke: [web]
probes:
  web: {{ http: \"http://127.0.0.1:{port}/health\", version: {{ json: /version }}, within: 5s }}
changelog: {{ versions: [package.json] }}
"
        )
    }

    /// What only the server knows.
    fn write_env(&self) -> Result<()> {
        let text = format!("PORT={}\nAPP_TAG={}\nPASSWORD=only-here\n", self.port, self.project);
        fs::write(self.env_file(), text).context("write .env")?;
        fs::set_permissions(self.env_file(), fs::Permissions::from_mode(0o600)).context("protect .env")
    }

    fn env_file(&self) -> PathBuf {
        self.site.join(".env")
    }

    /// The team's next release, pushed.
    pub(crate) fn release(&self, release: &AppRelease) -> Result<Made> {
        write_release(self.work.dir(), release)?;
        let version = release.version().to_owned();
        let commit = self.work.commit(&format!("feat: release {version}"))?;
        self.work.push()?;
        Ok(Made { version, commit })
    }

    /// The release that the repository begins with.
    pub(crate) fn first(&self, version: &str) -> Result<Made> {
        Ok(Made { version: version.to_owned(), commit: self.work.head()? })
    }

    /// `ssh-deploy deploy`.
    pub(crate) fn deploy(&self, made: &Made) -> Result<Done> {
        self.tool("ssh-deploy", &["deploy", "--commit", &made.commit, "--release-version", &made.version])
    }

    /// `rollback to`.
    pub(crate) fn rollback(&self) -> Result<Done> {
        self.tool("rollback", &["to"])
    }

    /// One of the five, called as a step would call it.
    pub(crate) fn tool(&self, name: &str, args: &[&str]) -> Result<Done> {
        let file = self.room.path().join(format!("outputs-{}", self.runs.fetch_add(1, Ordering::Relaxed)));
        let run = tools::tool(name)?.args(args).dir(self.work.dir()).env("HOME", self.room.path());
        let run = run.env("GITHUB_OUTPUT", &file).env("GITHUB_ACTOR", "octocat");
        let run = run.env("SHIPLANE_KNOWN_HOSTS", self.sshd.known_hosts());
        let outcome = run.env("SSH_PRIVATE_KEY", self.sshd.client_key().private_text()?).run()?;
        Ok(Done { outputs: outputs::read(&file)?, outcome })
    }

    /// Compose as a person types it on the server.
    pub(crate) fn compose(&self, args: &[&str]) -> Result<Outcome> {
        self.docker.compose(&self.project, &self.site, args).ok()
    }

    /// The public address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where the server has the repository.
    pub(crate) fn site(&self) -> &Path {
        &self.site
    }

    /// The port of the public address.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Scratch space that nothing else uses.
    pub(crate) fn room(&self) -> &Path {
        self.room.path()
    }

    /// The lines of the server's journal.
    pub(crate) fn journal(&self) -> Result<Vec<Value>> {
        let text = match fs::read_to_string(self.site.join(".shiplane/journal.jsonl")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text.context("read the journal")?,
        };
        text.lines().map(|line| serde_json::from_str(line).context("read a line of the journal")).collect()
    }

    /// The journal in words, a line an entry: `adopted`, `deploy 1.1.0`, `rollback 1.0.0`, `good`, `restored`.
    pub(crate) fn story(&self) -> Result<Vec<String>> {
        let version = |release: &Value| release["version"].as_str().unwrap_or("nameless").to_owned();
        let word = |entry: &Value| {
            let what = &entry["what"];
            if let Some(began) = what.get("began") {
                format!("{} {}", began["kind"].as_str().unwrap_or_default(), version(&began["release"]))
            } else if let Some(ended) = what.get("ended") {
                ended["result"].as_str().unwrap_or_default().to_owned()
            } else {
                what.as_object().and_then(|what| what.keys().next()).cloned().unwrap_or_default()
            }
        };
        Ok(self.journal()?.iter().map(word).collect())
    }

    /// Whether a deploy of that version has begun and not ended.
    pub(crate) fn is_deploying(&self, version: &str) -> bool {
        let story = self.story().unwrap_or_default();
        story.last().is_some_and(|last| *last == format!("deploy {version}"))
    }

    /// The ids of the images that the project's containers run, whether they are well or not.
    pub(crate) fn running_images(&self) -> Result<Vec<String>> {
        let label = format!("label=com.docker.compose.project={}", self.project);
        let ids = self.docker.docker(&["ps", "--all", "--quiet", "--filter", &label]).ok()?.stdout;
        let ids: Vec<&str> = ids.split_whitespace().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let shown = self.docker.docker(&["inspect", "--format", "{{.Image}}"]).args(ids).ok()?.stdout;
        Ok(shown.split_whitespace().map(str::to_owned).collect())
    }

    /// The id of the image that a release was built as.
    pub(crate) fn image_of(&self, release: &str) -> Result<String> {
        let image = format!("shiplane/{}/web:{release}", self.project);
        Ok(self.docker.docker(&["inspect", "--format", "{{.Id}}", &image]).ok()?.stdout.trim().to_owned())
    }

    /// The commit that is checked out on the server, and the files that are not as git has them.
    pub(crate) fn tree(&self) -> Result<(String, String)> {
        let git = |args: &[&str]| -> Result<String> {
            let run = Run::new("git").args(args).dir(&self.site).env("HOME", "/dev/null");
            Ok(run.ok()?.stdout.trim().to_owned())
        };
        Ok((git(&["rev-parse", "HEAD"])?, git(&["status", "--porcelain"])?))
    }

    /// Somebody's own work on the server.
    pub(crate) fn write_there(&self, name: &str, text: &str) -> Result<()> {
        fs::write(self.site.join(name), text).with_context(|| format!("write {name} on the server"))
    }

    /// What a file on the server says.
    pub(crate) fn read_there(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.site.join(name)).with_context(|| format!("read {name} on the server"))
    }

    /// The server's own settings, as they lie there.
    pub(crate) fn env_snapshot(&self) -> Result<Snapshot> {
        let about = fs::metadata(self.env_file()).context("look at .env")?;
        Ok(Snapshot {
            text: fs::read_to_string(self.env_file()).context("read .env")?,
            mode: about.mode(),
            inode: about.ino(),
            modified: about.modified().context("read the time of .env")?,
        })
    }

    /// Files that a write has left half way.
    pub(crate) fn half_written(&self) -> Result<String> {
        let state = self.site.join(".shiplane").display().to_string();
        let found = Run::new("find").args([&state, "-name", ".*.new", "-o", "-name", "*.tmp"]).ok()?;
        Ok(found.stdout)
    }
}

/// The server. The newest Compose builds by the old way only when it is told to: not every machine has buildx.
pub(crate) fn server(compose: Option<&Path>) -> Result<Sshd> {
    let Some(compose) = compose else { return Sshd::start() };
    let env = vec![("DOCKER_BUILDKIT".to_owned(), "0".to_owned())];
    let sshd = Sshd::start_with(&SshdOptions { env, ..SshdOptions::default() })?;
    let plugins = sshd.home().join(".docker/cli-plugins");
    fs::create_dir_all(&plugins).context("make a directory for plugins")?;
    std::os::unix::fs::symlink(compose, plugins.join("docker-compose")).context("link the newest Compose")?;
    Ok(sshd)
}

impl Done {
    /// Insists on the exit code, and shows everything when it is another.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        self.outcome.expect(code);
        self
    }

    /// An output, empty when there is none of that name.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// Whether that code is among the reasons.
    pub(crate) fn says(&self, code: &str) -> bool {
        self.output("codes").split(',').any(|said| said == code)
    }
}
