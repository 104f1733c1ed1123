//! The sample app as a repository to be deployed: its release file, its image, its compose file, its changelog.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::process::{Run, variable};

/// What one release of the sample app is like.
#[derive(Debug, Clone)]
pub struct AppRelease {
    version: String,
    mode: &'static str,
    more: Vec<(&'static str, String)>,
}

impl AppRelease {
    /// A release that is well.
    pub fn good(version: &str) -> Self {
        Self { version: version.to_owned(), mode: "ok", more: Vec::new() }
    }

    /// A release whose `/health` says no.
    pub fn unhealthy(version: &str) -> Self {
        Self { mode: "unhealthy", ..Self::good(version) }
    }

    /// A release that ends instead of listening.
    pub fn crashing(version: &str) -> Self {
        Self { mode: "crash", ..Self::good(version) }
    }

    /// A release that goes on saying that it is an older one.
    pub fn stale(version: &str, old: &str) -> Self {
        Self { mode: "stale", ..Self::good(version) }.with("STALE_VERSION", old)
    }

    /// A release that is healthy, and whose home page fails.
    pub fn broken_home(version: &str) -> Self {
        Self { mode: "broken-home", ..Self::good(version) }
    }

    /// Lets it take that long until it listens.
    #[must_use]
    pub fn starting_for(self, time: Duration) -> Self {
        self.with("START_MS", &time.as_millis().to_string())
    }

    /// Lets every answer take that long.
    #[must_use]
    pub fn slow_by(self, time: Duration) -> Self {
        self.with("SLOW_MS", &time.as_millis().to_string())
    }

    /// Lets that many of a hundred requests for the home page fail.
    #[must_use]
    pub fn failing(self, percent: u8) -> Self {
        self.with("ERR_PCT", &percent.to_string())
    }

    /// The version it says it is in its files.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text of `release.env`.
    pub fn env_text(&self) -> String {
        let mut text = format!("VERSION={}\nMODE={}\n", self.version, self.mode);
        for (key, value) in &self.more {
            text.push_str(&format!("{key}={value}\n"));
        }
        text
    }

    fn with(mut self, key: &'static str, value: &str) -> Self {
        self.more.push((key, value.to_owned()));
        self
    }
}

/// Nothing but the program and its release file. SIGKILL, because a process that is number 1 of its container ignores
/// SIGTERM unless it asks for it, and the app has nothing to save.
///
/// The label makes each repository's images its own: the builder before BuildKit takes any image with the same steps as
/// its cache, and a neighbour that removes its own image meanwhile would fail this build with `No such image`.
fn dockerfile(repository: &Path) -> String {
    format!(
        r#"FROM scratch
LABEL sample-app.repository={:?}
COPY sample-app release.env /
EXPOSE 8080
STOPSIGNAL SIGKILL
ENTRYPOINT ["/sample-app"]
CMD ["serve", "--bind", "0.0.0.0", "--port", "8080", "--config", "/release.env"]
"#,
        repository.display().to_string()
    )
}

/// Read by Compose 1.29 and by every later one.
const COMPOSE: &str = r#"services:
  web:
    build: .
    image: "sample-app:${APP_TAG:-latest}"
    environment:
      COMMIT: "${SHIPLANE_COMMIT:-}"
    ports:
      - "127.0.0.1:${PORT:-8080}:8080"
    restart: unless-stopped
    healthcheck:
      test: ["CMD", "/sample-app", "health", "--port", "8080"]
      interval: 1s
      timeout: 2s
      retries: 3
"#;

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n";

/// Writes the whole repository for a first release, the program included.
pub fn write_repository(dir: &Path, release: &AppRelease) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("create {}", dir.display()))?;
    let dockerfile = dockerfile(dir);
    let texts = [
        ("Dockerfile", dockerfile.as_str()),
        ("docker-compose.yml", COMPOSE),
        ("CHANGELOG.md", CHANGELOG),
        (".gitignore", "sample-app.log\nsample-app.pid*\n.env\n"),
        (".dockerignore", "*\n!sample-app\n!release.env\n"),
        (".env.example", "PORT=8080\n"),
    ];
    for (name, text) in texts {
        fs::write(dir.join(name), text).with_context(|| format!("write {name}"))?;
    }
    let program = sample_app_static()?;
    fs::copy(&program, dir.join("sample-app")).with_context(|| format!("copy {}", program.display()))?;
    write_release(dir, release)
}

/// Writes what another release changes: its release file and its version file.
pub fn write_release(dir: &Path, release: &AppRelease) -> Result<()> {
    fs::write(dir.join("release.env"), release.env_text()).context("write release.env")?;
    let package = format!("{{\n  \"name\": \"sample-app\",\n  \"version\": \"{}\"\n}}\n", release.version());
    fs::write(dir.join("package.json"), package).context("write package.json")
}

/// The sample app as one static file that needs nothing around it, built once.
pub fn sample_app_static() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}")));
    built.clone().map_err(|message| anyhow::anyhow!(message))
}

fn build() -> Result<PathBuf> {
    let triple = host_triple()?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-app/Cargo.toml");
    let build = tool("CARGO", "cargo").args(["build", "--quiet", "--release", "--package", "sample-app"]);
    let build = build.args(["--target", &triple, "--message-format=json", "--manifest-path"]).arg(&manifest);
    let built = build.env("RUSTFLAGS", "-C target-feature=+crt-static").within(Duration::from_secs(600));
    let messages = built.ok().context("build the sample app")?.stdout;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let executable =
        messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    let executable = executable.context("find the sample app in what cargo built")?;
    is_static(&executable)?;
    Ok(executable)
}

fn host_triple() -> Result<String> {
    let about = tool("RUSTC", "rustc").arg("-vV").ok()?.stdout;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("find the host in rustc -vV")
}

/// Cargo and rustc, with the variables by which they find their own things.
fn tool(variable_name: &str, name: &str) -> Run {
    let program = variable(variable_name).unwrap_or_else(|| name.into());
    let kept = ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"];
    let kept = kept.into_iter().filter_map(|name| Some((name, variable(name)?)));
    kept.fold(Run::new(program), |run, (name, value)| run.env(name, value))
}

/// A program that asks for no interpreter (ELF `PT_INTERP`) runs in an empty image.
fn is_static(program: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("read {}", program.display()))?;
    let loader = [&b"/ld-linux"[..], b"/ld-musl", b"/ld64.so"];
    let head = &bytes[..bytes.len().min(4096)];
    if loader.iter().any(|name| head.windows(name.len()).any(|part| part == *name)) {
        bail!("{} asks for a dynamic loader", program.display());
    }
    Ok(())
}
