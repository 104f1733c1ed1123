//! From the weight of the changes to the next number.

use std::fmt;

use schemars::JsonSchema;
use semver::{BuildMetadata, Prerelease, Version};
use serde::{Deserialize, Serialize};

use crate::config::Zero;

/// How much a change asks of the version, from nothing to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing that a user would notice.
    None,
    /// Something works that did not.
    Patch,
    /// Something new.
    Minor,
    /// Something that worked has to be done differently.
    Major,
}

impl Level {
    /// What a change of this type asks for.
    pub fn of(kind: &str, breaking: bool) -> Self {
        match (breaking, kind) {
            (true, _) => Self::Major,
            (false, "feat") => Self::Minor,
            (false, "fix" | "perf" | "revert") => Self::Patch,
            (false, _) => Self::None,
        }
    }

    /// As it stands in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// What is really raised: below 1.0.0 a change weighs less, unless the reading is strict.
pub fn effective(version: &Version, level: Level, zero: Zero) -> Level {
    match (level, zero) {
        (Level::None, _) => Level::None,
        (_, Zero::Strict) => level,
        (_, Zero::Semver) if version.major > 0 => level,
        // Cargo: a break raises the first number that is not zero (doc.rust-lang.org/cargo/reference/semver.html).
        (Level::Major, Zero::Semver) if version.minor > 0 => Level::Minor,
        (Level::Major | Level::Minor | Level::Patch, Zero::Semver) => Level::Patch,
    }
}

/// The version after a final one, given what is really raised.
pub fn raise(version: &Version, level: Level) -> Version {
    let (major, minor, patch) = (version.major, version.minor, version.patch);
    match level {
        Level::None => version.clone(),
        Level::Patch => Version::new(major, minor, patch.saturating_add(1)),
        Level::Minor => Version::new(major, minor.saturating_add(1), 0),
        Level::Major => Version::new(major.saturating_add(1), 0, 0),
    }
}

/// The version without its pre-release and build parts.
pub fn finalized(version: &Version) -> Version {
    Version { pre: Prerelease::EMPTY, build: BuildMetadata::EMPTY, ..version.clone() }
}
