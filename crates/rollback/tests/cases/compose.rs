//! The way back of a Compose project whose parts were broken one after the other, on this machine's own daemon.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use shiplane_core::config::Cold;
use shiplane_core::deploy::{
    Ask, Event, HostFacts, Limits, Options, Question, Retention, Runtime, Site, Strategy, decide,
};
use shiplane_core::duration::Span;
use shiplane_testkit::app::{AppRelease, write_release, write_repository};
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::git::GitRepo;
use shiplane_testkit::ground::{report, verdict};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::{Outcome, Run, free_port};
use tempfile::TempDir;

use super::server::PROGRAM;

/// A clone with a Compose project that runs, and two good releases.
struct Shop {
    docker: Docker,
    _containers: [ProjectGuard; 2],
    site: PathBuf,
    project: String,
    port: u16,
    ids: Vec<String>,
    options: Options,
    /// A commit that is not deployed yet.
    third: String,
    room: TempDir,
}

impl Shop {
    fn open(test: &str) -> Option<Self> {
        let docker = need(test, Docker::available())?;
        let (room, port) = (tempfile::tempdir().unwrap(), free_port());
        let project = format!("hback-{}-{port}", std::process::id());
        let work = GitRepo::init(room.path().join("work")).unwrap();
        write_repository(work.dir(), &AppRelease::good("1.0.0")).unwrap();
        // The builder's cache gives the same image to all who build the same; this one is nobody else's.
        let recipe = fs::read_to_string(work.dir().join("Dockerfile")).unwrap();
        work.write("Dockerfile", format!("{recipe}\nLABEL room={project}\n")).unwrap();
        let first = work.commit("feat: first").unwrap();
        write_release(work.dir(), &AppRelease::good("1.1.0")).unwrap();
        let second = work.commit("feat: second").unwrap();
        write_release(work.dir(), &AppRelease::good("1.2.0")).unwrap();
        let third = work.commit("feat: third").unwrap();
        let site = room.path().join(&project);
        let from = work.dir().display().to_string();
        Run::new("git").args(["clone", "-q", &from]).arg(&site).ok().unwrap();
        fs::write(site.join(".env"), format!("PORT={port}\nAPP_TAG={project}\n")).unwrap();
        let containers = [
            docker.guard(&project, &format!("shiplane/{project}/*")),
            docker.guard(&project, &format!("sample-app:{project}")),
        ];
        let mut shop = Self {
            docker,
            _containers: containers,
            site,
            project,
            port,
            ids: Vec::new(),
            options: Options::default(),
            third,
            room,
        };
        shop.put(&first, "1.0.0");
        shop.put(&second, "1.1.0");
        let config = format!(
            "version: 1\nenvironments:\n  production:\n    hosts: [local]\n    path: {}\n    \
             compose: docker-compose.yml\n    smoke: [web]\nprobes:\n  web: {{ http: \"http://127.0.0.1:{port}/health\", \
             version: {{ json: /version }}, within: 20s }}\n",
            shop.site.display()
        );
        fs::create_dir_all(shop.room.path().join(".github")).unwrap();
        fs::write(shop.room.path().join(".github/shiplane.yml"), config).unwrap();
        Some(shop)
    }

    fn run(&self, words: &[&str]) -> Run {
        Run::new(PROGRAM)
            .args(words)
            .dir(self.room.path())
            .env("HOME", self.room.path())
            .env("DOCKER_BUILDKIT", "0")
            .env("COMPOSE_DOCKER_CLI_BUILD", "0")
            .env("SHIPLANE_FORMAT", "json")
            .within(Duration::from_secs(120))
    }

    fn to(&self, version: &str) -> Outcome {
        let started = Instant::now();
        let run = self.run(&["to", version]).run().unwrap();
        run.expect(0);
        assert!(started.elapsed() < Duration::from_secs(120), "{run}");
        let reply = Call::get(&format!("http://127.0.0.1:{}/version", self.port)).send().unwrap();
        assert_eq!(reply.header("x-version"), Some(version), "{run}");
        run
    }

