//! Keeps releases of uploaded files under `backups`, each once: what is live, and what is about to be.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shiplane_core::deploy::journal::{Entry, History};
use shiplane_core::deploy::{Release, VersionFile};

use super::Run;
use crate::facts::now;
use crate::failure::Failure;
use crate::runtime::OnLine;
use crate::state::{self, StateDir};
use crate::tree;

/// The file beside a release that names its backup.
const POINTER: &str = "backup";

/// What a backup is called until it is whole.
const UNFINISHED: &str = ".new-";

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    sweep(&run.state)?;
    if let Some(from) = run.from.clone().filter(|from| from.id != run.release.id) {
        keep(run, &from, on_line)?;
    }
    keep(run, &run.release.clone(), on_line)
}

/// The backup of a release that did not come to live goes with it.
pub(super) fn back(run: &mut Run<'_>, _: OnLine<'_>) -> Result<(), Failure> {
    let Some(backup) = named(&run.state, &run.release) else { return Ok(()) };
    fs::remove_file(run.state.release(&run.release.id).join(POINTER)).ok();
    Ok(tree::remove(&backup)?)
}

/// Brings a release's files back from its backup, when they are gone.
pub(in crate::run) fn bring_back(state: &StateDir, release: &Release) -> anyhow::Result<bool> {
    let dir = state.release(&release.id);
    let tree = dir.join("tree");
    if tree.is_dir() {
        return Ok(false);
    }
    let Some(backup) = backup_of(state, release) else { return Ok(false) };
    let temporary = dir.join("tree.new");
    state::make(&dir)?;
    state.open_way(&release.id)?;
    tree::remove(&temporary)?;
    tree::twin(&backup, &temporary)?;
    let env = temporary.join(".env");
    if fs::metadata(&env).is_ok_and(|metadata| is_private(&metadata)) {
        if !dir.join(crate::record::ENV).exists() {
            fs::copy(&env, dir.join(crate::record::ENV)).context("bring back .env")?;
        }
        fs::remove_file(&env).context("bring back .env")?;
    }
    tree::sync(&temporary).context("write the release to the disk")?;
    fs::rename(&temporary, &tree).with_context(|| format!("bring back {}", tree.display()))?;
    Ok(true)
}

/// Where a release's backup is, when it has one.
pub(crate) fn backup_of(state: &StateDir, release: &Release) -> Option<PathBuf> {
    named(state, release).or_else(|| find(state, release))
}

/// Uploaded files can be read by all; the site's own `.env` beside them cannot.
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 == 0
}

fn keep(run: &Run<'_>, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
    let (dir, backups) = (run.state.release(&release.id), run.state.backups());
    let tree = dir.join("tree");
    if !tree.is_dir() {
        return Ok(());
    }
    if let Some(backup) = named(&run.state, release)
        && tree::holds_all(&tree, &backup).context("compare the backup")?
    {
        return Ok(());
    }
    state::make(&backups)?;
    let temporary = backups.join(format!("{UNFINISHED}{}", release.id));
    tree::remove(&temporary)?;
    tree::twin(&tree, &temporary)?;
    copy_env(run, release, &temporary)?;
    tree::sync(&temporary).context("write the backup to the disk")?;
    let name = free_name(&backups, release);
    fs::rename(&temporary, backups.join(&name)).context("give the backup its name")?;
    fs::File::open(&backups).and_then(|dir| dir.sync_all()).context("write the backup to the disk")?;
    state::write(&dir.join(POINTER), &name)?;
    on_line(&format!("{} is kept in {}", release.label(), backups.join(&name).display()));
    Ok(())
}

/// The backup of a release gets the `.env` that the release is switched with.
pub(super) fn keep_env(run: &Run<'_>, release: &Release) -> anyhow::Result<()> {
    let Some(backup) = named(&run.state, release) else { return Ok(()) };
    let place = backup.join(".env");
    if fs::metadata(&place).is_ok_and(|metadata| is_private(&metadata)) {
        fs::remove_file(&place).with_context(|| format!("write {}", place.display()))?;
    }
    copy_env(run, release, &backup)
}

