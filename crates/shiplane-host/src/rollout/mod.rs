//! The rollout that this host keeps: what it is, who gets what, and one change at a time.
//!
//! The record comes before the deed: a crash between them leaves a share that is not the recorded one, and the next
//! look gives the recorded one again. So nothing is promoted unless it was decided, and nothing that was is forgotten.

mod command;
mod env_file;
mod haproxy;
mod nginx;
mod program;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use shiplane_core::deploy::journal::{Entry, What};
use shiplane_core::deploy::{Plan, Site, release_id};
use shiplane_core::rollout::{Applied, Change, Drive, Driver, Looked, Question, State, Traffic, gone_back};

use crate::facts::now;
use crate::state::{self, StateDir};
use crate::{journal, masked, page};

/// How long one change waits for another.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is kept here, and who gets what.
pub(crate) fn look(question: &Question) -> anyhow::Result<Looked> {
    masked::learn(&question.site, None);
    let dir = StateDir::new(&question.site.state_dir);
    // Between a record and its deed there would be a difference that is none.
    let _lock = quiet(&dir);
    let state = kept(&dir)?;
    let traffic =
        read(&question.driver, &question.site).unwrap_or_else(|error| Traffic::Unknown(format!("{error:#}")));
    Ok(Looked { state, traffic })
}

