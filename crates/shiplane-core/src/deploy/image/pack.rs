//! From what `docker save` wrote to what `docker load` needs: only the layers that the host lacks.
//!
//! `docker load` looks for a layer by its chain id first and opens its file only when it is not there (moby,
//! image/tarexport/load.go, 1.10 to 29), so a file may be missing from the archive as long as its name is not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::reference::incoming;
use super::stock::{Held, Stock, shared};
use super::tar::{self, Entry};

/// Where `docker save` says what is in its archive.
pub const MANIFEST: &str = "manifest.json";

/// An image in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// `sha256:…` of its config.
    pub id: String,
    /// Where its config lies.
    pub config: Entry,
    /// Where its layers lie, from the bottom up.
    pub files: Vec<Entry>,
}

/// An image in an archive, with what its config says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// It.
    pub saved: Saved,
    /// `sha256:…` of each layer, unpacked.
    pub layers: Vec<String>,
}

/// A piece of the archive that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes of the archive that was saved.
    Range {
        /// From there on.
        start: u64,
        /// That many.
        size: u64,
    },
}

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// One after the other.
    pub pieces: Vec<Piece>,
    /// Layers that are in it.
    pub sent: usize,
    /// Layers that the host has.
    pub kept: usize,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Vec<String>,
}

/// The images in an archive, by its `manifest.json` and its index.
pub fn saved(manifest: &[u8], entries: &[Entry]) -> Result<Vec<Saved>, String> {
    let lines: Vec<Line> =
        serde_json::from_slice(manifest).map_err(|error| format!("{MANIFEST}: {error}"))?;
    let by_name: BTreeMap<&str, &Entry> = entries.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    lines.iter().map(|line| image(line, &by_name)).collect()
}

fn image(line: &Line, entries: &BTreeMap<&str, &Entry>) -> Result<Saved, String> {
    // `<hex>.json` up to Docker 24, `blobs/sha256/<hex>` since 25.
    let name = line.config.rsplit('/').next().unwrap_or_default();
    let hex = name.strip_suffix(".json").unwrap_or(name);
    if hex.len() != 64 || !hex.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(format!("{MANIFEST} names a config that is no digest"));
    }
    let files: Result<Vec<Entry>, String> = line.layers.iter().map(|name| follow(name, entries)).collect();
    Ok(Saved { id: format!("sha256:{hex}"), config: follow(&line.config, entries)?, files: files? })
}

/// The file behind a name. Docker up to 24 writes a layer that stands twice as a link.
fn follow(name: &str, entries: &BTreeMap<&str, &Entry>) -> Result<Entry, String> {
    let mut name = name.to_owned();
    for _ in 0..8 {
        let entry = entries.get(name.as_str()).ok_or_else(|| format!("{name} is not in the archive"))?;
        match &entry.link {
            None => return Ok((*entry).clone()),
            Some(link) => name = beside(&name, link),
        }
    }
    Err(format!("{name} points in a circle"))
}

/// A link's target, seen from the top of the archive.
fn beside(name: &str, link: &str) -> String {
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The layers that a config names, from the bottom up.
pub fn layers(config: &[u8]) -> Result<Vec<String>, String> {
    let config: Config = serde_json::from_slice(config).map_err(|error| format!("the config: {error}"))?;
    Ok(config.rootfs.diff_ids)
}

/// The archive for a host that has this.
pub fn pack(images: &[Read], stock: &Stock) -> Result<Pack, String> {
    let (mut pack, mut lines, mut inside, mut kept) =
        (Pack::default(), Vec::new(), BTreeSet::new(), BTreeSet::new());
    for Read { saved, layers } in images {
        if layers.len() != saved.files.len() {
            return Err(format!("{} has {} layers and {} files", saved.id, layers.len(), saved.files.len()));
        }
        let there = shared(layers, stock);
        for (place, (layer, file)) in layers.iter().zip(&saved.files).enumerate() {
            if place < there {
                kept.insert(layer.clone());
            } else if inside.insert(layer.clone()) {
                pack.copy(&file_of(layer), file);
                pack.sent += 1;
            }
        }
        let config = format!("{}.json", saved.id.trim_start_matches("sha256:"));
        if inside.insert(config.clone()) {
            pack.copy(&config, &saved.config);
        }
        let layers = layers.iter().map(|layer| file_of(layer)).collect();
        lines.push(Line { config, repo_tags: Some(vec![incoming(&saved.id)]), layers });
    }
    pack.kept = kept.len();
    let manifest = serde_json::to_vec(&lines).map_err(|error| error.to_string())?;
    let size = manifest.len() as u64;
    // Last, so that an archive that is cut off between two files has none and is refused.
    let bytes = [tar::header(MANIFEST, size), manifest, tar::padding(size), tar::end()].concat();
    pack.pieces.push(Piece::Bytes(bytes));
    Ok(pack)
}

fn file_of(layer: &str) -> String {
    format!("{}.tar", layer.trim_start_matches("sha256:"))
}

impl Pack {
    /// Bytes in all.
    pub fn size(&self) -> u64 {
        let size = |piece: &Piece| match piece {
            Piece::Bytes(bytes) => bytes.len() as u64,
            Piece::Range { size, .. } => *size,
        };
        self.pieces.iter().map(size).sum()
    }

    fn copy(&mut self, name: &str, entry: &Entry) {
        self.pieces.push(Piece::Bytes(tar::header(name, entry.size)));
        self.pieces.push(Piece::Range { start: entry.start, size: entry.size });
        self.pieces.push(Piece::Bytes(tar::padding(entry.size)));
    }
}

/// What the host is told to have afterwards.
pub fn held(images: &[Read]) -> Vec<Held> {
    images.iter().map(|read| Held { id: read.saved.id.clone(), layers: read.layers.clone() }).collect()
}