    fn put(&mut self, commit: &str, version: &str) {
        let runtime = Runtime::Compose { files: vec!["docker-compose.yml".to_owned()], project: None };
        let path = self.site.display().to_string();
        let site = Site { state_dir: format!("{path}/.shiplane"), path };
        let question =
            Question { site: site.clone(), strategy: Strategy::Git, runtime: runtime.clone(), checkup: None };
        let worker = |words: &[&str], input: Vec<u8>| {
            self.run(&[&["worker"], words].concat()).stdin(input).ok().unwrap().stdout
        };
        let facts = worker(&["facts"], serde_json::to_vec(&question).unwrap());
        let facts: HostFacts = serde_json::from_str(&facts).unwrap();
        let long = Span::seconds(100);
        let limits = Limits { fetch: long, build: long, switch: long, budget: long, confirm: long };
        let ask = Ask {
            site: site.clone(),
            strategy: Strategy::Git,
            runtime,
            options: self.options.clone(),
            commit: commit.to_owned(),
            version: Some(version.to_owned()),
            limits,
            force: true,
            actor: None,
            run_url: None,
        };
        let (_, plan) = decide(&ask, &facts);
        let said = worker(&["start"], serde_json::to_vec(&plan).unwrap());
        let last = said.lines().last().unwrap();
        assert_eq!(serde_json::from_str::<Event>(last).unwrap(), Event::Switched, "{said}");
        worker(&["decide", &site.state_dir, &plan.run, "confirm", "0"], Vec::new());
        self.ids.push(plan.run);
    }

    fn image(&self, at: usize) -> String {
        format!("shiplane/{}/web:{}", self.project, self.ids[at])
    }
}

#[test]
fn a_compose_project_comes_back_whatever_was_taken_from_it() {
    let Some(shop) = Shop::open("compose::back") else { return };
    let kept = shop.site.join(".shiplane/releases").join(&shop.ids[0]);
    assert_eq!(fs::read(kept.join("env")).unwrap(), fs::read(shop.site.join(".env")).unwrap());

    let ready = shop.run(&["rehearse"]).run().unwrap();
    ready.expect(0);
    assert_eq!(verdict(&ready).0, "ready", "{ready}");

    // The name is gone, the image is not.
    let spare = format!("sample-app:{}", shop.project);
    shop.docker.docker(&["tag", &shop.image(0), &spare]).ok().unwrap();
    shop.docker.docker(&["rmi", &shop.image(0)]).ok().unwrap();
    let run = shop.to("1.0.0");
    assert!(verdict(&run).1.contains(&"retagged".to_owned()), "{run}");

    // The service fails over and over, and edits lie about.
    shop.docker.docker(&["kill", &shop.container()]).ok().unwrap();
    fs::write(shop.site.join("docker-compose.yml"), "services: [broken").unwrap();
    let run = shop.to("1.1.0");
    assert!(verdict(&run).1.contains(&"dirty-tree".to_owned()), "{run}");
}

