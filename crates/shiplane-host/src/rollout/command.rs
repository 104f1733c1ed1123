//! Own programs: one sets the share, one prints it.

use std::path::Path;

use anyhow::Context as _;
use shiplane_core::deploy::Site;

use super::program;

/// Puts the number where `{percent}` stands; no shell is involved.
pub(super) fn set(site: &Site, words: &[String], percent: u8) -> anyhow::Result<()> {
    let words: Vec<String> =
        words.iter().map(|word| word.replace("{percent}", &percent.to_string())).collect();
    program::run(&words, Path::new(&site.path)).map(drop)
}

/// A number, perhaps with a sign behind it.
pub(super) fn read(site: &Site, words: &[String]) -> anyhow::Result<u8> {
    let said = program::run(words, Path::new(&site.path))?;
    let number = said.trim().trim_end_matches('%').trim_end();
    let percent = number.parse().ok().filter(|percent| *percent <= 100);
    percent.with_context(|| format!("`{}` printed no percentage", words.join(" ")))
}
