//! A place for uploaded files on a real sshd, and the directory on this side that is uploaded.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{
    Decision, Event, HostFacts, Limits, Outcome as End, Question, Runtime, Shown, Site, Strategy,
};
use shiplane_core::duration::Span;
use shiplane_core::rollback;
use shiplane_testkit::ground::Ground;
use shiplane_testkit::process::{Outcome, Run};

use super::desk::{end, events};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// A static site: nothing is restarted, the link is all there is.
pub(crate) struct Www {
    pub(crate) ground: Ground,
    pub(crate) path: PathBuf,
}

impl Www {
    pub(crate) fn new(test: &str) -> Option<Self> {
        let ground = Ground::new(test, PROGRAM)?;
        let path = ground.sshd.home().join("www");
        fs::create_dir(&path).unwrap();
        let www = Self { ground, path };
        www.configure("");
        fs::create_dir(www.dist()).unwrap();
        Some(www)
    }

    /// The config, with further lines of the environment.
    pub(crate) fn configure(&self, lines: &str) {
        let (host, path) = (self.ground.host(), self.path.display());
        self.ground.config(&format!(
            "version: 1\nenvironments:\n  production:\n    hosts: [\"{host}\"]\n    path: {path}\n    \
             strategy: files\n{lines}"
        ));
    }

    /// What is uploaded.
    pub(crate) fn dist(&self) -> PathBuf {
        self.ground.dir.path().join("dist")
    }

    pub(crate) fn put(&self, name: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dist().join(OsStr::from_bytes(name.as_ref()));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn deploy(&self, version: &str) -> Run {
        // Every version is a commit of its own.
        let digits: String = version.bytes().map(|byte| format!("{byte:02x}")).collect();
        self.ground.deploy(&format!("{digits:0<40}"), version)
    }

    pub(crate) fn live(&self, version: &str) -> Outcome {
        let run = self.deploy(version).run().unwrap();
        run.expect(0);
        run
    }

    pub(crate) fn current(&self) -> PathBuf {
        self.path.join("current")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path.join(".shiplane")
    }

    pub(crate) fn env(&self) -> PathBuf {
        self.path.join(".env")
    }

    /// The names of what is in a part of the state directory.
    pub(crate) fn list(&self, part: &str) -> Vec<String> {
        let all = fs::read_dir(self.state().join(part)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    /// Makes the backup of a version years old; answers its new name.
    pub(crate) fn make_old(&self, version: &str) -> String {
        let own = self.list("backups").into_iter().find(|name| name.starts_with(&format!("v{version}-2")));
        let (own, old) = (own.expect("a backup"), format!("v{version}-2020-01-05T10-00-00Z"));
        let backups = self.state().join("backups");
        fs::rename(backups.join(&own), backups.join(&old)).unwrap();
        for release in self.list("releases") {
            let pointer = self.state().join("releases").join(release).join("backup");
            if fs::read_to_string(&pointer).is_ok_and(|name| name == own) {
                fs::write(&pointer, &old).unwrap();
            }
        }
        old
    }

    fn site(&self) -> Site {
        Site { path: self.path.display().to_string(), state_dir: self.state().display().to_string() }
    }

    fn worker(&self, words: &[&str]) -> Run {
        Run::new(PROGRAM).arg("worker").args(words).env("HOME", self.ground.sshd.home())
    }

    pub(crate) fn facts(&self) -> HostFacts {
        let (site, strategy) = (self.site(), strategy());
        let question =
            Question { site, strategy, runtime: Runtime::Command(Default::default()), checkup: None };
        let asked = self.worker(&["facts"]).stdin(serde_json::to_vec(&question).unwrap()).ok().unwrap();
        serde_json::from_str(&asked.stdout).unwrap()
    }

    pub(crate) fn history(&self) -> History {
        History::of(&self.facts().journal)
    }

    /// Goes back as `rollback to` does, with the word that the proof would give.
    pub(crate) fn back(&self, target: &str, word: Decision) -> End {
        let long = Span::seconds(20);
        let ask = rollback::Ask {
            options: Default::default(),
            reason: None,
            site: self.site(),
            strategy: strategy(),
            runtime: Runtime::Command(Default::default()),
            target: Some(target.to_owned()),
            limits: Limits { fetch: long, build: long, switch: long, budget: long, confirm: long },
            actor: None,
            run_url: None,
        };
        let (findings, plan) = rollback::decide(&ask, &self.facts());
        let plan = plan.unwrap_or_else(|| panic!("{findings:?}"));
        let started = self.worker(&["start"]).stdin(serde_json::to_vec(&plan).unwrap()).run().unwrap();
        let heard = events(&started);
        let Some(Event::Switched) = heard.last() else { return end(&started) };
        let (state, from) = (self.state().display().to_string(), heard.len().to_string());
        let word = serde_json::to_value(word).unwrap().as_str().unwrap().to_owned();
        end(&self.worker(&["decide", &state, &plan.run, &word, &from]).run().unwrap())
    }

    /// Hands the worker an upload as it is.
    pub(crate) fn receive(&self, bytes: Vec<u8>) -> Outcome {
        self.worker(&["receive"]).stdin(bytes).run().unwrap()
    }

    pub(crate) fn parcel_site(&self) -> Site {
        self.site()
    }
}

pub(crate) fn strategy() -> Strategy {
    Strategy::Files(Shown { to: "current".to_owned(), rollout: 0 })
}

/// Every name under a directory with what it is, but for what the host writes itself.
pub(crate) fn content(dir: &Path) -> Vec<(Vec<u8>, String)> {
    let (mut all, mut dirs) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(next) = dirs.pop() {
        for entry in fs::read_dir(&next).unwrap().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(dir).unwrap().as_os_str().as_bytes().to_vec();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let what = if metadata.is_dir() {
                dirs.push(path);
                "directory".to_owned()
            } else if metadata.is_symlink() {
                format!("link {}", fs::read_link(&path).unwrap().display())
            } else {
                let exec = metadata.permissions().mode() & 0o111 != 0;
                format!("file {exec} {:?}", fs::read(&path).unwrap())
            };
            all.push((name, what));
        }
    }
    all.retain(|(name, _)| name != b"version.json" && name != b".env");
    all.sort();
    all
}

pub(crate) fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

/// Reads over and over while something else happens; answers what it saw, in order, without repetition.
pub(crate) struct Reader {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<String>>,
}

impl Reader {
    pub(crate) fn of(path: PathBuf) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen: Vec<String> = Vec::new();
            while !until.load(Ordering::Relaxed) {
                let now = fs::read_to_string(&path).unwrap_or_else(|error| error.to_string());
                if seen.last() != Some(&now) {
                    seen.push(now);
                }
            }
            seen
        });
        Self { stop, thread }
    }

    pub(crate) fn seen(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
