//! `actions/assets.sha256`: which assets belong to this commit.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::source::hex;

/// Where the hashes stand.
pub const PINS: &str = "actions/assets.sha256";

/// The hashes of all assets, for people.
const SUMS: &str = "SHA256SUMS";

/// What stands above them.
const HEADER: &str =
    "# Release assets of this very source, written by `cargo xtask dist --pin`: hash, source/name.\n";

/// One line for each archive in the directory, `<sha256>  <source>/<name>`, sorted by name. An archive that is not
/// what its own file says is refused: it was changed on the way.
pub fn pins(dir: &Path) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("list {}", dir.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let Some(archive) = name.strip_suffix(".sha256") else { continue };
        let line = fs::read_to_string(&path).with_context(|| format!("read {name}"))?;
        let content = fs::read(dir.join(archive)).with_context(|| format!("read {archive}"))?;
        match line.split_once("  ") {
            Some((hash, asset))
                if hash == hex(&content) && asset.trim_end().ends_with(&format!("/{archive}")) =>
            {
                lines.push((archive.to_owned(), line));
            }
            Some(_) | None => bail!("{archive} is not what {name} says"),
        }
    }
    if lines.is_empty() {
        bail!("{} holds no assets; run `cargo xtask dist` before", dir.display());
    }
    lines.sort();
    Ok(lines.into_iter().fold(HEADER.to_owned(), |text, (_, line)| text + &line))
}

/// `SHA256SUMS` as `sha256sum -c` reads it, in place of the archives' own files.
pub(super) fn sums(dir: &Path) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("list {}", dir.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.ends_with(".sha256") {
            fs::remove_file(&path).with_context(|| format!("remove {name}"))?;
        } else if name != SUMS {
            let content = fs::read(&path).with_context(|| format!("read {name}"))?;
            lines.push(format!("{}  {name}\n", hex(&content)));
        }
    }
    lines.sort_by(|one, other| one.split("  ").nth(1).cmp(&other.split("  ").nth(1)));
    fs::write(dir.join(SUMS), lines.concat()).with_context(|| format!("write {SUMS}"))
}
