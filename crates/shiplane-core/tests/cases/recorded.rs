//! Cases in folders: what was recorded, and the expected report beside it.
#![expect(clippy::disallowed_methods, reason = "the test, not the core, reads its cases from files")]

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// All cases of a room, by name.
pub(super) fn folders(room: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(room);
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// One case.
pub(super) fn folder(room: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(room).join(name)
}

/// A file of a case.
pub(super) fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A file of a case, read as JSON.
pub(super) fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> T {
    serde_json::from_str(&text(folder, name)).unwrap_or_else(|error| panic!("{folder:?}: {error}"))
}

/// Holds every case against its `expected.txt`; `UPDATE_EXPECT=1` writes what is said now.
#[track_caller]
pub(super) fn every(room: &str, at_least: usize, say: impl Fn(&Path) -> String) {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let folders = folders(room);
    let mut wrong = Vec::new();
    for folder in &folders {
        let said = say(folder);
        let path = folder.join("expected.txt");
        if update {
            fs::write(&path, &said).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if said != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- said\n{said}", folder.display()));
        }
    }
    assert!(folders.len() >= at_least, "only {} cases were found", folders.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The JSON example in a module's documentation.
pub(super) fn example<T: DeserializeOwned>(source: &str) -> T {
    let lines = source.lines().skip_while(|line| *line != "//! ```json").skip(1);
    let example: Vec<&str> =
        lines.take_while(|line| *line != "//! ```").map(|line| line.trim_start_matches("//!")).collect();
    serde_json::from_str(&example.join("\n")).unwrap()
}
