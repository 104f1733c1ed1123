//! Several servers of one place: each with an address, an sshd and a clone of its own, all at the same path.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::app::{AppRelease, sample_app_static, write_release, write_repository};
use crate::git::{GitRepo, Origin};
use crate::http::Call;
use crate::need::{Missing, need};
use crate::process::{Run, free_port, wait_until};
use crate::sshd::{Sshd, SshdOptions};

/// Servers at 127.0.0.2, 127.0.0.3 and so on, and the sample app to be deployed to them.
pub struct Hosts {
    /// The servers.
    pub sshds: Vec<Sshd>,
    /// Where commits are made.
    pub work: GitRepo,
    /// The app's port, on every host.
    pub port: u16,
    /// Where the tool runs; home, outputs and summary lie beside it.
    pub dir: TempDir,
    program: &'static str,
}

impl Hosts {
    /// So many servers without a release, or `None` and a visible line where there can be none.
    pub fn new(test: &str, program: &'static str, count: usize) -> Option<Self> {
        need(test, Sshd::available())?;
        need(test, own_mounts())?;
        let dir = tempfile::tempdir().unwrap();
        let (site, work) = (dir.path().join("site"), GitRepo::init(dir.path().join("work")).unwrap());
        fs::create_dir(&site).unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        write_repository(work.dir(), &AppRelease::good("1.0.0")).unwrap();
        work.commit("feat: first").unwrap();
        let origin = Origin::create(dir.path().join("origin.git")).unwrap();
        work.git(&["remote", "add", "origin", &origin.dir().to_string_lossy()]).unwrap();
        work.push().unwrap();
        let mut sshds: Vec<Sshd> = Vec::new();
        for number in 0..count {
            let listen = format!("ListenAddress {}", address(number));
            let options =
                SshdOptions { lines: vec![listen], site_at: Some(site.clone()), ..SshdOptions::default() };
            let sshd = Sshd::start_with(&options).unwrap();
            origin.clone_to(sshd.home().join("site")).unwrap();
            fs::write(sshd.home().join("site/address"), address(number)).unwrap();
            if let Some(first) = sshds.first() {
                sshd.authorize(first.client_key().public_line()).unwrap();
            }
            place_worker(program, &sshd);
            sshds.push(sshd);
        }
        let hosts = Self { sshds, work, port: free_port(), dir, program };
        hosts.config("");
        Some(hosts)
    }

    /// How a config names a server.
    pub fn host(&self, number: usize) -> String {
        let sshd = &self.sshds[number];
        format!("{}@{}:{}", sshd.user(), address(number), sshd.port())
    }

