//! The ground the other cases stand on: an origin, a clone of it on a server, a config, and the real binary.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::app::{AppRelease, sample_app_static, write_release, write_repository};
use crate::git::{GitRepo, Origin};
use crate::http::Call;
use crate::need::need;
use crate::process::{Outcome, Run, free_port, wait_until};
use crate::sshd::Sshd;
use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server with a clone of an origin, reached over SSH, and the sample app to be deployed to it.
pub struct Ground {
    /// The server.
    pub sshd: Sshd,
    /// Where commits are made.
    pub work: GitRepo,
    /// Where they are pushed to.
    pub origin: Origin,
    /// The app's port.
    pub port: u16,
    /// Where the tool runs; home, outputs and summary lie beside it.
    pub dir: TempDir,
    program: &'static str,
}

impl Ground {
    /// Everything there but a release, or `None` and a visible line where there can be no sshd.
    pub fn new(test: &str, program: &'static str) -> Option<Self> {
        need(test, Sshd::available())?;
        let (sshd, dir) = (Sshd::start().unwrap(), tempfile::tempdir().unwrap());
        let work = GitRepo::init(dir.path().join("work")).unwrap();
        write_repository(work.dir(), &AppRelease::good("1.0.0")).unwrap();
        work.commit("feat: first").unwrap();
        let origin = Origin::create(dir.path().join("origin.git")).unwrap();
        work.git(&["remote", "add", "origin", &origin.dir().to_string_lossy()]).unwrap();
        work.push().unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        let ground = Self { sshd, work, origin, port: free_port(), dir, program };
        ground.origin.clone_to(ground.site()).unwrap();
        ground.config(&ground.config_text());
        ground.place_worker();
        Some(ground)
    }

    /// The clone on the server.
    pub fn site(&self) -> PathBuf {
        self.sshd.home().join("site")
    }

    /// The state directory on the server.
    pub fn state(&self) -> PathBuf {
        self.site().join(".shiplane")
    }

    /// How a config names the server.
    pub fn host(&self) -> String {
        format!("{}@127.0.0.1:{}", self.sshd.user(), self.sshd.port())
    }

    /// The newest commit.
    pub fn head(&self) -> String {
        self.work.head().unwrap()
    }

    /// The words that let the app's release take over on the server.
    pub fn restart(&self) -> Vec<String> {
        let (port, home) = (self.port, self.sshd.home().display().to_string());
        let words = ["./sample-app", "restart", "--port", &port.to_string(), "--pid-file"];
        let files = [format!("{home}/app.pid"), "--log".to_owned(), format!("{home}/app.log")];
        words.iter().map(|word| (*word).to_owned()).chain(files).collect()
    }

    /// A config with one environment, `production`, and a probe that reads the version.
    pub fn config_text(&self) -> String {
        let (host, site, port) = (self.host(), self.site(), self.port);
        format!(
            "version: 1\nenvironments:\n  production:\n    hosts: [\"{host}\"]\n    path: {site}\n    \
             command:\n      restart: {restart}\n    smoke: [web]\nprobes:\n  web:\n    \
             http: \"http://{{host}}:{port}/version\"\n    version: {{ json: /version }}\n    within: 5s\n",
            site = site.display(),
            restart = serde_json::to_string(&self.restart()).unwrap(),
        )
    }

