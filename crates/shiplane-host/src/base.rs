//! What an upload can build on: the files of the live release, as they were recorded and as they still are.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::manifest::{Kept, Manifest};
use shiplane_core::deploy::{Base, Name, Site};

use crate::state::{self, StateDir};
use crate::{journal, tree};

/// The file beside a release's tree that says what was uploaded into it.
const MANIFEST: &str = "manifest.json";

/// What was uploaded, and what told each file from others when it was whole.
#[derive(Serialize, Deserialize)]
struct Record {
    manifest: Manifest,
    marks: BTreeMap<Name, Mark>,
}

/// A file that was written since has another one.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    inode: u64,
    size: u64,
    modified: (i64, i64),
}

impl Mark {
    fn of(metadata: &fs::Metadata) -> Self {
        let modified = (metadata.mtime(), metadata.mtime_nsec());
        Self { inode: metadata.ino(), size: metadata.len(), modified }
    }
}

/// A tree with what is in it.
pub(crate) struct Ready {
    pub(crate) tree: PathBuf,
    pub(crate) manifest: Manifest,
}

/// The answer to a client that wants to know what to send.
pub(crate) fn answer(site: &Site) -> anyhow::Result<Base> {
    Ok(Base { manifest: find(site)?.map(|ready| ready.manifest) })
}

/// The live release's files that are still what was uploaded. What was edited on the host is left out: it must not
/// travel on into the next release.
pub(crate) fn find(site: &Site) -> anyhow::Result<Option<Ready>> {
    let state = StateDir::new(&site.state_dir);
    let Some(live) = History::of(&journal::read(&state.journal())?).live else { return Ok(None) };
    let dir = state.release(&live.id);
    let (tree, Ok(text)) = (dir.join("tree"), fs::read_to_string(dir.join(MANIFEST))) else {
        return Ok(None);
    };
    let Ok(mut record) = serde_json::from_str::<Record>(&text) else { return Ok(None) };
    if !tree.is_dir() {
        return Ok(None);
    }
    record.manifest.0.retain(|name, kept| match kept {
        Kept::Directory | Kept::Link(_) => true,
        Kept::File { size, exec, hash } => {
            let path = tree::at(&tree, name);
            let Ok(now) = fs::symlink_metadata(&path) else { return false };
            let whole = now.is_file() && now.len() == *size && tree::is_exec(&now) == *exec;
            let untouched = record.marks.get(name) == Some(&Mark::of(&now));
            whole && (untouched || tree::hash_file(&path).is_ok_and(|own| own == *hash))
        }
    });
    Ok(Some(Ready { tree, manifest: record.manifest }))
}

/// Writes down what is in a new tree.
pub(crate) fn record(release: &Path, manifest: Manifest) -> anyhow::Result<()> {
    let (tree, mut marks) = (release.join("tree"), BTreeMap::new());
    for (name, kept) in &manifest.0 {
        if let Kept::File { .. } = kept {
            let path = tree::at(&tree, name);
            let now = fs::symlink_metadata(&path).with_context(|| format!("look at {}", path.display()))?;
            marks.insert(name.clone(), Mark::of(&now));
        }
    }
    let text = serde_json::to_string(&Record { manifest, marks }).context("write a manifest as JSON")?;
    state::write(&release.join(MANIFEST), &text)
}

/// Forgets what was written down.
pub(crate) fn forget(release: &Path) {
    fs::remove_file(release.join(MANIFEST)).ok();
}
