//! What was uploaded last to a place, so that the next upload need not ask. Wrong or missing, it only costs a question.

use std::fs;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use shiplane_core::deploy::manifest::Manifest;

/// Manifests by the place that they were uploaded to, in the user's cache.
#[derive(Clone, Debug)]
pub struct Remembered {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Note {
    release: String,
    manifest: Manifest,
}

impl Remembered {
    /// In `shiplane/manifests` under the user's cache directory.
    pub fn under(cache: &Path) -> Self {
        Self { dir: cache.join("shiplane/manifests") }
    }

    /// What that release holds, when it is what was uploaded last to the place.
    pub fn recall(&self, place: &[&str], release: &str) -> Option<Manifest> {
        let note: Note = serde_json::from_slice(&fs::read(self.file(place)).ok()?).ok()?;
        (note.release == release).then_some(note.manifest)
    }

    /// Keeps a manifest for the next time. A cache that cannot be written is none.
    pub fn keep(&self, place: &[&str], release: &str, manifest: &Manifest) {
        let note = Note { release: release.to_owned(), manifest: manifest.clone() };
        let file = self.file(place);
        let temporary = file.with_extension(format!("new-{}", std::process::id()));
        let attempt = || -> std::io::Result<()> {
            fs::create_dir_all(&self.dir)?;
            fs::write(&temporary, serde_json::to_vec(&note)?)?;
            fs::rename(&temporary, &file)
        };
        attempt().inspect_err(|_| drop(fs::remove_file(&temporary))).ok();
    }

    fn file(&self, place: &[&str]) -> PathBuf {
        let name = digest(&SHA256, place.join("\0").as_bytes());
        let name: String = name.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.dir.join(format!("{name}.json"))
    }
}