    /// Writes a config with one environment, `production`, and more lines for it.
    pub fn config(&self, more: &str) {
        let hosts: Vec<String> = (0..self.sshds.len()).map(|number| self.host(number)).collect();
        let (site, port) = (self.dir.path().join("site"), self.port);
        let site = site.display();
        let restart = format!(
            "test ! -e {site}/stuck && exec ./sample-app restart --bind \"$(cat {site}/address)\" \
             --port {port} --pid-file {site}/app.pid --log {site}/app.log"
        );
        let text = format!(
            "version: 1\nenvironments:\n  production:\n    hosts: {hosts}\n    path: {site}\n    \
             command:\n      restart: {restart}\n    smoke: [web]\n{more}probes:\n  web:\n    \
             http: \"http://{{host}}:{port}/version\"\n    version: {{ json: /version }}\n    within: 4s\n",
            hosts = serde_json::to_string(&hosts).unwrap(),
            restart = serde_json::to_string(&["sh", "-c", &restart]).unwrap(),
        );
        let folder = self.dir.path().join(".github");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("shiplane.yml"), text).unwrap();
    }

    /// Lines of known_hosts for all of them.
    pub fn known_hosts(&self) -> String {
        let line = |(number, sshd): (usize, &Sshd)| {
            sshd.known_hosts().replace("[127.0.0.1]", &format!("[{}]", address(number)))
        };
        self.sshds.iter().enumerate().map(line).collect()
    }

    /// The tool with a way to the hosts, and nothing else in its environment.
    pub fn tool(&self, args: &[&str]) -> Run {
        Run::new(self.program)
            .args(args)
            .dir(self.dir.path())
            .env("HOME", self.dir.path().join("home"))
            .env("SSH_PRIVATE_KEY", self.sshds[0].client_key().private_text().unwrap())
            .env("SHIPLANE_KNOWN_HOSTS", self.known_hosts())
            .env("GITHUB_OUTPUT", self.dir.path().join("output"))
            .env("SHIPLANE_FORMAT", "json")
            .within(Duration::from_secs(240))
    }

    /// The command that deploys a commit.
    pub fn deploy(&self, commit: &str, version: &str) -> Run {
        self.tool(&["deploy", "--commit", commit, "--release-version", version])
    }

    /// A commit with another release of the app, pushed; answers its id.
    pub fn release(&self, release: &AppRelease) -> String {
        write_release(self.work.dir(), release).unwrap();
        let commit = self.work.commit(&format!("feat: {}", release.version())).unwrap();
        self.work.push().unwrap();
        commit
    }

    /// Deploys a release that must become live everywhere; answers its commit.
    pub fn live(&self, version: &str) -> String {
        let commit = self.release(&AppRelease::good(version));
        self.deploy(&commit, version).run().unwrap().expect(0);
        commit
    }

    /// The clone on a server, as it lies on this machine.
    pub fn site(&self, number: usize) -> PathBuf {
        self.sshds[number].home().join("site")
    }

    /// What each server answers with.
    pub fn answers(&self) -> Vec<String> {
        let ask = |number| {
            let reply = Call::get(&format!("http://{}:{}/version", address(number), self.port)).send().ok();
            reply.and_then(|reply| reply.header("x-version").map(str::to_owned)).unwrap_or_default()
        };
        (0..self.sshds.len()).map(ask).collect()
    }

    /// The result in the last line of each journal.
    pub fn results(&self) -> Vec<String> {
        let result = |number| {
            let journal = self.site(number).join(".shiplane/journal.jsonl");
            let text = fs::read_to_string(journal).unwrap_or_default();
            let last: Value =
                text.lines().last().map_or(Value::Null, |line| serde_json::from_str(line).unwrap());
            last["what"]["ended"]["result"].as_str().unwrap_or("none").to_owned()
        };
        (0..self.sshds.len()).map(result).collect()
    }

    /// Waits until any run on a server has said this; with a word that only the awaited run says.
    pub fn wait_for_event(&self, number: usize, wanted: &str) {
        let runs = self.site(number).join(".shiplane/runs");
        let said = || {
            let runs = fs::read_dir(&runs).into_iter().flatten().flatten();
            let newest = runs.map(|run| run.path()).max()?;
            let log = fs::read_to_string(newest.join("events.jsonl")).ok()?;
            log.contains(wanted).then_some(())
        };
        wait_until(&format!("the event {wanted}"), Duration::from_secs(90), said).unwrap();
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for number in 0..self.sshds.len() {
            let pid_file = self.site(number).join("app.pid");
            let stop = Run::new(sample_app_static().unwrap()).args(["stop", "--pid-file"]).arg(pid_file);
            drop(stop.run());
        }
    }
}

fn address(number: usize) -> String {
    format!("127.0.0.{}", number + 2)
}

/// Whether this machine lets us give a process mounts of its own.
fn own_mounts() -> Result<(), Missing> {
    let tried = Run::new("unshare").args(["-m", "true"]).run();
    if tried.is_ok_and(|tried| tried.status.success()) {
        Ok(())
    } else {
        Err(Missing::new("no mounts of one's own", "run the tests as root"))
    }
}

fn place_worker(program: &str, sshd: &Sshd) {
    let program = Path::new(program);
    let sums = Run::new("sha256sum").arg(program).ok().unwrap().stdout;
    let folder = sshd.home().join(".cache/shiplane").join(sums.split(' ').next().unwrap());
    fs::create_dir_all(&folder).unwrap();
    symlink(program, folder.join(program.file_name().unwrap())).unwrap();
}