/// The rollout that is kept, for whoever looks at the host.
pub(crate) fn kept(dir: &StateDir) -> anyhow::Result<Option<State>> {
    let file = file(dir);
    match std::fs::read(&file) {
        Ok(bytes) => {
            let state = serde_json::from_slice(&bytes);
            Ok(Some(state.with_context(|| format!("read {}", file.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {}", file.display())),
    }
}

/// Carries a change out, if it was decided on what is still so.
pub(crate) fn apply(question: &Question) -> anyhow::Result<Applied> {
    let Some(change) = &question.change else { bail!("no change is asked for") };
    masked::learn(&question.site, None);
    let dir = StateDir::new(&question.site.state_dir);
    dir.prepare()?;
    let _lock = lock(&dir)?;
    let before = kept(&dir)?;
    if before.as_ref().map(|state| state.generation) != change.expected {
        return Ok(Applied::Raced);
    }
    let recorded = record(&dir, &change.state);
    let driven = match (&recorded, change.drive) {
        // Bad numbers do not wait for a full disk.
        (Ok(()), _) | (Err(_), Drive::Close) => drive(question, change.drive),
        (Err(_), Drive::Leave | Drive::To(_)) => Ok(()),
    };
    if let Err(error) = driven.and(recorded) {
        return Ok(Applied::Failed { why: format!("{error:#}"), restored: put_back(question, &dir, before) });
    }
    let told = tell(question, change, &dir);
    Ok(Applied::Done(told.err().map(|error| format!("{error:#}"))))
}

/// `rollback to` takes all users back to where it goes, before anything else. Where the application splits them by its
/// own file, that file is a part of what is gone back to.
pub(crate) fn end(plan: &Plan) -> anyhow::Result<()> {
    let Some(driver) = plan.options.rollout.as_ref().filter(|driver| driver.is_beside()) else {
        return Ok(());
    };
    let Some(state) = kept(&StateDir::new(&plan.site.state_dir))? else { return Ok(()) };
    let Some(change) = gone_back(&state, now()) else { return Ok(()) };
    let question = Question {
        site: plan.site.clone(),
        driver: driver.clone(),
        change: Some(change),
        actor: plan.actor.clone(),
        run_url: plan.run_url.clone(),
        reason: plan.reason.clone(),
    };
    match apply(&question)? {
        Applied::Done(_) => Ok(()),
        Applied::Raced => bail!("somebody else changed the rollout at the same moment"),
        Applied::Failed { why, .. } => bail!(why),
    }
}

/// What a change that failed leaves: the record of before, and the share that belongs to it.
fn put_back(question: &Question, dir: &StateDir, before: Option<State>) -> bool {
    // Where users were to be taken away they are not given back.
    if question.change.as_ref().is_some_and(|change| change.drive == Drive::Close) {
        return false;
    }
    let kept = match &before {
        Some(state) => record(dir, state),
        None => std::fs::remove_file(file(dir)).context("remove the record"),
    };
    let share = before.filter(|state| state.phase.is_open()).map_or(0, |state| state.percent);
    let is_as_before = || match read(&question.driver, &question.site) {
        Ok(Traffic::At { percent, .. }) if percent == share => true,
        Ok(Traffic::At { .. } | Traffic::Unknown(_)) | Err(_) => drive(question, Drive::To(share)).is_ok(),
    };
    kept.is_ok() && is_as_before()
}

fn file(dir: &StateDir) -> PathBuf {
    dir.path().join("rollout.json")
}

fn record(dir: &StateDir, state: &State) -> anyhow::Result<()> {
    state::write(&file(dir), serde_json::to_string_pretty(state).context("write the rollout as JSON")?)
}

/// Until no change is under way. Whoever only looks makes no file, and does not wait for ever.
fn quiet(dir: &StateDir) -> Option<File> {
    let file = File::open(lock_file(dir)).ok()?;
    let begun = Instant::now();
    while file.try_lock_shared().is_err() {
        if begun.elapsed() > PATIENCE {
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Some(file)
}

fn lock_file(dir: &StateDir) -> PathBuf {
    dir.path().join("rollout.lock")
}

/// A file of its own: a deploy that takes long does not keep users on a version that is bad.
fn lock(dir: &StateDir) -> anyhow::Result<File> {
    let path = lock_file(dir);
    let file = page::open(&path)?;
    let begun = Instant::now();
    while file.try_lock().is_err() {
        if begun.elapsed() > PATIENCE {
            bail!("another change of the rollout holds {} for {PATIENCE:?}", path.display());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(file)
}

fn tell(question: &Question, change: &Change, dir: &StateDir) -> anyhow::Result<()> {
    let Some(told) = &change.told else { return Ok(()) };
    let path = dir.journal();
    let entry = Entry {
        at: now(),
        run: release_id(now(), &format!("rollout{}", told.release.commit)),
        fence: journal::last_fence(&path)?,
        what: What::Rollout(told.clone()),
        actor: question.actor.clone(),
        run_url: question.run_url.clone(),
        reason: question.reason.clone(),
    };
    journal::append(&path, &entry)
}

fn drive(question: &Question, drive: Drive) -> anyhow::Result<()> {
    let (driver, site) = (&question.driver, &question.site);
    let percent = match drive {
        Drive::Leave => return Ok(()),
        Drive::To(percent) => percent,
        Drive::Close => 0,
    };
    match (driver, drive) {
        (Driver::Haproxy { socket, backend, servers }, Drive::Close) => {
            haproxy::Proxy { socket, backend, servers }.close()
        }
        (Driver::Haproxy { socket, backend, servers }, Drive::To(_) | Drive::Leave) => {
            haproxy::Proxy { socket, backend, servers }.set(percent)
        }
        (Driver::Nginx { file, upstream, servers, test, reload }, _) => {
            nginx::Proxy { file: Path::new(file), upstream, servers, test, reload }.set(percent)
        }
        (Driver::EnvFile { reload }, _) => env_file::set(site, reload, percent),
        (Driver::Command { set, .. }, _) => command::set(site, set, percent),
    }?;
    match read(driver, site)? {
        Traffic::At { percent: found, .. } if found == percent => Ok(()),
        Traffic::At { percent: found, .. } => {
            bail!("{} was told {percent} %, and says {found} %", driver.name())
        }
        Traffic::Unknown(why) => {
            bail!("{} was told {percent} %, and does not say whether it is so: {why}", driver.name())
        }
    }
}

fn read(driver: &Driver, site: &Site) -> anyhow::Result<Traffic> {
    let only = |percent| Traffic::At { percent, stable_up: None, canary_up: None };
    match driver {
        Driver::Haproxy { socket, backend, servers } => haproxy::Proxy { socket, backend, servers }.read(),
        Driver::Nginx { file, upstream, servers, test, reload } => {
            nginx::Proxy { file: Path::new(file), upstream, servers, test, reload }.read().map(only)
        }
        Driver::EnvFile { .. } => env_file::read(site).map(only),
        Driver::Command { get, .. } => command::read(site, get).map(only),
    }
}