/// The `.env` that the release ran with, or the one that is there; what the release itself brought stays.
fn copy_env(run: &Run<'_>, release: &Release, backup: &Path) -> anyhow::Result<()> {
    let own = run.state.release(&release.id).join(crate::record::ENV);
    let site = PathBuf::from(&run.plan.site.path).join(".env");
    let place = backup.join(".env");
    let source = if own.exists() { own } else { site };
    match (fs::symlink_metadata(&place), fs::read(&source)) {
        (Err(_), Ok(bytes)) => state::write(&place, &bytes),
        (_, _) => Ok(()),
    }
}

/// `v1.4.0-2026-01-05T10-00-00Z`; another second is taken when that one is.
fn free_name(backups: &Path, release: &Release) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '_') { c } else { '-' };
    let version = release.version.as_deref().map(|version| version.strip_prefix('v').unwrap_or(version));
    let version: String = version
        .unwrap_or_else(|| release.commit.get(..8).unwrap_or(&release.commit))
        .chars()
        .map(plain)
        .collect();
    let mut at = now();
    loop {
        let name = format!("v{version}-{}", at.to_string().replace(':', "-"));
        if fs::symlink_metadata(backups.join(&name)).is_err() {
            return name;
        }
        at.0 += 1000;
    }
}

/// The backup that a release names.
fn named(state: &StateDir, release: &Release) -> Option<PathBuf> {
    let name = fs::read_to_string(state.release(&release.id).join(POINTER)).ok()?;
    let plain = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    Some(state.backups().join(name)).filter(|backup| plain && backup.is_dir())
}

/// The backup whose own `version.json` says that it is of the release.
fn find(state: &StateDir, release: &Release) -> Option<PathBuf> {
    let backups = fs::read_dir(state.backups()).ok()?.flatten().map(|entry| entry.path());
    let is_it = |backup: &PathBuf| {
        let text = fs::read_to_string(backup.join("version.json")).unwrap_or_default();
        serde_json::from_str::<VersionFile>(&text).is_ok_and(|version| version.release == release.id)
    };
    backups.filter(|backup| backup.is_dir()).find(is_it)
}

/// The release that a backup is of, by what it says itself, else by the release that names it.
pub(in crate::run) fn release_of(state: &StateDir, backup: &Path, journal: &[Entry]) -> Option<String> {
    let text = fs::read_to_string(backup.join("version.json")).unwrap_or_default();
    if let Ok(version) = serde_json::from_str::<VersionFile>(&text) {
        return Some(version.release);
    }
    let good = History::of(journal).good.into_iter();
    good.map(|release| release.id)
        .find(|id| fs::read_to_string(state.release(id).join(POINTER)).is_ok_and(|it| backup.ends_with(it)))
}

/// Has a release name its backup.
pub(in crate::run) fn name_backup(state: &StateDir, release: &str, backup: &str) -> anyhow::Result<()> {
    state::make(&state.release(release))?;
    state::write(&state.release(release).join(POINTER), backup)
}

/// Removes a backup. In between it has a name that nobody takes for a whole one.
pub(in crate::run) fn set_down(backup: &Path) -> anyhow::Result<()> {
    let name = backup.file_name().unwrap_or_default().to_string_lossy();
    let doomed = backup.with_file_name(format!("{UNFINISHED}{name}"));
    tree::remove(&doomed)?;
    fs::rename(backup, &doomed).with_context(|| format!("remove {}", backup.display()))?;
    if doomed.is_dir() {
        return tree::remove(&doomed);
    }
    fs::remove_file(&doomed).with_context(|| format!("remove {}", backup.display()))
}

/// What a run that was cut off left half made, or half removed.
fn sweep(state: &StateDir) -> anyhow::Result<()> {
    let Ok(backups) = fs::read_dir(state.backups()) else { return Ok(()) };
    let mut half =
        backups.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED));
    half.try_for_each(|entry| match entry.path().is_dir() {
        true => tree::remove(&entry.path()),
        false => fs::remove_file(entry.path()).with_context(|| format!("remove {}", entry.path().display())),
    })
}
