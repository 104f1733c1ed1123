//! The five presets as they ship, each a folder under `presets/`.

use shiplane_core::preset::{Preset, Writer};

/// Files by folder, listed by `build.rs`.
const FILES: &[&[(&str, &str)]] = include!(concat!(env!("OUT_DIR"), "/presets.rs"));

/// Letter, name and what it is, in the order of the folders.
const NAMES: [(&str, &str, &str); 5] = [
    ("a", "develop-main-hotfix", "features gather in develop, releases and hotfixes go to main"),
    (
        "b",
        "staged",
        "dev, stage and main, each with a server of its own, and people say yes before production",
    ),
    ("c", "preview", "each pull request runs under an address of its own until it is closed"),
    ("d", "canary", "a tag goes to a few per cent of the traffic first, and on while it is well"),
    ("e", "server", "a push to main goes to one server; health checks and backups by the clock"),
];

/// All of them.
pub(crate) fn all() -> Vec<Preset> {
    let named = NAMES.iter().zip(FILES);
    named.map(|((letter, name, about), files)| Preset { letter, name, about, files }).collect()
}

/// This version.
pub(crate) const WRITER: Writer = Writer { version: env!("CARGO_PKG_VERSION"), hash };

fn hash(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
