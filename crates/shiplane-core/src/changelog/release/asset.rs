//! Files that are attached to a release: which are there, which are missing, which are not the same.

use serde::{Deserialize, Serialize};

/// A file that is to be attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The name that it is stored under.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// `sha256:` and 64 digits.
    pub digest: String,
}

/// A file that is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// `sha256:` and 64 digits, where the server tells it.
    pub digest: Option<String>,
    /// Whether it arrived whole.
    pub whole: bool,
}

/// What becomes of an attached file that is not the same as the one here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differing {
    /// The release is refused.
    Refuse,
    /// It is replaced.
    Replace,
}

/// How a wanted file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There, and the same as far as the server tells.
    Same,
    /// Not there.
    Missing,
    /// An upload that broke off left a name.
    Torn(Stored),
    /// Another file of that name.
    Other(Stored),
}

/// The name that GitHub stores a file under: it puts a dot for what is not plain.
pub fn stored_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._+@~".contains(c);
    let dotted: String = name.chars().map(|c| if plain(c) { c } else { '.' }).collect();
    let mut short = String::with_capacity(dotted.len());
    for c in dotted.chars() {
        if c != '.' || !short.ends_with('.') {
            short.push(c);
        }
    }
    let bare = short.trim_matches('.');
    // Names that begin with a dot get this word before it.
    if short.starts_with('.') { format!("default.{bare}") } else { bare.to_owned() }
}

impl Asset {
    /// How it stands among those that are attached.
    pub fn among(&self, stored: &[Stored]) -> Standing {
        let Some(known) = stored.iter().find(|known| known.name == self.name) else {
            return Standing::Missing;
        };
        if !known.whole {
            return Standing::Torn(known.clone());
        }
        let is_same = known.digest.as_ref().is_none_or(|digest| *digest == self.digest);
        if known.size == self.size && is_same { Standing::Same } else { Standing::Other(known.clone()) }
    }
}
