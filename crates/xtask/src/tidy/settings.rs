//! Clippy reads the nearest `clippy.toml` only, so the core's file must repeat the thresholds of the one at the top.

use super::Offence;

/// The one at the top.
pub const ROOT: &str = "clippy.toml";

/// The one of the core.
pub const CORE: &str = "crates/shiplane-core/clippy.toml";

/// Every setting of the top that is no list must stand in the core's file, with the same value.
pub fn check(root: &str, core: &str) -> Vec<Offence> {
    let has = |wanted: &str| settings(core).any(|setting| setting == wanted);
    let missing = settings(root).filter(|setting| !has(setting));
    let words = |setting: &str| (format!("`{setting}` of {ROOT} is not repeated"), "add this line");
    missing.map(|setting| Offence::new(CORE, 1, words(setting))).collect()
}

fn settings(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| line.contains(" = ") && !line.starts_with(['{', '#']) && !line.ends_with('['))
}
