//! ROLLOUT in `.env`: the application splits its users by itself.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use shiplane_core::deploy::Site;
use shiplane_core::deploy::env_file::{ROLLOUT, pairs, with_key};

use super::program;
use crate::replaced;

fn place(site: &Site) -> PathBuf {
    let file = Path::new(&site.path).join(".env");
    // A link to a shared file stays one: what it points to is written.
    std::fs::canonicalize(&file).unwrap_or(file)
}

/// The old file is put back when what makes it count fails.
pub(super) fn set(site: &Site, reload: &[String], percent: u8) -> anyhow::Result<()> {
    let file = place(site);
    let old = replaced::read(&file)?;
    let new = with_key(old.as_deref().unwrap_or_default(), ROLLOUT, &percent.to_string());
    replaced::write(&file, &new)?;
    if reload.is_empty() {
        return Ok(());
    }
    program::run(reload, Path::new(&site.path)).map(drop).inspect_err(|_| {
        match old {
            Some(old) => replaced::write(&file, &old).ok(),
            None => std::fs::remove_file(&file).ok(),
        };
    })
}

/// The last line counts, as it does for those who read such files; without one nobody has the new version.
pub(super) fn read(site: &Site) -> anyhow::Result<u8> {
    let text = replaced::read(&place(site))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let value = pairs(&text).into_iter().rev().find(|(key, _)| key == ROLLOUT).map(|(_, value)| value);
    match value {
        Some(value) => value
            .parse()
            .ok()
            .filter(|percent| *percent <= 100)
            .with_context(|| format!("{ROLLOUT} in .env is no percentage")),
        None => Ok(0),
    }
}
