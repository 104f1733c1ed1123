//! Secrets of the host's `.env`, taken out of what programs print before anybody hears of it.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use shiplane_core::deploy::masks::Masks;
use shiplane_core::deploy::{Release, Site, env_file};

use crate::record::ENV;
use crate::state::StateDir;

/// One process carries out one run.
static MASKS: OnceLock<Masks> = OnceLock::new();

/// From now on what these files have as secrets is hidden.
pub(crate) fn learn(site: &Site, live: Option<&Release>) {
    MASKS.get_or_init(|| Masks::of(&pairs(site, live)));
}

/// The line without them.
pub(crate) fn hide(line: &str) -> String {
    MASKS.get().map_or_else(|| line.to_owned(), |masks| masks.hide(line))
}

/// Everything in the site's `.env` and in the one that the live release was made with.
pub(crate) fn pairs(site: &Site, live: Option<&Release>) -> Vec<(String, String)> {
    let state = StateDir::new(&site.state_dir);
    let kept = live.map(|live| state.release(&live.id).join(ENV));
    let files = std::iter::once(Path::new(&site.path).join(".env")).chain(kept);
    let texts = files.filter_map(|file| fs::read(file).ok());
    texts.flat_map(|text| env_file::pairs(&String::from_utf8_lossy(&text))).collect()
}
