//! The sample app as a plain process and as a container.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use shiplane_testkit::app::{AppRelease, sample_app_static, write_release, write_repository};
use shiplane_testkit::docker::Docker;
use shiplane_testkit::http::{Call, Reply};
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Outcome, Run, free_port, wait_until};

/// The app in a directory, on a port; stopped when it goes away.
struct App {
    dir: tempfile::TempDir,
    port: u16,
}

impl App {
    fn new(release: &AppRelease) -> Result<Self> {
        let app = Self { dir: tempfile::tempdir()?, port: free_port() };
        write_release(app.dir.path(), release)?;
        Ok(app)
    }

    fn run(&self, verb: &str) -> Result<Outcome> {
        Run::new(sample_app_static()?)
            .args([verb, "--port", &self.port.to_string()])
            .dir(self.dir.path())
            .run()
    }

    fn get(&self, path: &str) -> Result<Reply> {
        Ok(Call::get(&format!("http://127.0.0.1:{}{path}", self.port)).send()?)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("sample-app.log")).unwrap_or_default()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.run("stop").unwrap();
    }
}

#[test]
fn it_starts_restarts_and_stops() -> Result<()> {
    let app = App::new(&AppRelease::good("1.0.0"))?;
    app.run("health")?.expect(1);
    app.run("start")?.expect(0);
    app.run("health")?.expect(0);
    let health = app.get("/health")?;
    assert_eq!((health.status, health.body.as_str()), (200, "{\"status\":\"ok\",\"version\":\"1.0.0\"}\n"));
    assert_eq!(app.get("/version")?.body, "{\"version\":\"1.0.0\",\"commit\":null}\n");
    assert_eq!(app.get("/")?.header("x-version"), Some("1.0.0"));
    assert!(app.run("start")?.expect(1).stderr.contains("already running"));
    write_release(app.dir.path(), &AppRelease::good("1.1.0"))?;
    assert_eq!(app.get("/version")?.header("x-version"), Some("1.0.0"));
    let took = app.run("restart")?.expect(0).took;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(app.get("/version")?.header("x-version"), Some("1.1.0"));
    app.run("stop")?.expect(0);
    assert!(app.get("/").is_err());
    app.run("stop")?.expect(0);
    Ok(())
}

#[test]
fn a_crash_is_told_and_leaves_nothing() -> Result<()> {
    let app = App::new(&AppRelease::crashing("1.2.0"))?;
    assert!(app.run("start")?.expect(1).stderr.contains("the server ended with"));
    assert!(app.log().contains("version 1.2.0 crashes"), "{}", app.log());
    assert!(!app.dir.path().join("sample-app.pid").exists());
    Ok(())
}

#[test]
fn each_way_of_being_ill() -> Result<()> {
    let answers = |release: AppRelease| -> Result<(u16, u16, String)> {
        let app = App::new(&release)?;
        app.run("start")?.expect(0);
        let version = app.get("/version")?.header("x-version").unwrap_or_default().to_owned();
        Ok((app.get("/health")?.status, app.get("/")?.status, version))
    };
    assert_eq!(answers(AppRelease::unhealthy("1.2.0"))?, (503, 200, "1.2.0".to_owned()));
    assert_eq!(answers(AppRelease::stale("1.2.0", "1.1.0"))?, (200, 200, "1.1.0".to_owned()));
    assert_eq!(answers(AppRelease::broken_home("1.2.0"))?, (200, 500, "1.2.0".to_owned()));
    Ok(())
}

#[test]
fn it_fails_as_often_and_as_slowly_as_told() -> Result<()> {
    let app = App::new(&AppRelease::good("1.0.0").failing(20).slow_by(Duration::from_millis(5)))?;
    app.run("start")?.expect(0);
    let asked = std::time::Instant::now();
    let mut failed = 0;
    for _ in 0..50 {
        failed += u32::from(app.get("/")?.status == 500);
    }
    assert_eq!(failed, 10);
    assert!(asked.elapsed() >= Duration::from_millis(250));
    Ok(())
}

#[test]
fn it_runs_in_an_empty_image() -> Result<()> {
    let Some(docker) = need("app::container", Docker::available()) else { return Ok(()) };
    let dir = tempfile::tempdir()?;
    write_repository(dir.path(), &AppRelease::good("1.0.0"))?;
    let (project, port) = (format!("testkit-{}", free_port()), free_port());
    let _guard = docker.guard(&project, &format!("sample-app:{project}"));
    let compose = |args: &[&str], path: &Path| -> Result<Outcome> {
        let run = docker.compose(&project, path, args).env("PORT", port.to_string()).env("APP_TAG", &project);
        run.env("SHIPLANE_COMMIT", "c0ffee").ok()
    };
    compose(&["build"], dir.path())?;
    compose(&["up", "-d"], dir.path())?;
    let label = format!("label=com.docker.compose.project={project}");
    let healthy = ["ps", "--quiet", "--filter", &label, "--filter", "health=healthy"];
    let is_healthy = || docker.docker(&healthy).ok().ok().filter(|outcome| !outcome.stdout.is_empty());
    wait_until("the container to be healthy", Duration::from_secs(30), is_healthy)?;
    let version = Call::get(&format!("http://127.0.0.1:{port}/version")).send()?.body;
    assert_eq!(version, "{\"version\":\"1.0.0\",\"commit\":\"c0ffee\"}\n");
    // Compose itself may take seconds to begin, and that says nothing about the container.
    let container = docker.docker(&["ps", "--quiet", "--filter", &label]).ok()?;
    let stopped = docker.docker(&["stop", container.stdout.trim()]).ok()?;
    assert!(stopped.took < Duration::from_secs(5), "{stopped}");
    Ok(())
}