    /// Writes the config.
    pub fn config(&self, text: &str) {
        let folder = self.dir.path().join(".github");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("shiplane.yml"), text).unwrap();
    }

    /// A commit with another release of the app, pushed; answers its id.
    pub fn release(&self, release: &AppRelease) -> String {
        write_release(self.work.dir(), release).unwrap();
        let commit = self.work.commit(&format!("feat: {}", release.version())).unwrap();
        self.work.push().unwrap();
        commit
    }

    /// The tool with a way to the host, and nothing else in its environment.
    pub fn tool(&self, args: &[&str]) -> Run {
        let files = ["output", "summary"].map(|name| self.dir.path().join(name));
        for file in &files {
            fs::remove_file(file).ok();
        }
        Run::new(self.program)
            .args(args)
            .dir(self.dir.path())
            .env("HOME", self.dir.path().join("home"))
            .env("SSH_PRIVATE_KEY", self.sshd.client_key().private_text().unwrap())
            .env("SHIPLANE_KNOWN_HOSTS", self.sshd.known_hosts())
            .env("GITHUB_OUTPUT", &files[0])
            .env("GITHUB_STEP_SUMMARY", &files[1])
            .env("SHIPLANE_FORMAT", "json")
            .within(Duration::from_secs(120))
    }

    /// The command that deploys a commit.
    pub fn deploy(&self, commit: &str, version: &str) -> Run {
        self.tool(&["deploy", "--commit", commit, "--release-version", version])
    }

    /// Deploys a release that must become live; answers its commit.
    pub fn live(&self, version: &str) -> String {
        let commit = self.release(&AppRelease::good(version));
        self.deploy(&commit, version).run().unwrap().expect(0);
        commit
    }

    /// The version that answers on the app's port.
    pub fn answers(&self) -> Option<String> {
        let reply = Call::get(&format!("http://127.0.0.1:{}/version", self.port)).send().ok()?;
        reply.header("x-version").map(str::to_owned)
    }

    /// The journal, a line an entry.
    pub fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.state().join("journal.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The result in the journal's last line.
    pub fn last_result(&self) -> String {
        let last = self.journal().pop().unwrap_or_default();
        last["what"]["ended"]["result"].as_str().unwrap_or("none").to_owned()
    }

    /// Starts the tool and leaves it running.
    pub fn spawn(&self, run: &Run) -> Child {
        let mut command = run.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// The runs on the server, oldest first.
    pub fn runs(&self) -> Vec<PathBuf> {
        let runs = fs::read_dir(self.state().join("runs")).into_iter().flatten().flatten();
        let mut runs: Vec<PathBuf> = runs.map(|run| run.path()).collect();
        runs.sort();
        runs
    }

    /// Waits until a run that came after these has said this.
    pub fn wait_for_event(&self, before: &[PathBuf], wanted: &str) {
        let said = || {
            let new = self.runs().into_iter().filter(|run| !before.contains(run));
            let mut logs = new.filter_map(|run| fs::read_to_string(run.join("events.jsonl")).ok());
            logs.any(|log| log.contains(wanted)).then_some(())
        };
        wait_until(&format!("the event {wanted}"), PATIENCE, said).unwrap();
    }

    /// What the tool left for later steps.
    pub fn outputs(&self) -> String {
        fs::read_to_string(self.dir.path().join("output")).unwrap_or_default()
    }

    /// The summary that the tool left.
    pub fn summary(&self) -> String {
        fs::read_to_string(self.dir.path().join("summary")).unwrap_or_default()
    }

    /// Puts the worker where the tool would upload it to; sending a debug build is slow, and has a test of its own.
    fn place_worker(&self) {
        let program = Path::new(self.program);
        let folder = self.worker_folder();
        fs::create_dir_all(&folder).unwrap();
        symlink(program, folder.join(program.file_name().unwrap())).unwrap();
    }

    /// Where the worker is brought to.
    /// Where the worker is brought to.
    pub fn worker_folder(&self) -> PathBuf {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| {
            let sums = Run::new("sha256sum").arg(self.program).ok().unwrap().stdout;
            sums.split(' ').next().unwrap().to_owned()
        });
        self.sshd.home().join(".cache/shiplane").join(hash)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let pid_file = self.sshd.home().join("app.pid");
        let stop = Run::new(sample_app_static().unwrap()).args(["stop", "--pid-file"]).arg(pid_file);
        drop(stop.run());
    }
}

/// The report that a run printed as JSON.
#[track_caller]
/// The report on standard output.
pub fn report(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{outcome}"))
}

/// Verdict and codes of a report.
#[track_caller]
/// Its verdict and its codes.
pub fn verdict(outcome: &Outcome) -> (String, Vec<String>) {
    let report = report(outcome);
    let codes = report["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (report["verdict"].as_str().unwrap().to_owned(), codes.collect())
}

/// The finding of that code.
#[track_caller]
/// The finding with that code.
pub fn finding(outcome: &Outcome, code: &str) -> Value {
    let report = report(outcome);
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no finding {code}\n{report:#}")).clone()
}
