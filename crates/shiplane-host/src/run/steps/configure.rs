//! Writes `.env` under the site's path: the rollout of a new release, or all that a release had when it was live.
//!
//! Whatever is written is a new file in the place of the old one, with its mode and owner. Values are told to nobody.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shiplane_core::deploy::env_file::{ROLLOUT, changed, replaced, with_key};
use shiplane_core::deploy::{Kind, Strategy};
use shiplane_core::report::Finding;

use super::Run;
use crate::failure::Failure;
use crate::record::ENV;
use crate::replaced::{read, write};
use crate::runtime::OnLine;
use crate::state;

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let file = place(run);
    let old = read(&file)?;
    let new = match (run.plan.kind, &run.plan.strategy) {
        (Kind::Deploy, Strategy::Files(shown)) => {
            let text = old.as_deref().unwrap_or_default();
            Some(with_key(text, ROLLOUT, &shown.rollout.to_string()))
        }
        (Kind::Rollback, _) => {
            let kept = read(&run.state.release(&run.release.id).join(ENV))?;
            kept.or_else(|| old.clone()).map(|text| replaced(&text, ROLLOUT, "0").unwrap_or(text))
        }
        (Kind::Deploy, Strategy::Git | Strategy::Image { .. }) | (Kind::Restart, _) => return Ok(()),
    };
    let Some(new) = new.filter(|new| Some(new) != old.as_ref()) else { return Ok(()) };
    set_aside(run, old.as_deref())?;
    if let (Kind::Rollback, Some(old)) = (run.plan.kind, &old) {
        let keys = changed(&String::from_utf8_lossy(old), &String::from_utf8_lossy(&new));
        if !keys.is_empty() {
            let fact = format!("going back changed these keys of .env: {}", keys.join(", "));
            let help = format!("what was there is in {} on the host", aside(run).display());
            run.notes.push(Finding::warning("env-restored", fact).help(help));
        }
    }
    on_line(&format!("writing {}", file.display()));
    Ok(write(&file, &new)?)
}

/// Writes the bytes that were there, when this run wrote others.
pub(super) fn back(run: &mut Run<'_>, _: OnLine<'_>) -> Result<(), Failure> {
    let file = place(run);
    let (kept, none) = (aside(run), absent(run));
    if let Some(old) = read(&kept)? {
        if read(&file)?.as_ref() != Some(&old) {
            write(&file, &old)?;
        }
        run.notes.retain(|note| note.code != "env-restored");
        fs::remove_file(&kept).ok();
    } else if none.exists() {
        remove(&file)?;
        fs::remove_file(&none).ok();
    }
    Ok(())
}

/// Keeps the `.env` that the release is switched with, so that going back to it brings it back, too.
pub(super) fn keep(run: &Run<'_>) -> anyhow::Result<()> {
    let dir = run.state.release(&run.release.id);
    match (run.plan.kind, read(&place(run))?) {
        (Kind::Deploy, Some(bytes)) => {
            state::make(&dir)?;
            state::write(&dir.join(ENV), &bytes)?;
            super::snapshot::keep_env(run, &run.release)
        }
        (Kind::Deploy, None) | (Kind::Rollback | Kind::Restart, _) => Ok(()),
    }
}

/// What is live keeps the `.env` that it runs with now, unless it has one.
pub(in crate::run) fn keep_live(run: &Run<'_>) -> anyhow::Result<()> {
    let Some(from) = &run.from else { return Ok(()) };
    let dir = run.state.release(&from.id);
    match read(&place(run))? {
        Some(bytes) if !dir.join(ENV).exists() => {
            state::make(&dir)?;
            state::write(&dir.join(ENV), &bytes)
        }
        Some(_) | None => Ok(()),
    }
}

fn place(run: &Run<'_>) -> PathBuf {
    let file = Path::new(&run.plan.site.path).join(".env");
    // A link to a shared file stays one: what it points to is written.
    fs::canonicalize(&file).unwrap_or(file)
}

fn aside(run: &Run<'_>) -> PathBuf {
    match run.plan.kind {
        Kind::Rollback => run.state.backups().join(format!("env-{}", run.plan.run)),
        Kind::Deploy | Kind::Restart => run.state.run(&run.plan.run).join("env-before"),
    }
}

/// Says that there was no `.env`.
fn absent(run: &Run<'_>) -> PathBuf {
    run.state.run(&run.plan.run).join("no-env")
}

fn set_aside(run: &Run<'_>, old: Option<&[u8]>) -> anyhow::Result<()> {
    match old {
        Some(old) => {
            state::make(&run.state.backups())?;
            state::write(&aside(run), old)
        }
        None => state::write(&absent(run), ""),
    }
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", file.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
