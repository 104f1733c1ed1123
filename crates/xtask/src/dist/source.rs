//! One hash over what a binary is made from, the same that `actions/run.sh` makes with `find`, `sort` and `sha256sum`.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use ring::digest::{SHA256, digest};

/// What counts.
const SOURCES: [&str; 3] = ["Cargo.toml", "Cargo.lock", "crates"];

/// The first 16 digits of the hash.
pub fn hash(root: &Path) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for source in SOURCES {
        walk(root, source, &mut lines)?;
    }
    lines.sort();
    Ok(hex(lines.concat().as_bytes()).chars().take(16).collect())
}

/// Tests of a crate, which are two thirds of the files and no part of a binary: each warm step would read them.
fn is_tests(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts.as_slice(), ["crates", _, "tests"])
}

/// The lines of `sha256sum`, for all regular files below.
fn walk(root: &Path, path: &str, lines: &mut Vec<String>) -> anyhow::Result<()> {
    if is_tests(path) {
        return Ok(());
    }
    let place = root.join(path);
    let kind = fs::symlink_metadata(&place).with_context(|| format!("look at {path}"))?.file_type();
    if kind.is_file() {
        let content = fs::read(&place).with_context(|| format!("read {path}"))?;
        lines.push(format!("{}  {path}\n", hex(&content)));
    } else if kind.is_dir() {
        for entry in fs::read_dir(&place).with_context(|| format!("list {path}"))? {
            let name = entry.with_context(|| format!("list {path}"))?.file_name();
            walk(root, &format!("{path}/{}", name.to_string_lossy()), lines)?;
        }
    }
    Ok(())
}

/// The SHA-256, as text.
pub(super) fn hex(content: &[u8]) -> String {
    digest(&SHA256, content).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
