//! What the caller wants of the next version beyond what the commits say: a pre-release, or a version by name.

use std::fmt;
use std::str::FromStr;

use semver::{Prerelease, Version};

use super::bump::Level;
use super::convention::Convention;

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// A pre-release of this channel.
    pub channel: Option<Channel>,
    /// A version or a level that was asked for by name.
    pub asked: Option<Asked>,
    /// How commits are read.
    pub convention: Convention,
}

/// What was asked for by name; `1.0.0` is left by no other way than this from below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Raise by so much.
    Level(Level),
    /// Exactly this.
    Version(Version),
}

/// The name of a line of pre-releases: `rc` in `1.1.0-rc.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel(String);

impl FromStr for Channel {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name.parse::<u64>().is_ok() {
            return Err("a pre-release channel is a word, such as rc");
        }
        match Prerelease::new(&format!("{name}.1")) {
            Ok(_) if !name.is_empty() => Ok(Self(name.to_owned())),
            Ok(_) | Err(_) => Err("a pre-release channel has letters, digits and dashes, such as rc"),
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Channel {
    /// The pre-release of this number.
    pub fn version(&self, base: &Version, number: u64) -> Option<Version> {
        let pre = Prerelease::new(&format!("{}.{number}", self.0)).ok()?;
        Some(Version { pre, ..Version::new(base.major, base.minor, base.patch) })
    }

    /// Which number a version has on this channel.
    pub fn number(&self, version: &Version) -> Option<u64> {
        version.pre.as_str().strip_prefix(&self.0)?.strip_prefix('.')?.parse().ok()
    }
}

impl FromStr for Asked {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "major" => Ok(Self::Level(Level::Major)),
            "minor" => Ok(Self::Level(Level::Minor)),
            "patch" => Ok(Self::Level(Level::Patch)),
            _ => Version::parse(word)
                .map(Self::Version)
                .map_err(|_| "it is major, minor, patch or a version such as 1.2.0"),
        }
    }
}