#[test]
fn without_git_it_runs_from_its_record_and_without_its_image_it_is_built_again() {
    let Some(shop) = Shop::open("compose::record") else { return };
    // A lock that a dead git left.
    fs::write(shop.site.join(".git/index.lock"), "").unwrap();
    let run = shop.to("1.0.0");
    assert!(verdict(&run).1.contains(&"from-record".to_owned()), "{run}");
    fs::remove_file(shop.site.join(".git/index.lock")).unwrap();

    // The image is gone altogether.
    shop.docker.docker(&["rmi", "-f", &shop.image(1)]).ok().unwrap();
    let run = shop.to("1.1.0");
    assert!(verdict(&run).1.contains(&"rebuilt".to_owned()), "{run}");

    // No clone any more.
    fs::remove_dir_all(shop.site.join(".git")).unwrap();
    let run = shop.to("1.0.0");
    assert!(verdict(&run).1.contains(&"from-record".to_owned()), "{run}");
    let manual = shop.run(&["manual", "1.1.0"]).run().unwrap();
    manual.expect(0);
    let steps = report(&manual)["excerpts"].to_string();
    assert!(steps.contains("compose.yml") && steps.contains("install -m 600"), "{steps}");

    // Neither image nor clone: refused, and nothing has changed.
    shop.docker.docker(&["rmi", "-f", &shop.image(1)]).ok().unwrap();
    shop.run(&["rehearse", "1.1.0"]).run().unwrap().expect(10);
    let refused = shop.run(&["to", "1.1.0"]).run().unwrap();
    refused.expect(10);
    assert!(verdict(&refused).1.contains(&"image-missing".to_owned()), "{refused}");
    assert!(report(&refused)["excerpts"].to_string().contains("by hand"), "{refused}");
}

#[test]
fn a_release_with_its_images_leaves_for_cold_storage_and_comes_back() {
    let Some(mut shop) = Shop::open("compose::cold") else { return };
    let cold = shop.room.path().join("cold");
    let place = Some(Cold::Directory(cold.display().to_string()));
    shop.options =
        Options { keep: Some(1), retention: Retention { days: 0, cold: place }, ..Options::default() };
    let third = shop.third.clone();
    shop.put(&third, "1.2.0");
    let has_image = |shop: &Shop| {
        shop.docker.docker(&["image", "inspect", &shop.image(0)]).run().unwrap().status.success()
    };
    assert!(!has_image(&shop), "it left");
    assert!(!shop.site.join(".shiplane/releases").join(&shop.ids[0]).exists());
    let list = shop.run(&["list"]).run().unwrap();
    list.expect(0);
    let told = report(&list);
    assert!(told["excerpts"].to_string().contains("in cold storage since"), "{list}");
    assert!(told["findings"].to_string().contains("1 of them from cold storage"), "{list}");
    let ready = shop.run(&["rehearse", "1.0.0"]).run().unwrap();
    ready.expect(0);
    assert!(ready.stdout.contains("it comes back from cold storage"), "{ready}");

    // Damaged: refused before anything is touched.
    let archives: Vec<PathBuf> = fs::read_dir(&cold).unwrap().flatten().map(|entry| entry.path()).collect();
    let images = archives.iter().find(|path| path.to_string_lossy().ends_with(".images.tar.zst")).unwrap();
    let whole = fs::read(images).unwrap();
    let mut bad = whole.clone();
    bad[whole.len() / 2] ^= 0x55;
    fs::write(images, bad).unwrap();
    let refused = shop.run(&["to", "1.0.0", "--from-cold"]).run().unwrap();
    refused.expect(10);
    assert!(verdict(&refused).1.contains(&"cold-damaged".to_owned()), "{refused}");
    assert!(!has_image(&shop), "nothing of it was taken in");
    let reply = Call::get(&format!("http://127.0.0.1:{}/version", shop.port)).send().unwrap();
    assert_eq!(reply.header("x-version"), Some("1.2.0"));
    fs::write(images, whole).unwrap();

    let run = shop.to("1.0.0");
    assert!(verdict(&run).1.contains(&"from-cold".to_owned()), "{run}");
    assert!(has_image(&shop));
    let none = shop.run(&["to", "1.2.0", "--from-cold"]).run().unwrap();
    none.expect(10);
    assert!(verdict(&none).1.contains(&"not-in-cold".to_owned()), "{none}");
}

impl Shop {
    fn container(&self) -> String {
        let label = format!("label=com.docker.compose.project={}", self.project);
        self.docker.docker(&["ps", "--quiet", "--filter", &label]).ok().unwrap().stdout.trim().to_owned()
    }
}
