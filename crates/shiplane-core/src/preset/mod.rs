//! Presets: whole paths to production as files that are made one's own, written, recognised and brought up to date.

mod answers;
mod drift;
mod header;
mod judge;
mod lines;
mod pins;
mod places;
mod quote;
mod render;

use crate::fault::Fault;

pub use answers::{Answers, Asked};
pub use drift::drift;
pub use header::Header;
pub use judge::{Standing, Step, judge};
pub use pins::Pin;
pub use render::{Rendered, render};

/// Where the config lies; people are meant to change it, so it is theirs once it is written.
pub const CONFIG: &str = ".github/shiplane.yml";

/// A path to production: its config and its workflows.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its place among the five, such as `b`.
    pub letter: &'static str,
    /// Its telling name, such as `staged`.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Its files as they ship: path from the repository's root, text.
    pub files: &'static [(&'static str, &'static str)],
}

/// What this version is, and how it tells one text from another.
#[derive(Clone, Copy, Debug)]
pub struct Writer {
    /// Its version.
    pub version: &'static str,
    /// SHA-256 as lower-case hexadecimal digits.
    pub hash: fn(&[u8]) -> String,
}

impl Preset {
    /// Its config as it ships.
    pub fn config(&self) -> Result<&'static str, Fault> {
        let of = |(path, text): &(&'static str, &'static str)| (*path == CONFIG).then_some(*text);
        self.files.iter().find_map(of).ok_or_else(|| self.broken("it has no config"))
    }

    fn broken(&self, why: &str) -> Fault {
        Fault::could_not("preset-broken", format!("preset `{}`: {why}", self.name))
            .help("this is a mistake of branch-gate; report it with this line")
    }
}
