//! What a host has of an image, and whether the image would run there.

use serde::{Deserialize, Serialize};

use crate::duration::Span;
use crate::report::Finding;

/// What a host's Docker is, and the images that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stock {
    /// Such as `linux`.
    pub os: String,
    /// Such as `amd64`.
    pub architecture: String,
    /// How it keeps images.
    pub store: Store,
    /// All of them.
    pub images: Vec<Held>,
    /// Bytes that are free where it keeps them, when that is known.
    pub room: Option<u64>,
}

/// How a Docker keeps images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// As unpacked layers; one that is there need not be sent again.
    #[default]
    Layers,
    /// As the packed files of containerd, of which `docker load` wants all.
    Content,
}

/// An image that a Docker has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// `sha256:…` of its config.
    pub id: String,
    /// `sha256:…` of each layer, unpacked, from the bottom up.
    pub layers: Vec<String>,
}

/// An image on the client's machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// As it was asked for.
    pub reference: String,
    /// As the client's Docker names it.
    pub id: String,
    /// Such as `linux`.
    pub os: String,
    /// Such as `amd64`.
    pub architecture: String,
}

/// What the worker takes in: said in one line before the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Images that must be there afterwards.
    pub images: Vec<Held>,
    /// Bytes of the archive when it is unpacked; 0 when nothing is sent.
    pub bytes: u64,
    /// Longest time for it.
    pub limit: Span,
}

impl Stock {
    /// Whether the image is there as a whole.
    pub fn has(&self, id: &str) -> bool {
        self.images.iter().any(|held| held.id == id)
    }
}

/// How many layers, from the bottom up, the host has already. A layer counts only above the same layers: that is how
/// Docker names it (moby, image/rootfs.go: chain id).
pub fn shared(layers: &[String], stock: &Stock) -> usize {
    match stock.store {
        Store::Content => 0,
        Store::Layers => {
            let common = |held: &Held| layers.iter().zip(&held.layers).take_while(|(a, b)| a == b).count();
            stock.images.iter().map(common).max().unwrap_or_default()
        }
    }
}

/// The finding about an image that was made for another kind of machine.
pub fn platform(local: &Local, stock: &Stock) -> Option<Finding> {
    let differs = |ours: &str, theirs: &str| !ours.is_empty() && !theirs.is_empty() && ours != theirs;
    if !differs(&local.os, &stock.os) && !differs(&local.architecture, &stock.architecture) {
        return None;
    }
    let fact = format!(
        "{} is for {}/{}, and the host is {}/{}",
        local.reference, local.os, local.architecture, stock.os, stock.architecture
    );
    let help = format!("build it with `--platform {}/{}`", stock.os, stock.architecture);
    Some(Finding::fail("image-platform", fact).help(help))
}
