//! What is remembered between runs: flags and config to a question, and the file that keeps the answer.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use shiplane_core::config::Config;
use shiplane_core::deploy::Stamp;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::{FILE_LIMIT, Memory, Recalled, Vigilance, recall};

use crate::cli::{Remembering, Run};

/// How long another run may take to read, decide and write.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether the other run is done.
const LOOK: Duration = Duration::from_millis(20);

/// What to remember, and what to make of it.
#[derive(Clone, Debug)]
pub(crate) struct Watchful {
    /// The file.
    pub(crate) path: PathBuf,
    /// What was asked; the memory of something else is left alone.
    pub(crate) subject: String,
    /// When runs are an incident.
    pub(crate) vigilance: Vigilance,
}

/// What a look into the file brought, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Looked {
    /// The clock, read once.
    pub(crate) now: Stamp,
    /// What was there.
    pub(crate) recalled: Recalled,
}

/// While this is held, no other run decides from the same file.
#[derive(Debug)]
pub(crate) struct Held {
    /// As it was named, which may be a link.
    path: PathBuf,
    /// Where it leads.
    file: PathBuf,
    _lock: File,
}

impl Watchful {
    /// From flags and config; nothing is remembered unless a file is named.
    pub(crate) fn settle(
        run: &Run,
        config: &Config,
        repository: Option<&str>,
    ) -> Result<Option<Self>, Fault> {
        let Remembering { state, alert_after, recover_after, every, remind_after } = &run.remembering;
        let health = &config.health;
        let Some(path) = state.clone().or_else(|| health.state.as_ref().map(PathBuf::from)) else {
            let given = alert_after.is_some() || recover_after.is_some() || every.is_some();
            if given || remind_after.is_some() {
                let fact = "when to alert is given, but no file in which runs are remembered";
                return Err(Fault::usage("state-missing", fact).help("name one with --state"));
            }
            return Ok(None);
        };
        let usual = Vigilance::default();
        let vigilance = Vigilance {
            rule: alert_after.or(health.alert_after).unwrap_or(usual.rule),
            recover: recover_after.or(health.recover_after).unwrap_or(usual.recover).clamp(1, 20),
            every: (*every).or(health.every).filter(|every| !every.0.is_zero()),
            remind: (*remind_after).or(health.remind_after).filter(|time| !time.0.is_zero()),
        };
        let project = config.project.as_deref().or(repository).unwrap_or_default();
        Ok(Some(Self { path, subject: subject(project, run), vigilance }))
    }

    /// Keeps others out, then looks at the clock and into the file.
    pub(crate) async fn look(&self) -> (Looked, Option<Held>) {
        let held = self.hold().await;
        let recalled = match &held {
            Ok(_) => self.read(),
            Err(reason) => Recalled::Unreadable(reason.clone()),
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let now = Stamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        (Looked { now, recalled }, held.ok())
    }

    fn read(&self) -> Recalled {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Recalled::Nothing,
            Err(error) => return Recalled::Unreadable(format!("open the state file: {error}")),
        };
        if !file.metadata().is_ok_and(|data| data.is_file()) {
            return Recalled::Unreadable("the state file is no plain file".to_owned());
        }
        let mut bytes = Vec::new();
        match file.take(FILE_LIMIT + 1).read_to_end(&mut bytes) {
            Ok(read) if u64::try_from(read).is_ok_and(|read| read > FILE_LIMIT) => {
                Recalled::Damaged(format!("it has more than {FILE_LIMIT} bytes"))
            }
            Ok(_) => match String::from_utf8(bytes) {
                Ok(text) => recall(&text, &self.subject),
                Err(_) => Recalled::Damaged("it is no text".to_owned()),
            },
            Err(error) => Recalled::Unreadable(format!("read the state file: {error}")),
        }
    }

    /// A lock that the kernel takes back when the process ends.
    async fn hold(&self) -> Result<Held, String> {
        if let Some(parent) = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(|error| format!("make its directory: {error}"))?;
        }
        let file = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(beside(&file, ".lock"))
            .map_err(|error| format!("open the lock beside the state file: {error}"))?;
        let begun = Instant::now();
        while lock.try_lock().is_err() {
            if begun.elapsed() > PATIENCE {
                return Err("another run has held the state file for 10 s".to_owned());
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(Held { path: self.path.clone(), file, _lock: lock })
    }
}

impl Held {
    /// The old memory or the new one, whatever happens meanwhile. What cannot be understood is put aside before.
    ///
    /// A link to what is no memory is taken away itself: what it leads to is not ours to move.
    pub(crate) fn write(self, memory: &Memory, before: &Recalled) -> Result<(), String> {
        let damaged = matches!(before, Recalled::Damaged(_));
        let path = if damaged { &self.path } else { &self.file };
        if damaged {
            std::fs::rename(path, beside(path, ".damaged"))
                .map_err(|error| format!("put the damaged state file aside: {error}"))?;
        }
        let next = beside(path, ".next");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&next)?;
            file.write_all(memory.text().as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&next, path)?;
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(|error| {
            // Half of a file is of no use to anybody; the old one is still there.
            std::fs::remove_file(&next).ok();
            format!("write the state file: {error}")
        })
    }
}

/// The same name with more behind it.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// What was asked, by what does not change when a probe is added to the config.
fn subject(project: &str, run: &Run) -> String {
    let named = run.probe.join(",");
    let what = run.asked.url.as_ref().map(|url| without_login(url)).or(run.reach.environment.clone());
    format!("{project} {}", what.or(Some(named).filter(|named| !named.is_empty())).unwrap_or_default())
}

/// The address without credentials and without what stands behind the `?`.
fn without_login(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}
